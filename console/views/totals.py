"""How many rows: exact up to 10,000, beyond that the planner's estimate, never a full count (FAST_LIST.md 2.1).

All numbers of a page come in one statement. A number above 500 is remembered for half a minute per reader; small ones
are counted every time, because a clerk who decided a case expects the number to fall at once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Engine, Select, event, func, select

from console.database import session
from console.scope import Actor, current_actor

CAP = 10_000
SMALL = 500
REMEMBERED = 30.0
ROOM = 2_000


class Total(NamedTuple):
    """A number of rows; ``about`` says that it is the planner's guess, rounded to two figures."""

    number: int
    about: bool = False

    @property
    def words(self) -> str:
        """``1,284`` or ``约 130,000``."""
        return f"约 {self.number:,}" if self.about else f"{self.number:,}"


_known: dict[tuple[Any, ...], tuple[float, Total]] = {}


def totals(wanted: Mapping[str, Select[Any]], place: str) -> dict[str, Total]:
    """The number of rows of each statement (which selects ids), by its name; ``place`` tells lists apart."""
    known = {name: total for name in wanted if (total := _remembered(place, name)) is not None}
    open_ = {name: ids for name, ids in wanted.items() if name not in known}
    if open_:
        known |= {name: _settled(place, name, number, open_[name]) for name, number in _counted(open_).items()}
    return known


def _counted(wanted: Mapping[str, Select[Any]]) -> dict[str, int]:
    parts = [
        select(func.count()).select_from(ids.order_by(None).limit(CAP + 1).subquery()).scalar_subquery()
        for ids in wanted.values()
    ]
    row = session().execute(select(*parts)).one()
    return dict(zip(wanted, row, strict=True))


def _settled(place: str, name: str, number: int, ids: Select[Any]) -> Total:
    total = Total(number) if number <= CAP else Total(_rounded(max(estimate(ids), CAP + 1)), True)
    if number <= SMALL:
        return total
    if len(_known) >= ROOM:
        _known.clear()
    _known[_place(place, name)] = (time.monotonic(), total)
    return total


def _remembered(place: str, name: str) -> Total | None:
    found = _known.get(_place(place, name))
    return found[1] if found and time.monotonic() - found[0] < REMEMBERED else None


def _place(place: str, name: str) -> tuple[Any, ...]:
    reader: Actor = replace(current_actor(), name="", because="", ip="", request_id="", session_key="")
    return reader, place, name


def _rounded(number: int) -> int:
    step = 10 ** max(0, len(str(number)) - 2)
    return number // step * step


def estimate(ids: Select[Any]) -> int:
    """How many rows the planner expects, in a third of a millisecond and without reading any."""
    plan = session().execute(ids.order_by(None), execution_options={"estimate": True}).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


@event.listens_for(Engine, "before_cursor_execute", retval=True)
def _explain(
    connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> tuple[str, Any]:
    # The statement stays the one the scope narrowed; only its first word changes.
    if context is not None and context.execution_options.get("estimate"):
        return f"EXPLAIN (FORMAT JSON) {statement}", parameters
    return statement, parameters
