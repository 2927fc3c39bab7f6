"""专业方向 of an expert: chosen from the programme's catalogue by industry, field and specialty (云南手册 附录)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from console import models as m
from console.database import session
from console.errors import Conflict, Fault, Invalid, NotFound
from console.rules.deadlines import beijing_today
from console.scope import Actor
from console.services import changes
from console.services.cases import UNDER_REVIEW
from console.services.experts import opened
from console.services.unit import unit

LEAF = 3
UNKNOWN = "该专业不在可选范围内，请从列表中选择"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One specialty an expert declares, with the names of field and industry above it."""

    node_id: int
    industry: str
    field: str
    specialty: str

    @property
    def words(self) -> str:
        """化工（危险化学品）· 石油化工（含精细化工）· 防火防爆, without a name repeating the one above it."""
        names = (self.industry, self.field, self.specialty)
        return " · ".join(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the catalogue with the specialties that may be chosen: (id, name)."""

    id: int
    name: str
    specialties: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Industry:
    """An industry of the catalogue with its fields."""

    id: int
    name: str
    fields: tuple[Field, ...]


def chosen(expert_id: int) -> list[Chosen]:
    """What the expert declares, in the order of the catalogue."""
    leaf, field, industry = (aliased(m.TaxonomyNode) for _ in range(3))
    found = (
        select(leaf.id, industry.name, field.name, leaf.name)
        .select_from(m.ExpertSpecialty)
        .join(leaf, leaf.id == m.ExpertSpecialty.node_id)
        .join(field, field.id == m.ExpertSpecialty.field_id)
        .join(industry, industry.id == m.ExpertSpecialty.industry_id)
        .where(m.ExpertSpecialty.expert_id == expert_id)
        .order_by(leaf.sort_order, leaf.id)
    )
    return [Chosen(*row) for row in session().execute(found)]


def catalogue(programme_id: int, today: dt.date) -> list[Industry]:
    """Industries, fields and the specialties that may be chosen on a Beijing day; retired ones are not offered."""
    n = m.TaxonomyNode
    taxonomy_id = session().get_one(m.Programme, programme_id).taxonomy_id
    rows = session().execute(
        select(n.id, n.parent_id, n.level, n.name)
        .where(n.taxonomy_id == taxonomy_id, n.selectable, or_(n.retired_on.is_(None), n.retired_on > today))
        .order_by(n.level, n.sort_order, n.id)
    )
    below: dict[int | None, list[tuple[int, str]]] = {}
    for node_id, parent_id, _level, name in rows:
        below.setdefault(parent_id, []).append((node_id, name))
    industries = [
        Industry(
            top,
            name,
            tuple(Field(middle, word, tuple(below[middle])) for middle, word in below.get(top, ()) if middle in below),
        )
        for top, name in below.get(None, ())
    ]
    return [industry for industry in industries if industry.fields]


def add(expert_id: int, node_id: int | None, *, version: int, actor: Actor, now: dt.datetime) -> int:
    """Declare one more specialty and return the new version of the expert; Invalid for what may not be chosen."""
    with unit():
        case, expert = opened(expert_id, version)
        before = _words(expert.id)
        leaf = _selectable(expert, node_id, beijing_today(now))
        if leaf.name and any(one.node_id == leaf.id for one in chosen(expert.id)):
            raise Invalid("specialty_twice", f"已选择“{leaf.name}”，不用重复添加", "specialties")
        field = session().get_one(m.TaxonomyNode, leaf.parent_id)
        session().add(
            m.ExpertSpecialty(
                expert_id=expert.id,
                region_code=expert.region_code,
                created_at=expert.created_at,
                node_id=leaf.id,
                field_id=field.id,
                industry_id=field.parent_id,
            )
        )
        return _changed(expert, before, actor, now, case)


def remove(expert_id: int, node_id: int, *, version: int, actor: Actor, now: dt.datetime) -> int:
    """Take a specialty back and return the new version; while a case is under review one must remain."""
    with unit():
        case, expert = opened(expert_id, version)
        before = _words(expert.id)
        rows = list(
            session().scalars(select(m.ExpertSpecialty).where(m.ExpertSpecialty.expert_id == expert.id).limit(500))
        )
        gone = next((row for row in rows if row.node_id == node_id), None)
        if gone is None:
            raise NotFound()
        if case is not None and case.state in UNDER_REVIEW and len(rows) == 1:
            raise Conflict("specialty_last", "申报审核期间至少保留一个专业，请先添加新的专业再移除")
        session().delete(gone)
        return _changed(expert, before, actor, now, case)


def _changed(
    expert: m.Expert, before: tuple[str, ...], actor: Actor, now: dt.datetime, case: m.Application | None
) -> int:
    expert.updated_at = now  # a form open elsewhere becomes stale
    session().flush()  # the trail reads the names anew, the form needs the new version
    after = {"specialties": _words(expert.id)}
    changes.record(expert, {"specialties": before}, after, actor=actor, now=now, application=case)
    return expert.lock_version


def _words(expert_id: int) -> tuple[str, ...]:
    return tuple(one.words for one in chosen(expert_id))


def _selectable(expert: m.Expert, node_id: int | None, today: dt.date) -> m.TaxonomyNode:
    if node_id is None:
        raise Invalid("specialty_missing", "请先在列表中选择专业", "specialties")
    leaf = session().get(m.TaxonomyNode, node_id)
    taxonomy_id = session().get_one(m.Programme, expert.programme_id).taxonomy_id
    known = leaf is not None and leaf.level == LEAF and leaf.taxonomy_id == taxonomy_id and leaf.selectable
    if leaf is None or not known or (leaf.retired_on is not None and leaf.retired_on <= today):
        raise Invalid.of([Fault("specialty_unknown", UNKNOWN, "specialties")])
    return leaf
