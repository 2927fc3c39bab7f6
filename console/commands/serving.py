"""``console serve``, ``run`` and ``worker``: the running console."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import click

from config import ROOT, load, sqlalchemy_url
from console import logs
from console.adapters.database_roles import RoleError, Urls, prepare
from console.adapters.embedded_postgres import DatabaseError, Embedded
from console.commands.address import answers, check_port_is_free, loopback_address
from console.commands.databases import embedded, given_app_url, is_given, use_application_role
from console.commands.one_server import only_server
from console.commands.parent import when_parent_ends
from console.commands.state import at_head, mark_seeds_loaded, seeds_loaded
from console.commands.supervisor import Child, Supervisor

READY_SECONDS = 60.0


@click.command()
@click.option("--no-migrate", is_flag=True, help="不升级数据库结构（由 console migrate 另行完成）")
def serve(no_migrate: bool) -> None:
    """启动服务：内置数据库（未设置 DATABASE_URL 时）、网页服务和后台任务；Ctrl-C 停止。"""
    sys.exit(_serve(load(), migrate=not no_migrate, seeds=False))


@click.command()
def run() -> None:
    """一步试用（make run）：准备数据库、基础数据和演示数据，启动服务并显示演示账号。"""
    os.environ.setdefault("JUXIAN_ENV", "development")
    sys.exit(_serve(load(), migrate=True, seeds=True))


@click.command()
def worker() -> None:
    """运行后台任务：到期的定时任务和待发送的消息；通常由 console serve 启动。"""
    values = load()
    logs.configure(str(values["LOG_LEVEL"]))
    use_application_role(values)
    from console import create_app
    from console.worker import run_forever

    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    when_parent_ends(stop.set)
    run_forever(create_app(), stop)


def _serve(values: Mapping[str, object], *, migrate: bool, seeds: bool) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # while preparing; Supervisor takes the signals over
    with only_server(values):
        check_port_is_free(values)
        with _database(values, migrate=migrate) as (urls, database):
            if migrate and not at_head(urls):
                _console("migrate")
            environment = {**os.environ, "DATABASE_APP_URL": urls.app}
            environment.pop("DATABASE_URL", None)
            if seeds:
                _load_seeds(urls, environment, demo=bool(values["DEMO"]))
            grace = _seconds(values["GRACE_SECONDS"]) + 5
            # On trial the terminal keeps the logins in sight; as a service the journal gets every line.
            log = Path(str(values["INSTANCE"])) / "console.log" if seeds else None
            supervisor = Supervisor(_children(), environment, grace, database, log)
            Thread(target=_announce, args=(values, supervisor.stop, seeds), daemon=True).start()
            return supervisor.run()


@contextmanager
def _database(values: Mapping[str, object], *, migrate: bool) -> Iterator[tuple[Urls, Embedded | None]]:
    """The running database: the given one, or the embedded one, which ends with us."""
    try:
        if is_given(values):
            owner = sqlalchemy_url(str(values["DATABASE_URL"]))
            app = given_app_url(values)
            if migrate and owner:
                prepare(owner, sqlalchemy_url(str(values["DATABASE_APP_URL"])))
            yield Urls(owner or app, app), None
        else:
            database = embedded(values)
            with database as urls:
                yield urls, database
    except (DatabaseError, RoleError) as error:
        raise click.ClickException(str(error)) from error


def _load_seeds(urls: Urls, environment: Mapping[str, str], *, demo: bool) -> None:
    if not seeds_loaded(urls, demo=demo):
        click.echo("正在写入基础数据" + ("和演示数据，首次约需一分钟…" if demo else "…"))
        _console("seed", *(["--demo"] if demo else []), environment=environment)
        mark_seeds_loaded(urls, demo=demo)


def _console(*arguments: str, environment: Mapping[str, str] | None = None) -> None:
    """Run another command of ours as a process of its own: what it imports does not stay in memory here."""
    done = subprocess.run([sys.executable, "-m", "console", *arguments], cwd=ROOT, env=environment, check=False)  # noqa: S603
    if done.returncode:
        raise click.ClickException(f"console {arguments[0]} 失败（{done.returncode}）")


def _children() -> list[Child]:
    gunicorn = ["-m", "gunicorn", "-c", "python:console.gunicorn_conf", "console:create_app()"]
    return [Child("网页服务", gunicorn), Child("后台任务", ["-m", "console", "worker"])]


def _announce(values: Mapping[str, object], stop: Event, show_logins: bool) -> None:
    """Say where the console is as soon as it answers, and with which accounts to try it."""
    until = time.monotonic() + READY_SECONDS
    while not answers(loopback_address(values)):
        if stop.wait(0.1):
            return
        if time.monotonic() > until:
            click.echo(f"网页服务 {READY_SECONDS:.0f} 秒内未应答，请查看上面的日志", err=True)
            return
    click.echo(f"聚贤已启动：{values['BASE_URL']}（Ctrl-C 停止）")
    logins = Path(str(values["INSTANCE"])) / "demo-logins.txt"
    if show_logins:
        click.echo(f"运行日志：{Path(str(values['INSTANCE'])) / 'console.log'}")
    if show_logins and logins.exists():
        click.echo(logins.read_text())
    elif logins.exists():
        click.echo(f"演示账号见 {logins}")


def _seconds(value: object) -> float:
    return float(str(value))
