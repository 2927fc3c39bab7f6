"""What was changed in an expert's information after he first submitted: recorded masked, read collapsed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from sqlalchemy import select

from console import models as m
from console.database import session
from console.rules.completeness import label_of
from console.rules.masking import mask_id_number, mask_phone
from console.scope import Actor
from console.vocabulary import ApplicationState

OPEN_FOR_WRITING = frozenset({ApplicationState.DRAFT, ApplicationState.REJECTED})
"""States in which a change belongs to the round to come, because nobody is reviewing the present one."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field as it was before the first and after the last change of a round; personal numbers are masked."""

    field: str
    label: str
    before: str
    after: str
    at: dt.datetime
    actor_name: str
    round: int
    basis_id: int | None = None


def record(
    expert: m.Expert,
    before: Mapping[str, object],
    after: Mapping[str, object],
    *,
    actor: Actor,
    now: dt.datetime,
    application: m.Application | None,
    basis: m.Attachment | None = None,
) -> list[str]:
    """Write one row per field that differs and return the labels; nothing before the expert first submitted.

    ``before`` and ``after`` map fields of ``rules.completeness`` to values; call inside ``unit()``.
    """
    changed = [field for field in after if before.get(field) != after[field]]
    if application is None or application.submitted_at is None:
        return [label_of(field) for field in changed]
    for field in changed:
        session().add(
            m.FieldChange(
                at=now,
                application_id=application.id,
                round=application.round + (application.state in OPEN_FOR_WRITING),
                field=field,
                label=label_of(field),
                before=shown(field, before.get(field)),
                after=shown(field, after[field]),
                actor_id=actor.account_id,
                actor_name=actor.name,
                basis_id=basis.id if basis else None,
                region_code=application.region_code,
                expert_id=expert.id,
            )
        )
    return [label_of(field) for field in changed]


def shown(field: str, value: object) -> str:
    """A value as the trail keeps it: labels for words, masks for personal numbers, names for regions."""
    if value is None or value == "":
        return ""
    if field == "id_number":
        return mask_id_number(str(value))
    if field == "phone":
        return mask_phone(str(value))
    if field == "region_code":
        return session().scalar(select(m.Region.name).where(m.Region.code == value)) or str(value)
    if isinstance(value, Enum):
        return str(getattr(value, "label", value.value))
    if isinstance(value, tuple | list):
        return "、".join(str(part) for part in value)
    return str(value)


def of_application(application_id: int, round_: int | None = None) -> list[Change]:
    """The changes of an application, newest round first; several of one field in a round are shown as one."""
    found = select(m.FieldChange).where(m.FieldChange.application_id == application_id)
    if round_ is not None:
        found = found.where(m.FieldChange.round == round_)
    return collapsed(session().scalars(found.order_by(m.FieldChange.id)))


def collapsed(rows: Iterable[m.FieldChange]) -> list[Change]:
    """Fold rows (oldest first) into one per round and field; a field that came back to what it was disappears."""
    folded: dict[tuple[int, str], Change] = {}
    for row in rows:
        key = (row.round, row.field)
        first = folded.get(key)
        newest = Change(row.field, row.label, row.before, row.after, row.at, row.actor_name, row.round, row.basis_id)
        folded[key] = replace(newest, before=first.before) if first else newest
    kept = [change for change in folded.values() if change.before != change.after or "*" in change.after]
    return sorted(kept, key=lambda change: (change.round, change.at), reverse=True)
