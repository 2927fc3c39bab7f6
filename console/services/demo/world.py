"""What every part of the demo world draws on: words, chance, the present, and the reference rows by their codes."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import insert, select
from sqlalchemy.sql.elements import ColumnElement

from console import models as m
from console.database import session
from console.rules.deadlines import WorkCalendar
from console.services.figures import work_calendar
from console.vocabulary import BodyKind, RegionLevel

Row = dict[str, Any]


@dataclass
class World:
    """The demo world under construction; ``now`` is UTC, ``today`` the Beijing date."""

    seeds: Path
    chance: random.Random
    now: dt.datetime
    today: dt.date
    counters: dict[tuple[str, str], int] = field(default_factory=dict)
    clerks: dict[int, int] = field(default_factory=dict)
    """Department id -> account that decides there; 0 -> anybody."""
    places: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Department id -> its name and the name of whoever decides there."""
    submitted: dict[int, dt.datetime] = field(default_factory=dict)
    """Application id -> when it was submitted."""

    @cached_property
    def words(self) -> Row:
        """Names, employers and phrases of seeds/names.yaml."""
        found: Row = yaml.safe_load((self.seeds / "names.yaml").read_text(encoding="utf-8"))
        return found

    @cached_property
    def programme(self) -> m.Programme:
        """The Yunnan programme."""
        return session().scalars(select(m.Programme).where(m.Programme.code == "yunnan")).one()

    @cached_property
    def districts(self) -> list[m.Region]:
        """Districts of Yunnan that exist today."""
        return list(
            session().scalars(
                select(m.Region)
                .where(*_within("530000"), m.Region.level == RegionLevel.DISTRICT, m.Region.valid_to.is_(None))
                .order_by(m.Region.code)
            )
        )

    @cached_property
    def regions(self) -> dict[str, m.Region]:
        """Every division of Yunnan by code."""
        return {row.code: row for row in session().scalars(select(m.Region).where(*_within("530000")))}

    @cached_property
    def departments(self) -> list[m.Department]:
        """Departments that take applications, and registrars."""
        return list(session().scalars(select(m.Department).order_by(m.Department.id)))

    @cached_property
    def by_id(self) -> dict[int, m.Department]:
        """Departments by id."""
        return {department.id: department for department in self.departments}

    @cached_property
    def bodies(self) -> dict[int, m.Organisation]:
        """Bodies by id."""
        return {row.id: row for row in session().scalars(select(m.Organisation))}

    def appointing(self, region_code: str, kind: BodyKind) -> m.Organisation:
        """The hiring body of a kind in a region; the bureau where there is no such office."""
        here = {body.kind: body for body in self.bodies.values() if body.region_code == region_code}
        return here.get(kind) or here[BodyKind.BUREAU]

    @cached_property
    def leaves(self) -> list[m.TaxonomyNode]:
        """Specialties that can be chosen."""
        node = m.TaxonomyNode
        return list(session().scalars(select(node).where(node.level == 3, node.selectable).order_by(node.code)))

    @cached_property
    def nodes(self) -> dict[int, m.TaxonomyNode]:
        """Every node by id."""
        return {row.id: row for row in session().scalars(select(m.TaxonomyNode))}

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The work calendar round today."""
        return work_calendar(self.today)

    def count(self, series: str, period: str) -> int:
        """The next number of a series in a period."""
        self.counters[series, period] = self.counters.get((series, period), 0) + 1
        return self.counters[series, period]

    def moment(self, day: dt.date) -> dt.datetime:
        """A working moment on a Beijing day, as UTC; never later than now."""
        seconds = self.chance.randrange(9 * 3600, 17 * 3600)
        start = dt.datetime.combine(day, dt.time(), dt.timezone(dt.timedelta(hours=8)))
        return min((start + dt.timedelta(seconds=seconds)).astimezone(dt.UTC), self.now)

    def weighted(self, rows: list[Row]) -> Row:
        """One of the rows by its ``weight``."""
        return self.chance.choices(rows, [row["weight"] for row in rows])[0]


def _within(province: str) -> tuple[ColumnElement[bool], ...]:
    low = province
    high = f"{int(province[:2]) + 1}0000"
    return m.Region.code >= low, m.Region.code < high


def add(model: Any, rows: list[Row]) -> list[int]:
    """Insert rows in bulk and return their ids in the same order; versioned tables start at version 1."""
    if not rows:
        return []
    versioned = "lock_version" in model.__table__.c
    prepared = [{"lock_version": 1, **row} if versioned else row for row in rows]
    return list(session().scalars(insert(model).returning(model.id, sort_by_parameter_order=True), prepared))
