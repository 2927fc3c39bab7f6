"""The menu of each face: which entry leads where, who sees it, what is counted beside it."""

from __future__ import annotations

from console.views.shell import Face, Shell


def shell() -> Shell:
    """The frame of the page for whoever reads it."""
    return Shell(face=Face.PUBLIC)
