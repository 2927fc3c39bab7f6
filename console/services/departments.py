"""Departments an expert may declare to (云南手册 2.5), grouped by their bodies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from console import models as m
from console.database import session
from console.errors import Fault
from console.rules.regions import range_of
from console.services.cases import valid_certificates
from console.vocabulary import BodyKind


@dataclass(frozen=True, slots=True)
class Offer:
    """A department on the list: whether it deals with the expert's industries, and why it cannot be chosen, if so."""

    department: m.Department
    suits: bool
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class BodyOffers:
    """The departments of one body, those that suit first."""

    body: m.Organisation
    offers: tuple[Offer, ...]


def offered(expert: m.Expert) -> list[m.Department]:
    """Active departments that accept applications, of bureaus whose region contains the expert's; province first."""
    body = m.Organisation
    found = session().scalars(
        select(m.Department)
        .join(m.Department.organisation)
        .options(contains_eager(m.Department.organisation))
        .where(m.Department.active, m.Department.accepts_applications, body.active, body.kind == BodyKind.BUREAU)
        .order_by(body.region_code, body.id, m.Department.id)
    )
    return [row for row in found if range_of(row.organisation.region_code).contains(expert.region_code)]


def offers(expert: m.Expert, today: dt.date) -> list[BodyOffers]:
    """The list as the page shows it on a Beijing day."""
    held = {paper.department_id: paper.number for paper in valid_certificates(expert.id, today)}
    own = _industries(expert.id)
    grouped: dict[m.Organisation, list[Offer]] = {}
    for row in offered(expert):
        refusal = _held(held[row.id]) if row.id in held else ""
        suits = bool(own & set(row.industries.split(",")))
        grouped.setdefault(row.organisation, []).append(Offer(row, suits, refusal))
    return [
        BodyOffers(body, tuple(sorted(found, key=lambda offer: not offer.suits))) for body, found in grouped.items()
    ]


def chosen(expert: m.Expert, ids: Iterable[int]) -> list[m.Department]:
    """The departments chosen, each once, in the order of the list; what is not offered is left out."""
    wanted = set(ids)
    return [row for row in offered(expert) if row.id in wanted]


def choice_faults(
    expert: m.Expert, ids: Iterable[int], departments: Sequence[m.Department], today: dt.date
) -> list[Fault]:
    """Every department is offered to this expert, and none holds a valid certificate of his."""
    found = []
    if set(ids) - {row.id for row in departments}:
        found.append(Fault("department_unknown", "所选部门不受理您所在地区的专家申报，请重新选择", "departments"))
    held = {paper.department_id: paper.number for paper in valid_certificates(expert.id, today)}
    for row in departments:
        if row.id in held:
            found.append(Fault("certificate_valid", f"{row.name}：{_held(held[row.id])}", "departments"))
    return found


def _held(number: str) -> str:
    return f"您持有该部门的有效聘书（{number}），到期或终止后可再次申报"


def _industries(expert_id: int) -> set[str]:
    s, n = m.ExpertSpecialty, m.TaxonomyNode
    return set(session().scalars(select(n.code).join(s, s.industry_id == n.id).where(s.expert_id == expert_id)))
