"""Filters of the generated lists: an English key in the address, a Chinese word on the chip, a condition in SQL.

A value that cannot be one of the filter's is a bad request; nothing typed ever becomes part of a pattern.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute

from console import models as m
from console.columns import Coded
from console.database import session
from console.rules.deadlines import beijing_midnight
from console.rules.regions import NATIONAL, is_code, range_of
from console.views.request import actor
from console.vocabulary import RegionLevel

TEXT_LIMIT = 60
LEAF = 3
Option = tuple[str, str]


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """What was typed, without surrounding blanks; a control sign (NUL cannot be stored) is a bad request."""
    word = text.strip()
    if len(word) > limit or any(ord(sign) < 32 or ord(sign) == 127 for sign in word):
        abort(400)
    return word


@dataclass(frozen=True)
class Filter:
    """One filter. ``kind`` says how its editor looks: select, text or days (two dates)."""

    key: str
    label: LazyString | str
    kind: str = "select"

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys it occupies in the address."""
        return (self.key,)

    def read(self, given: dict[str, str]) -> str | None:
        """The value asked for, checked; None when the filter is not used."""
        text = clean(given.get(self.key, ""))
        return text or None

    def words(self, value: str) -> str:
        """The value as the chip prints it."""
        return value

    def options(self, chosen: Mapping[str, str]) -> Sequence[Option]:
        """What the editor offers, given the values of the other filters."""
        return ()

    def where(self, value: str) -> ColumnElement[bool]:
        """The condition."""
        raise NotImplementedError


@dataclass(frozen=True)
class Choice(Filter):
    """One of a closed list; ``conditions`` maps every value to its word and its condition (made when asked)."""

    conditions: tuple[tuple[str, LazyString | str, Callable[[], ColumnElement[bool]]], ...] = ()

    def read(self, given: dict[str, str]) -> str | None:
        """One of the values, or nothing."""
        value = super().read(given)
        if value is not None and value not in {key for key, _word, _condition in self.conditions}:
            abort(400)
        return value

    def words(self, value: str) -> str:
        """The word of the value."""
        return next(str(word) for key, word, _condition in self.conditions if key == value)

    def options(self, chosen: Mapping[str, str]) -> Sequence[Option]:
        """Every value."""
        return [(key, str(word)) for key, word, _condition in self.conditions]

    def where(self, value: str) -> ColumnElement[bool]:
        """The condition of the value."""
        return next(condition() for key, _word, condition in self.conditions if key == value)


def coded_choice(key: str, label: LazyString | str, column: InstrumentedAttribute[Any]) -> Choice:
    """A filter over a coded column: every word of its list."""
    words = column.type.words if isinstance(column.type, Coded) else ()
    return Choice(key, label, conditions=tuple((each.value, each.label, equals(column, each)) for each in words))


def equals(column: Any, value: object) -> Callable[[], ColumnElement[bool]]:
    """The condition that a column has a value, made when asked."""
    return lambda: column == value


def switch(key: str, label: LazyString | str, column: Any) -> Choice:
    """A filter over a yes/no column."""
    return Choice(
        key, label, conditions=(("yes", "是", lambda: column.is_(True)), ("no", "否", lambda: column.is_(False)))
    )


@dataclass(frozen=True)
class Exact(Filter):
    """Text equality: case counts, % and _ are plain signs."""

    kind: str = "text"
    column: Any = None

    def where(self, value: str) -> ColumnElement[bool]:
        """Equal, and nothing else."""
        return self.column == value


@dataclass(frozen=True)
class Fragment(Filter):
    """A piece of a short text, for small tables only."""

    kind: str = "text"
    column: Any = None

    def where(self, value: str) -> ColumnElement[bool]:
        """Contained as written."""
        return self.column.contains(value, autoescape=True)


