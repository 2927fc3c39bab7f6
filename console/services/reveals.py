"""Full personal numbers, one person at a time: a purpose, a trace, thirty an hour (SECURITY.md R9)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from console import models as m
from console.audit import record
from console.database import session
from console.errors import Invalid, NotFound, TooMany
from console.rules.completeness import label_of
from console.rules.deadlines import beijing_today
from console.scope import Actor
from console.services.attempts import Limit, take
from console.services.figures import figure
from console.services.unit import unit
from console.vocabulary import AuditEvent, RevealPurpose

FIELDS = ("id_number", "phone")
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Revealed:
    """Full values by field, to be shown for so many seconds."""

    values: dict[str, str]
    seconds: int


def reveal(expert_id: int, purpose: RevealPurpose | None, *, actor: Actor, now: dt.datetime) -> Revealed:
    """The full ID number and phone of one expert, written to the audit with the purpose.

    Invalid without a purpose, NotFound out of scope, TooMany after the hourly number of an account.
    """
    today = beijing_today(now)
    with unit():
        expert = session().get(m.Expert, expert_id)
        if expert is None:
            raise NotFound()
        if purpose is None:
            raise Invalid("no_purpose", "请选择查看用途", "purpose")
        most = figure("reveal_per_hour", today)
        turn = take(f"reveal:{actor.account_id}", Limit(most, HOUR), now=now)
        if not turn.granted:
            left = (turn.free_at - now).seconds if turn.free_at else 60
            raise TooMany("reveal_limit", f"每小时最多查看{most}次完整号码，请稍后再试", retry_after=left)
        record(
            session(),
            AuditEvent.REVEAL,
            at=now,
            table="expert",
            record_id=expert.id,
            region_code=expert.region_code,
            changes={"用途": purpose.label, "项目": [label_of(field) for field in FIELDS]},
        )
        values = {field: str(getattr(expert, field) or "") for field in FIELDS}
    return Revealed(values, figure("reveal_seconds", today))
