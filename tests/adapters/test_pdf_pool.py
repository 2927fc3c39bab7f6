"""The rendering processes: hostile documents end, the pool works afterwards, nothing is left behind."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from console.adapters import pdf_pool
from console.adapters.pdf_xhtml2pdf import XhtmlPdf
from console.ports import RenderFailed

NOW = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
WALL = 3.0
ROOT = Path(__file__).resolve().parents[2]
GOOD = "<div>安全生产</div>"
PARENT = """
import datetime, os, time
from console.adapters.pdf_xhtml2pdf import XhtmlPdf
pdf = XhtmlPdf()
pdf.render_html("<div>安</div>", "certificate.css", created=datetime.datetime.now(datetime.UTC))
(worker,) = pdf._pool._all
print(worker.process.pid, flush=True)
if {wait}:
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def pdf():
    renderer = XhtmlPdf(wall=WALL)
    yield renderer
    renderer.close()


def render(pdf, html: str):
    return pdf.render_html(html, "certificate.css", created=NOW)


def gone(pid: int, seconds: float = 5.0) -> bool:
    """Whether a process ends, or is a zombie waiting for somebody else's parent, within the time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z" and os.getppid() != pid:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<div>" * 20_000 + "安", "render_timeout"),
        ("<div>" * 400 + "安" + "</div>" * 400, "render_failed"),
        ('<div><img src="/etc/passwd"></div>', "render_failed"),
        ('<div><img src="http://127.0.0.1:1/a.png"></div>', "render_failed"),
        ("<div>" + "安" * 2_000_000 + "</div>", "render_too_large"),
    ],
    ids=["20000 nested", "400 nested", "local file", "network", "6 MB"],
)
def test_a_hostile_document_ends_within_the_wall_and_the_pool_works_on(pdf, html, code):
    begun = time.monotonic()
    with pytest.raises(RenderFailed) as refused:
        render(pdf, html)
    assert time.monotonic() - begun < WALL + 2
    assert refused.value.code == code
    assert render(pdf, GOOD).pages == 1


def test_three_thousand_nested_boxes_end_with_an_error(pdf):
    begun = time.monotonic()
    with pytest.raises(RenderFailed):
        render(pdf, "<div>" * 3000 + "安" + "</div>" * 3000)
    assert time.monotonic() - begun < WALL + 2


def test_a_worker_killed_from_outside_is_replaced(pdf):
    render(pdf, GOOD)
    for worker in pdf._pool._all:
        worker.process.kill()
        worker.process.wait()
    assert render(pdf, GOOD).pages == 1


def test_a_worker_killed_while_it_works_gives_an_error_to_its_caller_only(pdf):
    pdf.close()
    failures = []

    def hostile():
        with pytest.raises(RenderFailed) as refused:
            render(pdf, "<div>" * 20_000 + "安")
        failures.append(refused.value.code)

    thread = threading.Thread(target=hostile)
    thread.start()
    assert render(pdf, GOOD).pages == 1  # the other worker answers meanwhile
    busy = [worker for worker in pdf._pool._all if worker not in pdf._pool._idle]
    assert len(busy) == 1
    busy[0].process.kill()
    thread.join()
    assert failures == ["render_crashed"]
    assert render(pdf, GOOD).pages == 1


def test_many_threads_share_at_most_two_workers(pdf):
    results = []
    threads = [threading.Thread(target=lambda: results.append(render(pdf, GOOD).sha256)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 12
    assert len(set(results)) == 1
    assert 1 <= len(pdf._pool._all) <= 2


def test_a_caller_who_gets_no_turn_is_told_to_come_back(pdf, monkeypatch):
    monkeypatch.setattr(pdf_pool, "QUEUE_WAIT", 0.05)
    for _ in range(pdf_pool.WORKERS):
        assert pdf._pool._turns.acquire(timeout=1)
    try:
        with pytest.raises(RenderFailed) as refused:
            render(pdf, GOOD)
    finally:
        for _ in range(pdf_pool.WORKERS):
            pdf._pool._turns.release()
    assert refused.value.code == "render_busy"


def test_a_forked_child_starts_its_own_worker_and_leaves_the_parents_alone(pdf):
    render(pdf, GOOD)
    before = {worker.process.pid for worker in pdf._pool._all}
    child = os.fork()
    if child == 0:
        code = 1
        try:
            fresh = not pdf._pool._all
            code = 0 if fresh and render(pdf, GOOD).pages == 1 else 2
            pdf.close()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert render(pdf, GOOD).pages == 1
    assert {worker.process.pid for worker in pdf._pool._all} == before


def test_a_worker_is_limited_to_one_gibibyte_and_knows_no_secret(pdf, monkeypatch):
    pdf.close()
    monkeypatch.setenv("JUXIAN_SECRET_KEY", "not for the worker")
    render(pdf, GOOD)
    (worker,) = pdf._pool._all
    limits = Path(f"/proc/{worker.process.pid}/limits").read_text()
    (line,) = [line for line in limits.splitlines() if line.startswith("Max address space")]
    assert line.split()[3:5] == [str(1 << 30), str(1 << 30)]
    assert b"not for the worker" not in Path(f"/proc/{worker.process.pid}/environ").read_bytes()


def test_closing_leaves_no_process_and_the_next_document_starts_one(pdf):
    render(pdf, GOOD)
    pids = [worker.process.pid for worker in pdf._pool._all]
    pdf.close()
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []  # waited for: not even a zombie
    assert render(pdf, GOOD).pages == 1


@pytest.mark.parametrize("killed", [False, True], ids=["normal exit", "kill -9"])
def test_the_workers_end_with_their_process(killed):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(wait=killed)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    worker = int(parent.stdout.readline())
    if killed:
        parent.send_signal(signal.SIGKILL)
    parent.stdout.close()
    assert parent.wait(timeout=10) == (-signal.SIGKILL if killed else 0)
    assert gone(worker)
