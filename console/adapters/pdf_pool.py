"""Rendering processes of this process: started on first use, at most two, killed when a document takes too long.

Safe to use from several threads and after a fork (the child starts its own). Ends with the process: on a normal exit
the workers are killed and waited for, after ``kill -9`` they see their input close and leave.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import struct
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from console.adapters.pdf_worker import WALL
from console.ports import RenderFailed

WORKERS = 2
QUEUE_WAIT = 40.0  # seconds a caller waits for a free worker: two documents at the wall
START_LIMIT = 30.0  # seconds a new process may take to load its libraries and fonts
DOCUMENTS_PER_WORKER = 500  # then a fresh process, in case a library leaks
LARGEST_JOB = 4 << 20  # bytes of JSON
CONSOLE = Path(__file__).resolve().parents[1]
# The package itself would load the whole application; a bare one with the same path is enough for the adapters.
BOOT = (
    "import sys, types; package = types.ModuleType('console'); package.__path__ = [sys.argv[1]]; "
    "sys.modules['console'] = package; from console.adapters import pdf_worker; pdf_worker.main()"
)
PASSED_ON = ("PATH", "PYTHONPATH", "SYSTEMROOT")  # no secrets: the rest of the environment stays here


Answer: TypeAlias = tuple[dict[str, Any], bytes]  # (header, PDF)


class WorkerGone(Exception):
    """The process ended or was killed before it answered; ``late`` when it was killed for taking too long."""

    def __init__(self, *, late: bool) -> None:
        super().__init__("late" if late else "ended")
        self.late = late


class Worker:
    """One rendering process and our ends of its two pipes (bare descriptors: safe to drop after a fork)."""

    def __init__(self) -> None:
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        jobs, self._jobs = os.pipe()
        self._answers, answers = os.pipe()
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no outside word
                [sys.executable, "-P", "-c", BOOT, str(CONSOLE)],
                stdin=jobs, stdout=answers, env=environment | {"LANG": "C.UTF-8"}, cwd="/",
            )  # fmt: skip
        finally:
            os.close(jobs)
            os.close(answers)
        os.set_blocking(self._jobs, False)
        self.served = 0
        self._ready = False
        self._open = True

    @property
    def usable(self) -> bool:
        """Alive and not yet due for replacement."""
        return self.process.poll() is None and self.served < DOCUMENTS_PER_WORKER

    def ask(self, message: bytes, seconds: float) -> Answer:
        """The answer to one message; raises ``WorkerGone``, and the process is dead then."""
        try:
            if not self._ready:
                self._answer(time.monotonic() + START_LIMIT)
                self._ready = True
            deadline = time.monotonic() + seconds
            self._send(struct.pack(">L", len(message)) + message, deadline)
            answer = self._answer(deadline)
        except (OSError, EOFError, ValueError) as error:
            self.kill()
            raise WorkerGone(late=isinstance(error, TimeoutError)) from error
        self.served += 1
        return answer

    def kill(self) -> None:
        """End the process, wait for it (no zombie) and close the pipes."""
        self.process.kill()
        self.process.wait()
        self._close()

    def disown(self) -> None:
        """In a forked child: let go of the parent's worker without touching it."""
        self.process.returncode = 0  # not ours to wait for
        self._close()

    def _close(self) -> None:
        if self._open:
            self._open = False
            os.close(self._jobs)
            os.close(self._answers)

    def _send(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            _await(self._jobs, selectors.EVENT_WRITE, deadline)
            rest = rest[os.write(self._jobs, rest) :]

    def _answer(self, deadline: float) -> Answer:
        (length,) = struct.unpack(">L", self._read(4, deadline))
        header: dict[str, Any] = json.loads(self._read(length, deadline))
        return header, self._read(header["size"], deadline)

    def _read(self, size: int, deadline: float) -> bytes:
        """Exactly ``size`` bytes before the deadline."""
        parts = bytearray()
        while len(parts) < size:
            _await(self._answers, selectors.EVENT_READ, deadline)
            part = os.read(self._answers, size - len(parts))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)


def _await(channel: int, event: int, deadline: float) -> None:
    """Wait until the pipe is ready; raises ``TimeoutError`` at the deadline (monotonic seconds)."""
    with selectors.DefaultSelector() as selector:
        selector.register(channel, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise TimeoutError


def _refusal(gone: WorkerGone, wall: float) -> RenderFailed:
    """What the user reads when a worker was lost."""
    if gone.late:
        return RenderFailed("render_timeout", f"文书未能在 {wall:.0f} 秒内生成，已停止，请联系技术支持")
    return RenderFailed("render_crashed", "文书生成进程意外结束，请重试；仍不成功请联系技术支持")


def _weakly(method: Callable[[], None]) -> Callable[[], None]:
    """A callback that does not keep the method's object alive."""
    reference = weakref.WeakMethod(method)

    def call() -> None:
        found = reference()
        if found is not None:
            found()

    return call


class Pool:
    """At most ``size`` workers; ``run`` blocks while all are busy. ``wall``: limit for one document, in seconds."""

    def __init__(self, size: int = WORKERS, wall: float = WALL) -> None:
        self.size, self.wall = size, wall
        self._idle: list[Worker]
        self._all: set[Worker]
        self._forget()
        os.register_at_fork(after_in_child=_weakly(self._after_fork))
        atexit.register(_weakly(self.close))

    def run(self, job: dict[str, Any]) -> Answer:
        """Header and PDF of a job; raises ``RenderFailed`` when it is late, crashes its worker or gets no turn."""
        message = json.dumps(job, ensure_ascii=False).encode()
        if len(message) > LARGEST_JOB:
            raise RenderFailed("render_too_large", "文书内容过长，无法生成")
        if not self._turns.acquire(timeout=QUEUE_WAIT):
            raise RenderFailed("render_busy", "正在生成的文书较多，请稍后重试")
        try:
            return self._serve(message)
        finally:
            self._turns.release()

    def close(self) -> None:
        """Kill every worker. A document being made fails; the next ``run`` starts a new worker."""
        with self._lock:
            idle, self._idle = self._idle, []
            busy = self._all.difference(idle)
            self._all = set()
        for worker in busy:
            worker.process.kill()  # the thread that waits for it cleans up
        for worker in idle:
            worker.kill()

    def _serve(self, message: bytes) -> Answer:
        worker = self._take()
        try:
            answer = worker.ask(message, self.wall)
        except WorkerGone as gone:
            with self._lock:
                self._all.discard(worker)
            raise _refusal(gone, self.wall) from gone
        with self._lock:
            if worker in self._all:
                self._idle.append(worker)
                return answer
        worker.kill()  # the pool was closed meanwhile
        return answer

    def _take(self) -> Worker:
        """An idle worker that still lives, or a new one."""
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else Worker()
                self._all.add(worker)
            if worker.usable:
                return worker
            with self._lock:
                self._all.discard(worker)
            worker.kill()

    def _forget(self) -> None:
        """Begin with nothing: at the start, and in a forked child."""
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(self.size)
        self._idle = []
        self._all = set()

    def _after_fork(self) -> None:
        """The parent's workers answer the parent; holding their pipes would keep them alive after it."""
        for worker in self._all:
            worker.disown()
        self._forget()
