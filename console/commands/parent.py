"""Children end with ``console serve`` even when it is killed: they hold a pipe that closes with it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from threading import Thread

PIPE = "JUXIAN_PARENT_PIPE"  # environment: the number of the inherited reading end


def when_parent_ends(do: Callable[[], object]) -> None:
    """Call ``do`` in a thread when the process that started this one is gone; nothing when started by hand."""
    number = os.environ.get(PIPE, "")
    if number:
        Thread(target=_wait, args=(int(number), do), name="parent", daemon=True).start()


def end_with_parent(master: int) -> None:
    """Ask the gunicorn master to end when ``console serve`` is gone, unless it is gone itself."""

    def end() -> None:
        if os.getppid() == master:
            os.kill(master, signal.SIGTERM)

    when_parent_ends(end)


def _wait(reading_end: int, do: Callable[[], object]) -> None:
    while os.read(reading_end, 1):
        pass  # nobody writes; the end of the file is the message
    do()
