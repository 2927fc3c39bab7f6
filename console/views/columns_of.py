"""The columns of a generated list: what a row shows, what it is sorted by, what a file gets.

A column turns one row (plain values, already masked by SQL) into one cell; the template prints cells by their kind, so
that a list page costs no macro call per value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import LazyString
from markupsafe import Markup

from console.rules.deadlines import (
    Deadline,
    DeadlineTone,
    beijing_time,
    chinese_day,
    deadline_words,
    exact_time,
    list_time,
    table_date,
)
from console.views.request import today
from console.views.words import said

DASH = "—"


class Cell(NamedTuple):
    """One cell: ``kind`` is the way it is printed (name, state, text), ``tone`` the look of its second line."""

    kind: str
    value: Any
    sub: str = ""
    url: str = ""
    tone: str = ""


Show = Callable[[Any], Cell]


@lru_cache(maxsize=256)
def badge_html(label: str, family: str) -> Markup:
    """The markup of a badge, made by its macro once: a page prints the same few again and again."""
    macros: Any = current_app.jinja_env.get_template("macros/ui.html").module
    return Markup(macros.badge_of(label, family).strip())  # noqa: S704 a macro's own markup


@dataclass(frozen=True)
class Column:
    """One column of a list and of its file.

    ``sort`` names the order of the view that a click on the head asks for. ``phone`` says whether a phone shows the
    cell (as a fact, labelled ``short``). ``file`` gives the value for exports; without it the cell's own words are
    used.
    """

    name: str
    label: LazyString | str
    show: Show
    sort: str = ""
    number: bool = False
    phone: bool = True
    place: str = ""
    short: LazyString | str = ""
    file: Callable[[Any], object] | None = None

    @property
    def css(self) -> str:
        """The classes of the cell."""
        words = (
            {"name": "cell-name", "state": "cell-state"}.get(self.place, ""),
            "num nowrap" if self.number else "",
            "" if self.phone else "desk-only",
        )
        return " ".join(word for word in words if word)

    @property
    def fact(self) -> bool:
        """Whether a phone prints the label before the value."""
        return self.phone and not self.place

    @property
    def fact_label(self) -> str:
        """The label a phone prints."""
        return said(self.short or self.label)

    def text(self, row: Any) -> str:
        """What a file gets."""
        if self.file is not None:
            return plain(self.file(row))
        cell = self.show(row)
        return plain(cell.value[0] if cell.kind == "state" and cell.value else cell.value)


def plain(value: object) -> str:
    """A value as text: enum labels, dates as dates, moments on the Beijing clock, nothing for None."""
    if type(value) is str:
        return "" if value == DASH else value
    if value is None:
        return ""
    if isinstance(value, Enum):
        return str(getattr(value, "label", value.value))
    if isinstance(value, dt.datetime):
        return f"{beijing_time(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def shown(value: object) -> str:
    """A value as a cell prints it; a dash when there is none."""
    return plain(value) or DASH


# --- what most columns show -----------------------------------------------------------------------


def text(name: str, label: LazyString | str, *, sub: str = "", **options: Any) -> Column:
    """The value of a row attribute, with another one below it in grey (``desk_sub``: on wide screens only)."""

    def show(row: Any) -> Cell:
        return Cell("text", shown(getattr(row, name)), plain(getattr(row, sub)) if sub else "", tone=tone)

    tone = "desk-only" if options.pop("desk_sub", False) else ""
    return Column(name, label, show, file=lambda row: getattr(row, name), **options)


def name(
    attribute: str,
    label: LazyString | str,
    *,
    url: Callable[[Any], str],
    sub: str = "",
    missing: str = "",
    **options: Any,
) -> Column:
    """The first column: bold, a link, and a grey second line."""

    def show(row: Any) -> Cell:
        word = plain(getattr(row, attribute)) or missing or DASH
        return Cell("name", word, plain(getattr(row, sub)) if sub else "", url(row))

    return Column(attribute, label, show, place="name", file=lambda row: getattr(row, attribute), **options)


def state(attribute: str, label: LazyString | str, **options: Any) -> Column:
    """The badge of a state."""

    def show(row: Any) -> Cell:
        value = getattr(row, attribute)
        return Cell("state", None if value is None else (value.label, value.family.value))

    return Column(attribute, label, show, place="state", file=lambda row: getattr(row, attribute), **options)


def badge(label_: LazyString | str, of: Callable[[Any], tuple[str, str]], **options: Any) -> Column:
    """A badge whose word and family are computed from the row."""
    return Column("state", label_, lambda row: Cell("state", of(row)), place="state", **options)


def yes_no(attribute: str, label: LazyString | str, **options: Any) -> Column:
    """是 or 否."""
    return text(attribute, label, **options)


def day(attribute: str, label: LazyString | str, **options: Any) -> Column:
    """A date as tables print it."""

    def show(row: Any) -> Cell:
        return Cell("text", table_date(getattr(row, attribute)))

    return Column(attribute, label, show, number=True, file=lambda row: getattr(row, attribute), **options)


def moment(attribute: str, label: LazyString | str, *, exact: bool = False, **options: Any) -> Column:
    """A moment on the Beijing clock, without the year when it is this one."""

    def show(row: Any) -> Cell:
        at = getattr(row, attribute)
        return Cell("text", DASH if at is None else exact_time(at) if exact else list_time(at, today()))

    return Column(attribute, label, show, number=True, file=lambda row: getattr(row, attribute), **options)


TONES = {DeadlineTone.CALM: "", DeadlineTone.SOON: "deadline-soon", DeadlineTone.LATE: "deadline-late"}


def deadline_cell(seen: Deadline) -> Cell:
    """A deadline on two lines: the date, and below it how far away it is."""
    return Cell("text", short_day(seen.due_on, seen.seen_on), distance(seen), tone=TONES[seen.tone])


def short_day(day: dt.date, today_: dt.date) -> str:
    """``11月06日`` within the year, else ``2025-11-06``: of equal width, so that dates stand below each other."""
    return f"{day.month}月{day.day:02d}日" if day.year == today_.year else day.isoformat()


def distance(seen: Deadline) -> str:
    """How far away a deadline is: ``剩 2 个工作日``, ``今日到期``, ``超期 3 天``."""
    return deadline_words(seen).removeprefix(chinese_day(seen.due_on, seen.seen_on)).removeprefix("，")


class Action(NamedTuple):
    """One thing to do with a row: a link, or a POST when ``post`` is given (its fields, sent with a token)."""

    label: str
    url: str
    danger: bool = False
    confirm: str = ""
    post: dict[str, str] | None = None
