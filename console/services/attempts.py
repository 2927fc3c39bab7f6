"""Counters within a time window, raised before a decision is taken: fifty guesses at once are fifty counts (R6).

The subject is locked (advisory lock of the transaction) while it is counted, so no two tries see the same number.
A window begins with its first count; the count that reaches the limit begins it anew, so a lock lasts its full time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from console import models as m
from console.database import session

_a = m.Attempt


@dataclass(frozen=True, slots=True)
class Limit:
    """``most`` counts within ``window``."""

    most: int
    window: dt.timedelta


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to one try: its number, whether it may go on, and when it may if not."""

    count: int
    granted: bool
    free_at: dt.datetime | None = None


def take(subject: str, limit: Limit, *, now: dt.datetime) -> Turn:
    """Count one try; refused (and not counted) when the limit was reached. Commit before acting on the answer."""
    lock(subject)
    row = _current(subject, limit, now)
    if row is None:
        session().execute(insert(_a).values(subject=subject, window_start=now, count=1))
        return Turn(1, granted=True)
    start, count = row
    if count >= limit.most:
        return Turn(count, granted=False, free_at=start + limit.window)
    begin = now if count + 1 >= limit.most else start
    session().execute(
        update(_a)
        .where(_a.subject == subject, _a.window_start == start)
        .values(count=count + 1, window_start=begin)
        .execution_options(synchronize_session=False)
    )
    return Turn(count + 1, granted=True)


def reached(subject: str, limit: Limit, *, now: dt.datetime) -> dt.datetime | None:
    """Until when the subject is refused; None when it is not."""
    row = _current(subject, limit, now)
    return row[0] + limit.window if row is not None and row[1] >= limit.most else None


def reached_below(prefix: str, limit: Limit, *, now: dt.datetime, but: str) -> dt.datetime | None:
    """Until when any subject beginning with ``prefix`` is refused, except the one that has another limit."""
    start = session().scalar(
        select(func.max(_a.window_start)).where(
            _a.subject.startswith(prefix, autoescape=True),
            _a.subject != but,
            _a.window_start > now - limit.window,
            _a.count >= limit.most,
        )
    )
    return start + limit.window if start is not None else None


def forget(subject: str) -> int:
    """Remove the counter and return what it stood at."""
    lock(subject)
    counts = session().scalars(delete(_a).where(_a.subject == subject).returning(_a.count)).all()
    return sum(counts)


def start(subject: str, *, now: dt.datetime) -> None:
    """Begin a count at nought, whatever it stood at."""
    forget(subject)
    session().execute(insert(_a).values(subject=subject, window_start=now, count=0))


def started(subject: str) -> tuple[dt.datetime, int] | None:
    """When a count was begun with ``start`` and what it stands at, locked until the transaction ends; raised by one."""
    lock(subject)
    statement = update(_a).where(_a.subject == subject).values(count=_a.count + 1)
    returning = statement.returning(_a.window_start, _a.count).execution_options(synchronize_session=False)
    found = session().execute(returning).one_or_none()
    return (found[0], found[1] - 1) if found is not None else None


def forget_below(prefix: str) -> None:
    """Remove every counter whose subject begins with ``prefix``."""
    statement = delete(_a).where(_a.subject.startswith(prefix, autoescape=True))
    session().execute(statement, execution_options={"synchronize_session": False})


def give_back(subject: str, count: int) -> None:
    """Take counts back that turned out to be no failures."""
    statement = update(_a).where(_a.subject == subject).values(count=func.greatest(_a.count - count, 0))
    session().execute(statement, execution_options={"synchronize_session": False})


def lock(subject: str) -> None:
    """Let nobody else count this subject until the transaction ends."""
    session().execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))


def _current(subject: str, limit: Limit, now: dt.datetime) -> tuple[dt.datetime, int] | None:
    row = session().execute(
        select(_a.window_start, _a.count)
        .where(_a.subject == subject, _a.window_start > now - limit.window)
        .order_by(_a.window_start.desc())
        .limit(1)
    )
    found = row.one_or_none()
    return (found[0], found[1]) if found is not None else None  # .count is the tuple's own method
