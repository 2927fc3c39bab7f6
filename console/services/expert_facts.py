"""An expert as the rules see him: what he typed, what is missing, where he may live."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import func, or_, select

from console import models as m
from console.database import session
from console.errors import Fault, NotFound
from console.rules import completeness
from console.rules.regions import level_of, range_of
from console.vocabulary import AttachmentKind, RegionLevel

COLUMNS = (
    *("name", "id_number", "gender", "birth_date", "ethnicity", "political_status", "health"),
    *("education", "degree", "school", "major", "title_level", "title", "title_expires_on", "qualification"),
    *("employer", "employer_kind", "position", "employer_address", "region_code", "mailing_address", "email"),
    *("occupation", "practice_years", "resume", "achievements"),
)
"""What is typed in the basic information; the phone comes from the account, specialties and files hang on it."""


def own(expert_id: int | None) -> m.Expert:
    """The expert, as far as the actor sees him; NotFound else."""
    expert = session().get(m.Expert, expert_id, populate_existing=True) if expert_id else None
    if expert is None:
        raise NotFound()
    return expert


def facts_for_rules(expert: m.Expert) -> dict[str, object]:
    """Column values as ``rules.completeness`` takes them; a whole province is no 州市/县区 and counts as none."""
    values: dict[str, object] = {field: getattr(expert, field) for field in COLUMNS}
    values |= {"phone": expert.phone, "phone_cc": expert.phone_cc}
    if level_of(expert.region_code) is RegionLevel.PROVINCE:
        values["region_code"] = ""
    return values


def attachment_kinds(expert_id: int) -> frozenset[AttachmentKind]:
    """Which kinds of attachment the expert has uploaded and not removed."""
    found = select(m.Attachment.kind).where(m.Attachment.expert_id == expert_id, m.Attachment.removed_at.is_(None))
    return frozenset(session().scalars(found.distinct()))


def information_faults(expert: m.Expert, today: dt.date, values: Mapping[str, object] | None = None) -> list[Fault]:
    """Everything missing or malformed in all steps, in page order (云南手册 2.4); ``values`` to ask before storing."""
    count = select(func.count()).select_from(m.ExpertSpecialty).where(m.ExpertSpecialty.expert_id == expert.id)
    return completeness.completeness_faults(
        facts_for_rules(expert) if values is None else values,
        attachments=attachment_kinds(expert.id),
        specialties=session().scalar(count) or 0,
        today=today,
    )


def regions(expert: m.Expert, today: dt.date) -> list[m.Region]:
    """Prefectures and districts of the programme's region on a Beijing day, in the order of their codes."""
    programme = session().get_one(m.Programme, expert.programme_id)
    span, r = range_of(programme.region_code), m.Region
    found = select(r).where(
        r.code >= span.lo,
        r.code < span.hi,
        r.level != RegionLevel.PROVINCE,
        or_(r.valid_to.is_(None), r.valid_to >= today),
    )
    return list(session().scalars(found.order_by(r.code)))
