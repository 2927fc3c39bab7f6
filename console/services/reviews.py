"""A department's verdict on an application: pass or reject, and what the case does when all have spoken (云南手册 3.7).

Locks are taken in one order everywhere: review, application, counter. Both rows are locked before anything is written,
because a step row refers to the application and would otherwise hold it half locked while waiting for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Fault, Invalid, Stale
from console.rules.deadlines import beijing_today, list_time, paper_date
from console.rules.reasons import reason_faults
from console.rules.validity import effective_end, validity_faults
from console.scope import Actor, everything, system_work
from console.services import messages
from console.services.once import claim, settle
from console.services.pool import refresh_pool_state
from console.services.review_choices import appointing_bodies, industries, industry_of, mark_label
from console.services.transitions import Step, effect, fire, locked
from console.services.unit import unit
from console.vocabulary import AccountState, ApplicationState, ReviewState, Role, ValidityKind, Word
from console.workflow.application import APPLICATION, ApplicationFacts
from console.workflow.review import REVIEW, ReviewFacts

LONGEST_REMARK = 200


class Outcome(Word):
    """What a reviewer decides; the value is the action of the workflow."""

    PASS = "pass", "通过"
    REJECT = "reject", "驳回"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict as typed. ``marks`` maps a field (``rules.completeness`` or an attachment kind) to a remark."""

    outcome: Outcome
    industry_id: int | None = None
    specialty_id: int | None = None
    appointing_body_id: int | None = None
    validity: ValidityKind | None = None
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    note: str = ""
    return_reason: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)


def decide(
    review_id: int,
    decision: Decision,
    *,
    version: int,
    seen_change: int,
    actor: Actor,
    now: dt.datetime,
    once: str = "",
) -> bool:
    """Record a department's verdict; False when the same form had been carried out before.

    ``version`` and ``seen_change`` are what the form showed. Raises Stale, with what changed, when somebody decided or
    the expert edited meanwhile; NotFound for another department; Invalid with every fault of the form.
    """
    with unit():
        if claim(once, actor.account_id) is not None:
            return False
        review = locked(m.Review, review_id)
        application = locked(m.Application, review.application_id)
        if decides(review, actor):  # anybody else is told that he may not, not what changed
            _demand_unchanged(review, version, seen_change, beijing_today(now))
        faults = tuple(_faults(review, decision))
        facts = ReviewFacts(application.state, is_own_case(review.expert, actor), verdict_faults=faults)
        _write(review, decision, actor, now)
        try:
            fire(REVIEW, decision.outcome.value, review, actor=actor, now=now, facts=facts, answers=_answers(decision))
        except Invalid as error:
            raise Invalid.of(_one_each((*error.faults, *faults))) from error
        if decision.outcome is Outcome.REJECT:
            _keep_marks(review, decision.marks)
        refresh_pool_state(review.expert_id, beijing_today(now))
        settle(once, str(review_id))
    return True


def _answers(decision: Decision) -> dict[str, Any]:
    return {
        "industry_id": decision.industry_id,
        "appointing_body_id": decision.appointing_body_id,
        "validity": decision.validity,
        "valid_until": decision.valid_until,
        "note": decision.note.strip(),
        "return_reason": decision.return_reason.strip(),
        "marks": decision.marks,
    }


def _write(review: m.Review, decision: Decision, actor: Actor, now: dt.datetime) -> None:
    # Before the state moves: the table refuses a decided review without its verdict, and nothing is flushed between.
    review.decided_at, review.decided_by_id = now, actor.account_id
    if decision.outcome is Outcome.REJECT:
        review.return_reason = decision.return_reason.strip()
        return
    review.industry_id, review.specialty_id = decision.industry_id, decision.specialty_id
    review.appointing_body_id, review.validity = decision.appointing_body_id, decision.validity
    review.valid_from = decision.valid_from
    review.valid_until = effective_end(decision.validity, decision.valid_until) if decision.validity else None


def _keep_marks(review: m.Review, marks: Mapping[str, str]) -> None:
    session().add_all(
        m.ReviewMark(
            review_id=review.id,
            field=name,
            note=remark.strip(),
            region_code=review.region_code,
            expert_id=review.expert_id,
        )
        for name, remark in marks.items()
    )


def _one_each(faults: Iterable[Fault]) -> list[Fault]:
    first: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        first.setdefault((fault.field, fault.message), fault)
    return list(first.values())


# --- what must hold -------------------------------------------------------------------------------


def decides(review: m.Review, actor: Actor) -> bool:
    """Whether the review lies on the actor's desk: he is a reviewer of its department (云南手册 3.7)."""
    return Role.REVIEWER in actor.roles and review.department_id == actor.department_id


def is_own_case(expert: m.Expert, actor: Actor) -> bool:
    """Whether the applicant is the actor himself: by his account, or by the same ID number or phone."""
    if actor.account_id is None:
        return False
    if actor.account_id == expert.account_id or actor.expert_id == expert.id:
        return True
    indexes = select(m.Account.id_index, m.Account.phone_index).where(m.Account.id == actor.account_id)
    his = (expert.id_index, expert.phone_index)
    own = session().execute(indexes).one()
    return any(mine and mine == other for mine, other in zip(own, his, strict=True))


def _demand_unchanged(review: m.Review, version: int, seen_change: int, today: dt.date) -> None:
    if review.lock_version != version:
        raise Stale(_what_happened(review, today))
    changed = session().execute(
        select(m.FieldChange.label, m.FieldChange.before, m.FieldChange.after)
        .where(m.FieldChange.expert_id == review.expert_id, m.FieldChange.id > seen_change)
        .order_by(m.FieldChange.id)
    )
    if edits := [(label, before, after) for label, before, after in changed]:
        raise Stale(edits)


