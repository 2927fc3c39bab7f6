"""Change of information by the approving department, on the expert's written request (云南手册 2.5; MODEL.md P01Y)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import BinaryIO

from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Invalid, NotFound
from console.rules.deadlines import beijing_today
from console.scope import Actor
from console.services import attachments, experts, messages
from console.services.cases import current_case, open_case
from console.services.outside import outside
from console.services.transitions import locked
from console.services.unit import unit
from console.vocabulary import AttachmentKind, ReviewState, Role

KIND = AttachmentKind.CHANGE_REQUEST


def may_correct(expert_id: int, actor: Actor) -> bool:
    """Whether the actor's department has approved this expert: it then changes his information (审批处室)."""
    if Role.REVIEWER not in actor.roles or actor.department_id is None:
        return False
    r = m.Review
    approved = select(r.id).where(
        r.expert_id == expert_id,
        r.department_id == actor.department_id,
        r.state.in_((ReviewState.PASSED, ReviewState.FILED)),
    )
    return session().scalar(approved.limit(1)) is not None


def correct(
    expert_id: int,
    values: Mapping[str, object],
    *,
    version: int,
    file_name: str,
    content: bytes | BinaryIO,
    actor: Actor,
    now: dt.datetime,
) -> list[str]:
    """Change fields on the strength of a written request; returns the labels of what changed.

    The request is stored as an attachment and named by every recorded change. NotFound for another department,
    Invalid at the fields, Stale.
    """
    if session().get(m.Expert, expert_id) is None or not may_correct(expert_id, actor):
        raise NotFound()
    looked = attachments.inspected(KIND, file_name, content, beijing_today(now))
    key = attachments.put(looked, KIND)
    try:
        with unit():
            case = open_case(expert_id, lock=True) or current_case(expert_id)
            expert: m.Expert = locked(m.Expert, expert_id, version)
            basis = attachments.add_row(expert, KIND, looked, key, actor=actor)
            changed = experts.change(expert, values, actor=actor, now=now, application=case, basis=basis)
            if not changed:
                raise Invalid("nothing_changed", "没有改动任何内容，请先修改需要更正的项目")
            session().flush()
            _tell(expert, case, changed, basis, actor, now)
    except BaseException:  # whatever stops it: no file stays that no row names
        outside().storage.delete(key)
        raise
    return changed


def _tell(
    expert: m.Expert,
    case: m.Application | None,
    changed: list[str],
    basis: m.Attachment,
    actor: Actor,
    now: dt.datetime,
) -> None:
    if expert.account_id is None:
        return
    messages.tell(
        expert.account_id,
        "expert_changed_by_dept",
        now=now,
        key=f"correction:{basis.id}",
        values={
            "no": (case.number if case is not None else None) or "",
            "dept": actor.department_name,
            "fields": "、".join(changed),
        },
        link="/my/information",
    )
