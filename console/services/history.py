"""审核历史: who did what when with an application, a certificate or an expert's information, newest first.

Built from the append-only steps and the recorded changes; the page only formats (云南手册 3.4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import ColumnElement, select

from console import models as m
from console.database import session
from console.errors import NotFound
from console.services import changes
from console.workflow.application import APPLICATION
from console.workflow.certificate import CERTIFICATE
from console.workflow.review import REVIEW

SELF = "本人"

# Action of each workflow -> tone and icon of the disc. The system's joins say nothing a reader does not see anyway.
_LOOKS = {
    (APPLICATION.code, "submit"): ("brand", "pencil"),
    (APPLICATION.code, "withdraw"): ("mute", "back"),
    (REVIEW.code, "pass"): ("ok", "tick"),
    (REVIEW.code, "reject"): ("bad", "cross"),
    (REVIEW.code, "file"): ("ok", "tick"),
    (CERTIFICATE.code, "expire"): ("mute", "hourglass"),
    (CERTIFICATE.code, "terminate"): ("dark", "barred"),
    (CERTIFICATE.code, "revoke"): ("dark", "barred"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry: ``changes`` are (label, before, now); ``basis_id`` is the written request behind a correction."""

    at: dt.datetime
    title: str
    who: str = ""
    tone: str = "brand"
    icon: str = "tick"
    line: str = ""
    quote: str = ""
    changes: tuple[tuple[str, str, str], ...] = field(default=())
    basis_id: int | None = None
    round: int = 1


def of_application(application_id: int) -> list[Happening]:
    """The course of one application through all its rounds; NotFound when the actor cannot see it."""
    application = session().get(m.Application, application_id)
    if application is None:
        raise NotFound()
    reviews = select(m.Review.id).where(m.Review.application_id == application_id)
    papers = select(m.Certificate.id).where(m.Certificate.review_id.in_(reviews))
    steps = _steps(
        (m.StepLog.application_id == application_id)
        | ((m.StepLog.workflow == CERTIFICATE.code) & m.StepLog.record_id.in_(papers))
    )
    edits = _edits(m.FieldChange.application_id == application_id)
    return _course(steps, edits)


def of_expert(expert_id: int) -> list[Happening]:
    """Everything that happened to an expert's applications, certificates and information."""
    return _course(_steps(m.StepLog.expert_id == expert_id), _edits(m.FieldChange.expert_id == expert_id))


def of_certificate(certificate: m.Certificate) -> list[Happening]:
    """How a certificate came to be and what became of it: verdict and filing of its review, then its own steps."""
    review = (m.StepLog.workflow == REVIEW.code) & (m.StepLog.record_id == certificate.review_id)
    own = (m.StepLog.workflow == CERTIFICATE.code) & (m.StepLog.record_id == certificate.id)
    return _course(_steps(review | own), [])


def _steps(where: ColumnElement[bool]) -> Sequence[m.StepLog]:
    return session().scalars(select(m.StepLog).where(where).order_by(m.StepLog.id)).all()


def _edits(where: ColumnElement[bool]) -> list[m.FieldChange]:
    return list(session().scalars(select(m.FieldChange).where(where).order_by(m.FieldChange.id)))


def _course(steps: Iterable[m.StepLog], edits: list[m.FieldChange]) -> list[Happening]:
    shown = [step for step in steps if (step.workflow, step.action) in _LOOKS]
    numbers = _numbers(shown)
    used: set[int] = set()
    found = []
    for step in shown:
        own = _before_submission(step, edits) if (step.workflow, step.action) == (APPLICATION.code, "submit") else []
        used.update(edit.id for edit in own)
        found.append(_of_step(step, own, numbers))
    found += _of_edits([edit for edit in edits if edit.id not in used])
    return sorted(found, key=lambda happening: happening.at, reverse=True)


def _numbers(steps: list[m.StepLog]) -> dict[int, str]:
    ids = {step.record_id for step in steps if step.workflow == CERTIFICATE.code}
    found = select(m.Certificate.id, m.Certificate.number).where(m.Certificate.id.in_(ids))
    return dict(iter(session().execute(found))) if ids else {}


def _before_submission(step: m.StepLog, edits: list[m.FieldChange]) -> list[m.FieldChange]:
    same = (edit for edit in edits if edit.application_id == step.application_id and edit.round == step.round)
    return [edit for edit in same if edit.at <= step.at and edit.basis_id is None]


def _of_step(step: m.StepLog, edits: list[m.FieldChange], numbers: dict[int, str]) -> Happening:
    tone, icon = _LOOKS[(step.workflow, step.action)]
    if edits:
        icon = "back"
    return Happening(
        at=step.at,
        title=_title(step, bool(edits), numbers),
        who=_who(step),
        tone=tone,
        icon=icon,
        quote=step.note if tone in ("bad", "dark") else "",
        line="" if tone in ("bad", "dark") else step.note,
        changes=_folded(edits),
        round=step.round,
    )


def _title(step: m.StepLog, edited: bool, numbers: dict[int, str]) -> str:
    if step.workflow == CERTIFICATE.code:
        return f"聘书 {numbers.get(step.record_id, '')} · {step.label}"
    words = {"submit": "修改后重新申报" if edited or step.round > 1 else "申报", "file": "备案"}.get(step.action)
    return f"第 {step.round} 轮 · {words or f'{step.department_name} {step.label}'.strip()}"


def _who(step: m.StepLog) -> str:
    if step.workflow == APPLICATION.code:
        return SELF
    if (step.workflow, step.action) in {(REVIEW.code, "pass"), (REVIEW.code, "reject")}:
        return step.actor_name
    return " ".join(word for word in (step.department_name, step.actor_name) if word)


def _of_edits(edits: list[m.FieldChange]) -> list[Happening]:
    found = []
    for (at, actor_name, basis_id), group in groupby(edits, key=lambda edit: (edit.at, edit.actor_name, edit.basis_id)):
        rows = list(group)
        found.append(
            Happening(
                at=at,
                title="审批处室更正资料" if basis_id else "修改资料",
                who=actor_name if basis_id else f"{SELF} {actor_name}",
                icon="pencil",
                changes=_folded(rows),
                basis_id=basis_id,
                round=rows[0].round,
            )
        )
    return found


def _folded(edits: list[m.FieldChange]) -> tuple[tuple[str, str, str], ...]:
    return tuple((change.label, change.before, change.after) for change in changes.collapsed(edits))


@dataclass(frozen=True, slots=True)
class Round:
    """One round of an application and what each department said."""

    application: m.Application
    number: int
    reviews: tuple[m.Review, ...]


def rounds_of(expert_id: int) -> list[Round]:
    """Every round of every application of an expert, newest first."""
    r = m.Review
    reviews = session().scalars(select(r).where(r.expert_id == expert_id).order_by(r.application_id, r.round, r.id))
    found = [
        Round(rows[0].application, number, tuple(rows))
        for (_, number), group in groupby(reviews, key=lambda review: (review.application_id, review.round))
        if (rows := list(group))
    ]
    return found[::-1]
