"""The process above the others: starts web server and worker, restarts what dies, ends everything it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import FrameType
from typing import BinaryIO

import click

from config import ROOT
from console.adapters.embedded_postgres import DatabaseError, Embedded
from console.commands.parent import PIPE

LOOK = 0.5  # seconds between two looks at the children
LONGEST_PAUSE = 30.0  # seconds before a child that keeps dying is started again
STEADY = 60.0  # seconds a child must live for its deaths to be forgotten


@dataclass
class Child:
    """One process to keep alive: its Chinese name and its command after ``python``."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    again_at: float = 0.0

    @property
    def dead(self) -> bool:
        """Whether it was started and has ended."""
        return self.process is not None and self.process.poll() is not None


@dataclass
class Supervisor:
    """Keeps ``children`` and the embedded database alive until told to stop; the first child is the web server."""

    children: Sequence[Child]
    environment: Mapping[str, str]
    grace: float  # seconds a child gets to end by itself
    database: Embedded | None = None
    log: Path | None = None
    """Where the children write; None: where we write ourselves (a service's journal)."""
    stop: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self._reading_end, self._writing_end = os.pipe()

    def run(self) -> int:
        """Start the children, watch them until SIGTERM, SIGINT or SIGHUP, end them; return the exit code.

        1 when the web server ended by itself (so that systemd or the container starts all anew), else 0.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        try:
            for child in self.children:
                self._start(child)
            while not self.stop.wait(LOOK):
                if self.children[0].dead:
                    click.echo(f"{self.children[0].name}已退出", err=True)
                    return 1
                self._look_after_database()
                for child in self.children[1:]:
                    self._look_after(child)
            return 0
        finally:
            self._end()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stop.set()

    def _start(self, child: Child) -> None:
        if self.log is None:
            self._open(child, None)
            return
        # 0600 like the rest of instance/: lines hold no personal data, but names of pages and times of work.
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            self._open(child, file)

    def _open(self, child: Child, output: BinaryIO | None) -> None:
        child.started = time.monotonic()
        child.process = subprocess.Popen(  # noqa: S603 our own commands, no shell
            [sys.executable, *child.command],
            cwd=ROOT,
            env={**self.environment, PIPE: str(self._reading_end)},
            pass_fds=[self._reading_end],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C reaches only us; we end the children in order
        )

    def _look_after(self, child: Child) -> None:
        """Start a dead child again: at once the first time, then after a pause that doubles."""
        now = time.monotonic()
        if child.process is not None and child.dead:
            code = child.process.returncode
            child.deaths = 1 if now - child.started > STEADY else child.deaths + 1
            pause = 0.0 if child.deaths == 1 else min(LONGEST_PAUSE, 2.0 ** (child.deaths - 2))
            click.echo(f"{child.name}已退出（{code}），{pause:.0f} 秒后重新启动", err=True)
            child.process, child.again_at = None, now + pause
        if child.process is None and now >= child.again_at:
            self._start(child)

    def _look_after_database(self) -> None:
        """Start a killed database again; meanwhile pages say 503 and nothing acknowledged is lost."""
        if self.database is not None and not self.database.running:
            click.echo("内置数据库已停止，正在重新启动", err=True)
            try:
                self.database.start()
            except DatabaseError as error:
                click.echo(str(error), err=True)

    def _end(self) -> None:
        alive = [child.process for child in self.children if child.process is not None and not child.dead]
        for process in alive:
            process.terminate()
        until = time.monotonic() + self.grace
        for process in alive:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # with the processes it started itself
                process.wait()
        if self.database is not None:
            self.database.stop()
