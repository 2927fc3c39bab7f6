"""Where a page may send somebody on to: a place in this site, never another one."""

from __future__ import annotations

from urllib.parse import urlsplit

HOME = "/"


def local_path(target: str | None, otherwise: str = HOME) -> str:
    """The path when it leads inside this site; ``otherwise`` for anything a browser could read as another site.

    Browsers drop tabs and line breaks and read a backslash as a slash, so a path with one of them is refused.
    """
    if not target or not target.startswith("/") or target.startswith("//") or len(target) > 2000:
        return otherwise
    if "\\" in target or not target.isprintable():
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target