def _what_happened(review: m.Review, today: dt.date) -> list[tuple[str, str, str]]:
    last = session().scalar(
        select(m.StepLog)
        .where(m.StepLog.workflow == REVIEW.code, m.StepLog.record_id == review.id)
        .order_by(m.StepLog.id.desc())
        .limit(1)
    )
    lines = [("状态", ReviewState.PENDING.label, review.state.label)]
    if last is not None:
        lines[0] = ("状态", ReviewState(last.before).label, review.state.label)
        lines += [("操作人", "", last.actor_name), ("操作时间", "", list_time(last.at, today)), ("意见", "", last.note)]
    return [line for line in lines if line[1] != line[2]]


def latest_change(expert_id: int) -> int:
    """The number of the expert's latest recorded change, for the form to carry; 0 when there is none."""
    found = select(m.FieldChange.id).where(m.FieldChange.expert_id == expert_id)
    return session().scalar(found.order_by(m.FieldChange.id.desc()).limit(1)) or 0


def _faults(review: m.Review, decision: Decision) -> list[Fault]:
    if decision.outcome is Outcome.REJECT:
        reason = reason_faults(decision.return_reason, "return_reason", "驳回理由", "请填写驳回理由")
        return reason + _mark_faults(decision.marks)
    term = validity_faults(decision.validity, decision.valid_from, decision.valid_until)
    renamed = [replace(fault, field="validity") if fault.field == "validity_kind" else fault for fault in term]
    return _choice_faults(review, decision) + renamed


def _mark_faults(marks: Mapping[str, str]) -> list[Fault]:
    found = [Fault("mark_unknown", "标记的项目不存在", "marks") for name in marks if mark_label(name) is None]
    return found + [
        Fault("remark_long", f"“{mark_label(name)}”的问题说明不能超过{LONGEST_REMARK}字", f"remark-{name}")
        for name, remark in marks.items()
        if len(remark) > LONGEST_REMARK
    ]


def _choice_faults(review: m.Review, decision: Decision) -> list[Fault]:
    found = []
    if decision.industry_id is not None and decision.industry_id not in {row.id for row in industries(review)}:
        found.append(Fault("industry_unknown", "请选择行业领域", "industry_id"))
    elsewhere = decision.specialty_id is not None and industry_of(decision.specialty_id) != decision.industry_id
    if elsewhere and decision.industry_id is not None:
        found.append(Fault("specialty_elsewhere", "该专业类别不属于所选行业领域", "specialty_id"))
    bodies = {row.id for row in appointing_bodies(review)}
    if decision.appointing_body_id is not None and decision.appointing_body_id not in bodies:
        found.append(Fault("body_unknown", "请选择专家聘用单位", "appointing_body_id"))
    return found


# --- what follows ---------------------------------------------------------------------------------


def advance(application: m.Application, action: str, now: dt.datetime) -> bool:
    """Let the system take a step of the case when the reviews of its round allow one; tells whether it did."""
    states = session().scalars(
        select(m.Review.state).where(
            m.Review.application_id == application.id,
            m.Review.round == application.round,
            m.Review.state != ReviewState.WITHDRAWN,
        )
    )
    facts = ApplicationFacts(review_states=tuple(states))
    for edge in APPLICATION.named(action):
        if application.state in edge.sources and not any(guard(facts) for guard in edge.guards):
            fire(APPLICATION, action, application, actor=everything(edge.label), now=now, facts=facts)
            return True
    return False


@effect
def join_application(step: Step) -> None:
    """When the departments have spoken, the case moves on; who has to file then is told."""
    application = step.record.application
    if advance(application, "join", step.now) and application.state is ApplicationState.APPROVED:
        _tell_registrars(application, step.now)


def _tell_registrars(application: m.Application, now: dt.datetime) -> None:
    passed = [
        review
        for review in application.reviews
        if review.round == application.round and review.state is ReviewState.PASSED
    ]
    names = {review.organisation_id: (review.department.name, review.filing_due_on) for review in passed}
    account, grant = m.Account, m.RoleGrant
    found = (
        select(account.id, account.organisation_id)
        .join(grant, grant.account_id == account.id)
        .where(grant.role == Role.REGISTRAR, account.organisation_id.in_(names), account.state == AccountState.ACTIVE)
    )
    with system_work("提醒备案"):
        registrars = session().execute(found).all()
    for account_id, body_id in registrars:
        department, due = names[body_id or 0]
        messages.tell(
            account_id,
            "expert_filing_task",
            now=now,
            key=f"filing:{application.id}:{application.round}:{account_id}",
            values={
                "name": application.expert.name,
                "no": application.number or "",
                "dept": department,
                "due": paper_date(due) if due else "",
            },
            link="/admin/filing/",
        )


@effect
def tell_passed(step: Step) -> None:
    """Tell the expert that a department has passed his application."""
    _tell_expert(step, "expert_approved_wait_filing", {})


@effect
def tell_rejected(step: Step) -> None:
    """Tell the expert which department has rejected his application, and why."""
    _tell_expert(step, "expert_rejected", {"reason": step.record.return_reason})


def _tell_expert(step: Step, template: str, more: Mapping[str, str]) -> None:
    review = step.record
    if review.expert.account_id is None:
        return
    messages.tell(
        review.expert.account_id,
        template,
        now=step.now,
        key=f"review:{review.id}:{step.transition.action}",
        values={
            "no": review.application.number or "",
            "dept": review.department.name,
            **more,
        },
        link=f"/my/applications/{review.application_id}",
    )
