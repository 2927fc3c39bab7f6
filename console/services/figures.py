"""Figures of rules and the work calendar as they stood on a day (ARCHITECTURE.md section 4)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from console import models as m
from console.database import session
from console.rules.deadlines import WorkCalendar


def figure(key: str, on: dt.date) -> int:
    """The value of a parameter on a Beijing date; LookupError when the key is unknown or not yet in force."""
    value = session().scalar(
        select(m.Parameter.value)
        .where(m.Parameter.key == key, m.Parameter.valid_from <= on)
        .order_by(m.Parameter.valid_from.desc())
        .limit(1)
    )
    if value is None:
        raise LookupError(f"parameter {key} is not in force on {on}")
    return value


def figures(prefix: str, on: dt.date) -> dict[str, int]:
    """Every parameter whose key starts with ``prefix``, as it stands on a Beijing date, by full key."""
    rows = session().execute(
        select(m.Parameter.key, m.Parameter.value)
        .where(m.Parameter.key.startswith(prefix, autoescape=True), m.Parameter.valid_from <= on)
        .order_by(m.Parameter.key, m.Parameter.valid_from)
    )
    return dict(iter(rows))


def work_calendar(around: dt.date) -> WorkCalendar:
    """The maintained days from the year before ``around`` to two years after it; other years follow the weekend."""
    first, last = dt.date(around.year - 1, 1, 1), dt.date(around.year + 2, 12, 31)
    rows = session().execute(
        select(m.CalendarDay.day, m.CalendarDay.working).where(m.CalendarDay.day.between(first, last))
    )
    return WorkCalendar(dict(iter(rows)))
