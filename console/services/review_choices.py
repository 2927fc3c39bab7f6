"""What a reviewer may choose when he passes an application (云南手册 1.2, 3.7), and what he may mark."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy import select

from console import models as m
from console.database import session
from console.rules.completeness import label_of
from console.rules.validity import default_end
from console.services.figures import figure
from console.vocabulary import AttachmentKind, BodyKind

INDUSTRY, SPECIALTY = 1, 3
"""Levels of the taxonomy: what a reviewer appoints for (行业领域) and what may be printed beside it (专业类别)."""


def industries(review: m.Review) -> list[m.TaxonomyNode]:
    """行业领域: the top level of the programme's taxonomy, without what was retired."""
    return _nodes(review, INDUSTRY)


def specialties(review: m.Review) -> list[m.TaxonomyNode]:
    """专业类别 of every industry, in the order of the catalogue."""
    return _nodes(review, SPECIALTY)


def _nodes(review: m.Review, level: int) -> list[m.TaxonomyNode]:
    node = m.TaxonomyNode
    programme = session().get_one(m.Programme, review.application.programme_id)
    return list(
        session().scalars(
            select(node)
            .where(
                node.taxonomy_id == programme.taxonomy_id,
                node.level == level,
                node.retired_on.is_(None),
                node.selectable,
            )
            .order_by(node.sort_order, node.id)
        )
    )


def appointing_bodies(review: m.Review) -> list[m.Organisation]:
    """专家聘用单位: the bodies of the three kinds at the level of the accepting body (云南手册 1.2)."""
    body = m.Organisation
    here = select(body.region_code).where(body.id == review.organisation_id).scalar_subquery()
    found = session().scalars(select(body).where(body.region_code == here, body.active))
    kinds = list(BodyKind)
    return sorted(found, key=lambda row: (kinds.index(row.kind), row.id))


def declared(expert_id: int) -> list[m.ExpertSpecialty]:
    """The specialties the expert declares, as he entered them."""
    found = select(m.ExpertSpecialty).where(m.ExpertSpecialty.expert_id == expert_id)
    return list(session().scalars(found.order_by(m.ExpertSpecialty.id)))


def proposed_industry(review: m.Review) -> int | None:
    """The industry most of the declared specialties belong to; the department's own trades break a tie."""
    counted = Counter(row.industry_id for row in declared(review.expert_id))
    if not counted:
        return None
    codes = set(review.department.industries.split(","))
    own = {node.id for node in industries(review) if node.code in codes}
    return max(counted, key=lambda node_id: (node_id in own, counted[node_id], -node_id))


def proposed_specialty(expert_id: int, industry_id: int | None) -> int | None:
    """The specialty declared in this industry when there is only one; else the reviewer has to say which."""
    found = [row.node_id for row in declared(expert_id) if row.industry_id == industry_id]
    return found[0] if len(found) == 1 else None


def proposed_term(today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the usual term, beginning today (parameter ``certificate_years``)."""
    return today, default_end(today, figure("certificate_years", today))


def industry_of(specialty_id: int) -> int | None:
    """The industry a specialty belongs to; None when it may not be chosen."""
    leaf = session().get(m.TaxonomyNode, specialty_id)
    if leaf is None or leaf.level != SPECIALTY or not leaf.selectable or leaf.retired_on or leaf.parent is None:
        return None
    return leaf.parent.parent_id


def mark_label(name: str) -> str | None:
    """The word on the screen for a marked field or kind of attachment; None when there is no such field."""
    if name in set(AttachmentKind):
        return AttachmentKind(name).label
    try:
        return label_of(name)
    except KeyError:
        return None
