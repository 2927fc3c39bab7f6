"""Which sentence of which rule book a function implements: the register behind ``docs/clauses.md``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of a source and the function that applies it.

    ``document`` is the law, standard or manual; ``article`` its section; ``words`` what it says, shortened.
    ``function`` is the dotted name of the rule.
    """

    document: str
    article: str
    words: str
    function: str

    @property
    def citation(self) -> str:
        """The short form printed beside a verdict."""
        return f"{self.document} {self.article}".strip()


_REGISTER: list[Clause] = []


def clause(document: str, article: str, words: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register the decorated rule under a sentence of its source; the function itself is left as it is."""

    def register(function: Callable[P, R]) -> Callable[P, R]:
        name = f"{function.__module__}.{getattr(function, '__qualname__', repr(function))}"
        _REGISTER.append(Clause(document, article, words, name))
        return function

    return register


def registered() -> tuple[Clause, ...]:
    """Every clause of the modules imported so far, ordered by document, article and function."""
    return tuple(sorted(_REGISTER, key=lambda entry: (entry.document, entry.article, entry.function)))


def load_all() -> None:
    """Import every module of this package, so that ``registered`` is complete."""
    package = importlib.import_module("console.rules")
    for module in pkgutil.iter_modules(package.__path__, "console.rules."):
        importlib.import_module(module.name)


def render_clauses() -> str:
    """Return ``docs/clauses.md``: for every source a table of article, words and the function that applies it."""
    load_all()
    lines = [
        "# 条款与规则",
        "",
        "由 `console/rules/clauses.py` 生成，请勿手改。标“可配置”的数值来自参数表，不是法规条文。",
    ]
    document = ""
    for entry in registered():
        if entry.document != document:
            document = entry.document
            lines += ["", f"## {document}", "", "| 条款 | 内容 | 函数 |", "|---|---|---|"]
        lines.append(f"| {_cell(entry.article)} | {_cell(entry.words)} | `{entry.function}` |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or "–"
