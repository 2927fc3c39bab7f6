"""Addresses of other pages: built when they are needed, once per page for all rows of a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, url_for
from flask_babel import LazyString

from console.permissions import Permission
from console.views.columns_of import Action
from console.views.request import permissions
from console.views.words import said

_MARK = 7_777_777_777


def link(endpoint: str, **values: Any) -> str:
    """The address of a page."""
    return url_for(endpoint, **values)


def row_link(endpoint: str, key: int | None) -> str:
    """The address of the page about one record: building twenty would cost more than reading them."""
    if key is None:
        return ""
    patterns: dict[str, tuple[str, str]] = g.setdefault("row_links", {})
    if endpoint not in patterns:
        patterns[endpoint] = _pattern(endpoint)
    before, after = patterns[endpoint]
    return f"{before}{key}{after}"


def _pattern(endpoint: str) -> tuple[str, str]:
    rule = next(rule for rule in current_app.url_map.iter_rules(endpoint) if len(rule.arguments) == 1)
    values: dict[str, Any] = {next(iter(rule.arguments)): _MARK}
    before, _mark, after = url_for(endpoint, **values).partition(str(_MARK))
    return before, after


@dataclass(frozen=True, slots=True)
class RowLink:
    """One entry every row of a list has: its word, the page it opens, and the attribute of the row that names it."""

    label: LazyString | str
    endpoint: str
    key: str = "id"
    needs: Permission | None = None


class RowMenu:
    """The entries all rows share, worded once per page."""

    def __init__(self, links: Iterable[RowLink]) -> None:
        may = permissions()
        self._links = [
            (said(each.label), each.endpoint, each.key) for each in links if not each.needs or each.needs in may
        ]

    def of(self, row: Any) -> Sequence[Action]:
        """The entries of one row; none where the row has no such record."""
        found = ((label, row_link(endpoint, getattr(row, key))) for label, endpoint, key in self._links)
        return [Action(label, url) for label, url in found if url]
