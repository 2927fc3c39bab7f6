"""A real server, a real worker, a real browser: the console as people meet it.

``live`` serves a copy of the migrated template with seeds and a small demo world by gunicorn and ``console worker``.
``open_page`` gives a page that collects every content-policy violation and script error; the test fails on any.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psycopg2
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from console import crypt

ROOT = Path(__file__).resolve().parents[2]
OUT = Path(__file__).resolve().parent / "out"
MANUAL = ROOT / "docs" / "manual" / "img"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"]
CHROMIUM = "/usr/bin/chromium"
LARGEST = 140_000
"""Bytes of a picture in the manual."""
EXPERTS = 2000 if "JUXIAN_SHOTS" in os.environ else 400


@dataclass
class Live:
    """The running console: its address, its demo logins, and what the phones received."""

    url: str
    instance: Path
    owner_url: str
    logins: dict[str, str] = field(default_factory=dict)
    experts: dict[str, tuple[str, str]] = field(default_factory=dict)

    def query(self, statement: str, *values: object) -> list[tuple]:
        """Rows of a statement, as the owner of the database."""
        parts = re.sub(r"^postgresql\+psycopg2", "postgresql", self.owner_url)
        with psycopg2.connect(parts) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def sms(self, phone: str, template: str, *, seconds: float = 8) -> str:
        """The text of the newest message of a kind to a phone; waits for it."""
        crypt.configure(crypt.load(self.instance / "keys.json"))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            rows = self.query(
                "SELECT recipient, body FROM outbox_message WHERE template_code = %s ORDER BY id DESC LIMIT 20",
                template,
            )
            for recipient, body in rows:
                if crypt.decrypt(bytes(recipient), "outbox_message.recipient").endswith(phone):
                    return crypt.decrypt(bytes(body), "outbox_message.body")
            time.sleep(0.1)
        raise AssertionError(f"no message {template} to {phone}")

    def code(self, phone: str, template: str) -> str:
        """The six digits of the newest code."""
        return re.search(r"\d{6}", self.sms(phone, template)).group()


@pytest.fixture(scope="session")
def live(database_server, template_database, tmp_path_factory) -> Iterator[Live]:
    """The console with a small demo world, served until the end of the run."""
    name = f"juxian_live_{os.getpid()}"
    urls = database_server.create(name, template_database)
    instance = tmp_path_factory.mktemp("live")
    port = _free_port()
    environment = {
        **os.environ,
        "JUXIAN_ENV": "development",
        "JUXIAN_INSTANCE": str(instance),
        "DATABASE_APP_URL": urls.app,
        "PORT": str(port),
        "JUXIAN_DEMO_EXPERTS": str(EXPERTS),
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("DATABASE_URL", None)
    _run(environment, "-m", "console", "seed", "--demo")
    server = [
        _start(environment, "-m", "gunicorn", "-c", "python:console.gunicorn_conf", "console:create_app()"),
        _start(environment, "-m", "console", "worker"),
    ]
    found = Live(f"http://localhost:{port}", instance, urls.owner)
    try:
        _wait(found.url)
        _read_logins(found)
        yield found
    finally:
        for process in server:
            process.send_signal(signal.SIGTERM)
        for process in server:
            process.wait(timeout=30)
        database_server.drop(name)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, else Playwright's own; none at all is a visible skip here and a failure in CI."""
    with sync_playwright() as playwright:
        path = CHROMIUM if Path(CHROMIUM).exists() else playwright.chromium.executable_path
        if not Path(path).exists():
            if os.environ.get("CI"):
                pytest.fail("no browser in CI")
            pytest.skip("no chromium on this machine: browser tests not run")
        found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


@dataclass
class Watch:
    """What must not happen on a page."""

    violations: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(browser: Browser, live: Live) -> Iterator[Callable[..., Page]]:
    """``open_page(width=1440)``: a page of its own session; violations and script errors fail the test at its end."""
    contexts: list[BrowserContext] = []
    watch = Watch()

    def make(width: int = 1440, height: int = 900, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=live.url,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
            device_scale_factor=2 if width < 768 else 1,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        page.on("console", lambda message: _note(watch, message.type, message.text))
        page.set_default_timeout(15_000)
        return page

    yield make
    for context in contexts:
        context.close()
    assert watch.violations == []
    assert watch.errors == []


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """``shot(page, name)``: a picture of the whole page, ``<name>-<width>.png``; refuses sideways scrolling."""

    def take(page: Page, name: str) -> None:
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} scrolls sideways at {width}"
        file = f"{name}-{width}.png"
        folder = MANUAL if file in _shown_in_the_manual() else OUT
        folder.mkdir(parents=True, exist_ok=True)
        _stretched(page, lambda: page.screenshot(path=folder / file, scale="css", caret="initial"))
        if folder is MANUAL:
            _shrink(folder / file)

    return take


@cache
def _shown_in_the_manual() -> frozenset[str]:
    """Names of the pictures that manual and README show; none unless they are to be taken anew."""
    if "JUXIAN_SHOTS" not in os.environ:
        return frozenset()
    pages = [ROOT / "README.md", *MANUAL.parent.glob("*.md")]
    return frozenset(re.findall(r"img/([\w-]+\.png)", "".join(page.read_text(encoding="utf-8") for page in pages)))


def _shrink(path: Path) -> None:
    """Fewer colours, the commonest of them exactly, where the file is too large for the repository."""
    with Image.open(path) as picture:
        whole = picture.convert("RGB")
    common = [colour for _count, colour in sorted(whole.getcolors(whole.width * whole.height), reverse=True)]
    for colours in (255, 127, 63, 31):
        if path.stat().st_size < LARGEST:
            return
        kept = common[:colours]
        place = {colour: _nearest(colour, kept) for colour in common}
        small = Image.frombytes("P", whole.size, bytes(place[pixel] for pixel in whole.get_flattened_data()))
        small.putpalette([part for colour in kept for part in colour])
        small.save(path, optimize=True)


def _nearest(colour: tuple[int, ...], kept: list[tuple[int, ...]]) -> int:
    away = [sum((one - other) ** 2 for one, other in zip(colour, each, strict=True)) for each in kept]
    return away.index(min(away))


def _stretched(page: Page, act: Callable[[], object]) -> None:
    """Do something while the window is as high as its page: what sticks to an edge then stands where it belongs."""
    before = page.viewport_size
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": before["width"], "height": max(height, before["height"])})
    page.evaluate("window.scrollTo(0, 0)")
    act()
    page.set_viewport_size(before)


def _note(watch: Watch, kind: str, text: str) -> None:
    if "Content Security Policy" in text or "Refused to" in text:
        watch.violations.append(text)
    elif kind == "error" and "status of 4" not in text:
        watch.errors.append(text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _run(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True)


def _start(environment: dict[str, str], *arguments: str) -> subprocess.Popen:
    OUT.mkdir(parents=True, exist_ok=True)
    log = (OUT / "server.log").open("ab")
    with log:
        return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, stdout=log, stderr=log)


def _wait(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError((OUT / "server.log").read_text(errors="replace")[-4000:])


def _read_logins(live: Live) -> None:
    text = (live.instance / "demo-logins.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 3:
            live.logins[words[0]] = words[1]
            if words[0].startswith("199"):
                live.experts[words[2]] = (words[0], words[1])


@pytest.fixture(scope="session", autouse=True)
def _clean_output() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
