"""At most one ``console serve`` per instance; ``console stop`` finds it by the lock it holds."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from config import declared
from console.commands.databases import embedded

PATIENCE = 90.0  # seconds a running server gets to end


@contextmanager
def only_server(values: Mapping[str, object]) -> Iterator[None]:
    """Hold the lock of the instance while serving; ClickException when another process does."""
    with _lock_path(values).open("a+") as file:
        if not _locked(file.fileno()):
            raise click.ClickException(f"本目录的服务已在运行（进程 {_holder(values)}）；停止请用 console stop")
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@click.command()
def stop() -> None:
    """停止正在运行的服务和内置数据库。"""
    values = declared(os.environ)
    if not _lock_path(values).exists():
        click.echo("服务未运行")
        return
    with _lock_path(values).open("a+") as file:
        if not _locked(file.fileno()):
            os.kill(_holder(values), signal.SIGTERM)
            _wait_for(file.fileno())
            click.echo("服务已停止")
        database = embedded(values)
        if database.made and database.running and database.stop(force=True):
            click.echo("内置数据库已停止")


def _wait_for(descriptor: int) -> None:
    until = time.monotonic() + PATIENCE
    while not _locked(descriptor):
        if time.monotonic() > until:
            raise click.ClickException(f"服务在 {PATIENCE:.0f} 秒内未停止")
        time.sleep(0.1)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_path(values: Mapping[str, object]) -> Path:
    return Path(str(values["INSTANCE"])) / "serve.lock"


def _holder(values: Mapping[str, object]) -> int:
    return int(_lock_path(values).read_text() or 0)