@dataclass(frozen=True)
class Days(Filter):
    """A span of Beijing dates, both ends inside: ``<key>_from`` and ``<key>_to``; ``moment`` for UTC moments."""

    kind: str = "days"
    column: Any = None
    moment: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Two keys."""
        return (f"{self.key}_from", f"{self.key}_to")

    def read(self, given: dict[str, str]) -> str | None:
        """``from~to`` with either end empty."""
        first, last = (given.get(key, "").strip() for key in self.keys)
        if not (first or last):
            return None
        return f"{_day(first)}~{_day(last)}"

    def words(self, value: str) -> str:
        """The span in words."""
        first, last = value.split("~")
        if first and last:
            return _("%(first)s 至 %(last)s", first=first, last=last)
        return _("%(day)s 起", day=first) if first else _("至 %(day)s", day=last)

    def where(self, value: str) -> ColumnElement[bool]:
        """Inside the span; for moments its ends are Beijing midnights."""
        first, last = (dt.date.fromisoformat(part) if part else None for part in value.split("~"))
        parts: list[Any] = []
        if first:
            parts.append(self.column >= (beijing_midnight(first) if self.moment else first))
        if last:
            after = last + dt.timedelta(days=1)
            parts.append(self.column < (beijing_midnight(after) if self.moment else after))
        return and_(*parts)


def _day(text: str) -> str:
    if not text:
        return ""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        abort(400)
    if not 1900 <= day.year <= 2200:
        abort(400)
    return day.isoformat()


@dataclass(frozen=True)
class InRegion(Filter):
    """A division and everything below it, as a range of codes; offered within the reader's own range only."""

    column: Any = None
    level: RegionLevel = RegionLevel.PREFECTURE

    def read(self, given: dict[str, str]) -> str | None:
        """A code, or nothing."""
        value = super().read(given)
        if value is not None and (not is_code(value) or value == NATIONAL):
            abort(400)
        return value

    def words(self, value: str) -> str:
        """The division's name."""
        return session().scalar(select(m.Region.name).where(m.Region.code == value)) or value

    def options(self, chosen: Mapping[str, str]) -> Sequence[Option]:
        """Divisions of the level inside the reader's range."""
        span = range_of(actor().region_code)
        above = select(m.Region.code, m.Region.name).subquery()
        rows = session().execute(
            select(m.Region.code, m.Region.name, above.c.name)
            .outerjoin(above, above.c.code == m.Region.parent_code)
            .where(
                m.Region.level == self.level,
                m.Region.code >= span.lo,
                m.Region.code < span.hi,
                m.Region.valid_to.is_(None),
            )
            .order_by(m.Region.code)
        )
        district = self.level is RegionLevel.DISTRICT
        return [(code, f"{parent} · {name}" if district and parent else name) for code, name, parent in rows]

    def where(self, value: str) -> ColumnElement[bool]:
        """Inside the range: never LIKE, which could not use the index."""
        span = range_of(value)
        return and_(self.column >= span.lo, self.column < span.hi)


@dataclass(frozen=True)
class Node(Filter):
    """A taxonomy node of one level by its code; ``through`` is the id column of the rows that have it."""

    level: int = 1
    through: Callable[[int, int], ColumnElement[bool]] | None = None

    def _found(self, code: str) -> Any:
        return (
            session()
            .execute(
                select(m.TaxonomyNode.id, m.TaxonomyNode.name)
                .where(m.TaxonomyNode.code == code, m.TaxonomyNode.level == self.level)
                .order_by(m.TaxonomyNode.id)
                .limit(1)
            )
            .one_or_none()
        )

    def read(self, given: dict[str, str]) -> str | None:
        """``code~id~name`` of an existing node: one look-up serves chip and condition."""
        code = super().read(given)
        if code is None:
            return None
        found = self._found(code)
        if found is None:
            abort(400)
        return f"{code}~{found.id}~{found.name}"

    def words(self, value: str) -> str:
        """The node's name."""
        return value.split("~", 2)[2]

    def options(self, chosen: Mapping[str, str]) -> Sequence[Option]:
        """Every node of the level; for specialties those below the field or industry that is chosen."""
        above = select(m.TaxonomyNode.id, m.TaxonomyNode.name, m.TaxonomyNode.parent_id).subquery()
        below: list[ColumnElement[bool]] = []
        if self.level == LEAF:
            top = {key: int(chosen[key].split("~")[1]) for key in ("field", "industry") if key in chosen}
            if not top:
                return ()
            below = [above.c.id == top["field"] if "field" in top else above.c.parent_id == top["industry"]]
        rows = session().execute(
            select(m.TaxonomyNode.code, m.TaxonomyNode.name, above.c.name)
            .outerjoin(above, above.c.id == m.TaxonomyNode.parent_id)
            .where(m.TaxonomyNode.level == self.level, *below)
            .order_by(m.TaxonomyNode.sort_order, m.TaxonomyNode.id)
        )
        return [(code, f"{parent} · {name}" if parent else name) for code, name, parent in rows]

    def where(self, value: str) -> ColumnElement[bool]:
        """Rows that have the node."""
        if self.through is None:
            raise ValueError(f"{self.key}: no path to the node")
        return self.through(int(value.split("~")[1]), self.level)
