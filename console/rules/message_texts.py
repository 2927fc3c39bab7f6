"""Texts of messages: placeholders are filled once, and a bureau's own wording may use only those of its message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from console.errors import Fault

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
SECRETS = frozenset({"code", "password"})
"""Placeholders whose values nobody but the receiver may read; a text that has one cannot do without it."""


def placeholders(text: str) -> tuple[str, ...]:
    """Names between braces, each once, in order of appearance."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def is_secret(text: str) -> bool:
    """Whether the text carries a code or a password."""
    return bool(SECRETS & set(placeholders(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder replaced, in one pass: a value that looks like a placeholder stays as it is.

    Line breaks in values become blanks, because a short message is one line. LookupError names what has no value.
    """
    missing = [name for name in placeholders(text) if name not in values]
    if missing:
        raise LookupError(f"no value for {', '.join(missing)}")
    return _PLACEHOLDER.sub(lambda found: " ".join(str(values[found[1]]).split()), text)


def template_faults(text: str, allowed: Iterable[str], field: str = "body") -> list[Fault]:
    """A bureau's wording is not empty, uses only the placeholders of its message and keeps its code or password."""
    known = set(allowed)
    if not text.strip():
        return [Fault("text_missing", "短信内容不能为空", field)]
    unknown = [name for name in placeholders(text) if name not in known]
    if unknown:
        words = "、".join(f"{{{name}}}" for name in unknown)
        return [Fault("placeholder_unknown", f"短信内容中的变量{words}不可用", field)]
    lost = sorted((known & SECRETS) - set(placeholders(text)))
    if lost:
        return [Fault("placeholder_lost", f"短信内容必须保留变量{{{lost[0]}}}", field)]
    return []
