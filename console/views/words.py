"""Lazy words said once per language: a page asks for a hundred of them, and looking one up costs as much as a cell."""

from __future__ import annotations

from flask_babel import LazyString, get_locale

_said: dict[tuple[int, str], tuple[LazyString, str]] = {}


def said(words: LazyString | str) -> str:
    """The words in the reader's language. Only for constants of a module: they are kept for good, by identity."""
    if isinstance(words, str):
        return words
    key = id(words), str(get_locale())
    if key not in _said:
        _said[key] = (words, str(words))
    return _said[key][1]
