"""A process that turns HTML into PDF, one document after another, and may be killed at any moment.

Reads messages from standard input, answers on standard output; ends when its input closes. A message is four bytes
of length and JSON; an answer the same, followed by the PDF. ``pdf_pool`` starts and kills it.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import struct
import sys
from typing import Any, BinaryIO

MEMORY = 1 << 30  # bytes of address space
WALL = 20  # seconds for one document; the parent kills at the same limit, the alarm covers a parent that died
ALARM_AFTER = WALL + 5


def main() -> None:
    """Serve until the parent closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the answers
    logging.basicConfig(level=logging.WARNING, handlers=[logging.NullHandler()])  # pdf_document reads the complaints
    render = _renderer()
    _answer(answers, {"ready": True})
    while (job := _read(sys.stdin.buffer)) is not None:
        signal.alarm(ALARM_AFTER)
        header, content = render(job)
        signal.alarm(0)
        _answer(answers, header, content)


def _renderer() -> Any:
    """Load the libraries under the memory limit and return the rendering function."""
    from console.adapters import pdf_document, pdf_patches

    pdf_patches.install()
    return pdf_document.render


def _read(stream: BinaryIO) -> dict[str, Any] | None:
    """The next message, or None when the parent is gone."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    message: dict[str, Any] = json.loads(stream.read(struct.unpack(">L", head)[0]))
    return message


def _answer(stream: BinaryIO, header: dict[str, Any], content: bytes = b"") -> None:
    """Write one answer."""
    data = json.dumps(header | {"size": len(content)}).encode()
    stream.write(struct.pack(">L", len(data)) + data + content)
    stream.flush()


if __name__ == "__main__":
    main()
