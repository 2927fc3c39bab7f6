"""Numbers without gaps: a counter per series and period, raised in the transaction that uses the number."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from console import models as m
from console.database import session


def next_number(series: str, period: str) -> int:
    """The next number (from 1) of a series in a period, e.g. ``("certificate:YNS", "20261120")``.

    The row stays locked until the caller's transaction ends: whoever asks next waits, and a rollback gives the number
    back, so numbers are distinct and gapless. Nothing is flushed: the caller may hold a half-filled row.
    """
    counter = m.NumberCounter.__table__
    statement = (
        insert(m.NumberCounter)
        .values(series=series, period=period, last=1)
        .on_conflict_do_update(index_elements=[counter.c.series, counter.c.period], set_={"last": counter.c.last + 1})
        .returning(counter.c.last)
    )
    return int(session().connection().execute(statement).scalar_one())
