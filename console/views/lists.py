"""What a generated list was asked for, and the page it answers with.

``Asked`` reads the address strictly: names outside the list's own are dropped, values that cannot be are 400.
``Listing`` runs the two statements of a page (numbers, rows) and words everything the template prints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

from flask import abort
from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select

from console.database import session
from console.views.columns_of import Action, Cell, Column
from console.views.filters import Filter, clean
from console.views.links import RowMenu
from console.views.paging import NEAR, REACH, Key, Sort, ordering, read_key, read_page, window, write_key
from console.views.totals import CAP, Total, totals
from console.views.words import said

SIZES = (20, 50, 100)

Rows = Select[*tuple[Any, ...]]
"""A statement that selects columns."""


@dataclass(frozen=True)
class Tab:
    """One tab: its key in the address, its word, its condition (None: everything), its own order if it has one."""

    key: str
    label: LazyString | str
    where: Callable[[], ColumnElement[bool] | None]
    sort: str = ""


@dataclass(frozen=True)
class Search:
    """The search box: what it finds, in words, and how it narrows the ids."""

    words: LazyString | str
    narrow: Callable[[Source, Asked], Source]


@dataclass(frozen=True)
class Source:
    """Where the ids of a list come from: its own table, or a narrow table that is ordered the same way."""

    ids: Select[Any]
    id: Any
    sorts: Mapping[str, Sort]

    def where(self, *conditions: ColumnElement[bool]) -> Source:
        """Narrower by conditions."""
        return replace(self, ids=self.ids.where(*conditions)) if conditions else self


class Listed(Protocol):
    """What a list needs to know of its view."""

    endpoint: str
    columns: Sequence[Column]
    filters: Sequence[Filter]
    tabs: Sequence[Tab]
    sorts: Mapping[str, Sort]
    default_sort: str
    search: Search | None
    id_column: Any

    def source(self, asked: Asked) -> Source: ...
    def row_statement(self) -> Rows: ...
    def row_actions(self, row: Any) -> Sequence[Action]: ...
    def row_button(self, row: Any) -> Action | None: ...
    def row_name(self, row: Any) -> str: ...
    def row_menu(self) -> RowMenu: ...


@dataclass(frozen=True)
class Asked:
    """The address of a list, read."""

    address: str
    tab: str = ""
    search: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    size: int = SIZES[0]
    key: Key | None = None
    panel: bool = False

    @property
    def desc(self) -> bool:
        """Whether the order is downwards."""
        return self.sort.startswith("-")

    @property
    def sort_name(self) -> str:
        """The order without its direction."""
        return self.sort.removeprefix("-")

    def url(self, **changes: str | int | None) -> str:
        """The same list with something changed; None drops a name. Page and key go unless they are given."""
        kept: dict[str, Any] = {"tab": self.tab, "search": self.search, **self.given}
        kept |= {"sort": self.given.get("sort", ""), "size": self.size if self.size != SIZES[0] else ""}
        kept |= changes
        words = urlencode({name: value for name, value in kept.items() if value not in (None, "")})
        return f"{self.address}?{words}" if words else self.address

    def hidden(self, *without: str) -> dict[str, str]:
        """What a GET form of the page has to carry along."""
        kept = {"tab": self.tab, "search": self.search, **self.given}
        if self.size != SIZES[0]:
            kept["size"] = str(self.size)
        return {name: value for name, value in kept.items() if value and name not in without}


def read(view: Listed, address: str, args: Mapping[str, str]) -> Asked:
    """Read the address; 400 for values that cannot be."""
    given = {key: args[key].strip() for each in view.filters for key in each.keys if args.get(key, "").strip()}
    values = {each.key: value for each in view.filters if (value := each.read(given)) is not None}
    sort = _one_of(args.get("sort", ""), [f"{sign}{name}" for name in view.sorts for sign in ("", "-")])
    if sort:
        given["sort"] = sort
    tab = _one_of(args.get("tab", ""), [each.key for each in view.tabs])
    tab = tab or (view.tabs[0].key if view.tabs else "")
    order = sort or next((each.sort for each in view.tabs if each.key == tab and each.sort), view.default_sort)
    return Asked(
        address=address,
        tab=tab,
        search=clean(args.get("search", "")),
        given=given,
        values=values,
        sort=order,
        page=read_page(args.get("page", "")),
        size=int(_one_of(args.get("size", ""), [str(size) for size in SIZES]) or SIZES[0]),
        key=read_key(args.get("k", ""), view.sorts[order.removeprefix("-")], view.id_column),
        panel="panel" in args,
    )


def _one_of(value: str, known: Sequence[str]) -> str:
    if value and value not in known:
        abort(400)
    return value


class Head(NamedTuple):
    """One head of the table."""

    label: str
    column: Column
    url: str
    sort: str


class Line(NamedTuple):
    """One row of the table."""

    id: Any
    name: str
    cells: Sequence[tuple[str, str, Cell]]
    button: Action | None
    actions: Sequence[Action]


class Chip(NamedTuple):
    """One filter in use."""

    key: str
    label: str
    value: str
    off: str
    edit: str


class Listing:
    """One page of a list."""

    def __init__(self, view: Listed, asked: Asked) -> None:
        self.view, self.asked = view, asked
        self.source = _tabbed(view, asked, _narrowed(view, asked))
        self.total, self.tab_totals = self._numbers()
        self.page = self._page()
        self.rows, self.more = self._rows()

    def _numbers(self) -> tuple[Total, dict[str, Total]]:
        asked, view = self.asked, self.view
        everything = view.source(NOTHING_ASKED)
        wanted = {f"tab {tab.key}": _tabbed(view, replace(asked, tab=tab.key), everything).ids for tab in view.tabs}
        here = f"tab {asked.tab}"
        if asked.search or asked.values or not view.tabs:
            here = f"{asked.tab} {asked.search} {sorted(asked.values.items())}"
            wanted[here] = self.source.ids
        known = totals(wanted, view.endpoint)
        return known[here], {tab.key: known[f"tab {tab.key}"] for tab in view.tabs}

    def _page(self) -> int:
        if self.total.about:
            return self.asked.page
        return min(self.asked.page, max(1, -(-self.total.number // self.asked.size)))

    def _rows(self) -> tuple[list[Any], bool]:
        asked, view = self.asked, self.view
        size = asked.size
        own = self.source.sorts.get(asked.sort_name) or view.sorts[asked.sort_name]
        ids = window(self.source.ids, self.source.id, own, asked.desc, self.page, size, asked.key)
        sort = view.sorts[asked.sort_name]
        key = sort.column.label(f"sort_{asked.sort_name}")
        statement = view.row_statement().add_columns(key).where(view.id_column.in_(ids.ids))
        rows = list(session().execute(statement.order_by(*ordering(sort, view.id_column, asked.desc))))
        return (rows, True) if ids.reverse else (rows[:size], len(rows) > size)

    @property
    def heads(self) -> list[Head]:
        """The heads, with the address that sorts by each."""
        return [self._head(column) for column in self.view.columns]

    def _head(self, column: Column) -> Head:
        asked = self.asked
        if not column.sort:
            return Head(said(column.label), column, "", "")
        if column.sort == asked.sort_name:
            turned = column.sort if asked.desc else f"-{column.sort}"
            return Head(said(column.label), column, asked.url(sort=turned), "descending" if asked.desc else "ascending")
        first = f"-{column.sort}" if self.view.default_sort.removeprefix("-") == column.sort else column.sort
        return Head(said(column.label), column, asked.url(sort=first), "")

    def lines(self) -> list[Line]:
        """The rows, ready to print. No property: Jinja takes an AttributeError inside one for an empty list."""
        view = self.view
        columns = [(column.css, column.fact_label if column.fact else "", column.show) for column in view.columns]
        links = view.row_menu()
        return [
            Line(
                row.id,
                view.row_name(row),
                [(css, label, show(row)) for css, label, show in columns],
                view.row_button(row),
                [*links.of(row), *view.row_actions(row)],
            )
            for row in self.rows
        ]

    @property
    def tabs(self) -> list[tuple[str, str, str, bool]]:
        """Word, count, address, whether it is the one shown."""
        return [
            (
                said(tab.label),
                f"{CAP:,}+" if self.tab_totals[tab.key].about else self.tab_totals[tab.key].words,
                self.asked.url(tab=tab.key),
                tab.key == self.asked.tab,
            )
            for tab in self.view.tabs
        ]

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters in use."""
        asked = self.asked
        return [
            Chip(
                each.key,
                str(each.label),
                each.words(asked.values[each.key]),
                asked.url(**dict.fromkeys(each.keys)),
                asked.url(panel=1) + f"#filter-{each.key}",
            )
            for each in self.view.filters
            if each.key in asked.values
        ]

    @property
    def clear(self) -> str:
        """The address without search and filters."""
        asked = self.asked
        return asked.url(search=None, **dict.fromkeys(key for key in asked.given if key != "sort"))

    @property
    def first(self) -> int:
        """The number of the first row shown, counted from 1."""
        return (self.page - 1) * self.asked.size + 1

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.first + len(self.rows) - 1

    def _key(self) -> str | None:
        if not self.rows:
            return None
        row = self.rows[0]
        return write_key(Key(getattr(row, f"sort_{self.asked.sort_name}"), row.id, self.page))

    def to_page(self, number: int) -> str:
        """The address of another page: by key when it is near."""
        key = self._key() if abs(number - self.page) <= NEAR else None
        return self.asked.url(page=number, k=key)

    @property
    def previous(self) -> str:
        """The address of the page before, or nothing."""
        return self.to_page(self.page - 1) if self.page > 1 else ""

    @property
    def next(self) -> str:
        """The address of the page after, or nothing."""
        return self.to_page(self.page + 1) if self.more else ""

    @property
    def pages(self) -> list[tuple[int, str, bool]] | None:
        """Page numbers round the current one (0 is a gap); none when there are too many or only one."""
        last = -(-self.total.number // self.asked.size)
        if self.total.about or last < 2:
            return None
        near = {1, 2, last - 1, last, *range(self.page - 2, self.page + 3)}
        shown: list[tuple[int, str, bool]] = []
        for number in sorted(number for number in near if 1 <= number <= last):
            if shown and number - shown[-1][0] > 1:
                shown.append((0, "", False))
            shown.append((number, self.to_page(number), number == self.page))
        return shown

    @property
    def sizes(self) -> list[tuple[int, str, bool]]:
        """How many rows a page may have."""
        sized = self.asked.url
        return [(n, sized(size=n if n != SIZES[0] else None), n == self.asked.size) for n in SIZES]

    @property
    def goto(self) -> bool:
        """Whether a typed page number makes sense."""
        return self.total.number > 2 * self.asked.size and (self.page * self.asked.size <= REACH)

    def advice(self) -> str:
        """What to try when nothing was found: the filter to drop, or the search to shorten."""
        chips = self.chips
        if self.asked.search:
            return _("试试只填一个字，或换一个号码。")
        if chips:
            return _("试试去掉“%(filter)s”。", filter=f"{chips[-1].label}：{chips[-1].value}")
        return ""


NOTHING_ASKED = Asked("")


def _narrowed(view: Listed, asked: Asked) -> Source:
    source = view.source(asked)
    if asked.search and view.search is not None:
        source = view.search.narrow(source, asked)
    return source.where(*(each.where(asked.values[each.key]) for each in view.filters if each.key in asked.values))


def _tabbed(view: Listed, asked: Asked, source: Source) -> Source:
    condition = next((tab.where() for tab in view.tabs if tab.key == asked.tab), None)
    return source if condition is None else source.where(condition)


def found(view: Listed, asked: Asked) -> Source:
    """Where the ids of everything asked for come from (for files and bulk actions)."""
    return _tabbed(view, asked, _narrowed(view, asked))
