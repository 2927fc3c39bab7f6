"""专家信息申报: submitted to several departments, withdrawn, gone round again (云南手册 1.5, 2.5; MODEL.md P01Y)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Conflict, Fault, NotFound
from console.rules.deadlines import add_working_days, beijing_today, paper_date
from console.rules.numbering import application_number
from console.scope import Actor, system_work
from console.services import departments, messages
from console.services.cases import UNDER_REVIEW, current_case, open_case
from console.services.expert_facts import information_faults
from console.services.figures import figure, work_calendar
from console.services.numbers import next_number
from console.services.once import claim, settle
from console.services.pool import refresh_pool_state
from console.services.transitions import Step, effect, fire, locked
from console.services.unit import unit
from console.vocabulary import AccountState, ReviewState, Role
from console.workflow.application import APPLICATION, ApplicationFacts
from console.workflow.review import REVIEW, ReviewFacts

OPEN = Conflict("application_open", "您已有办理中的申请")


def current(expert_id: int) -> m.Application | None:
    """The open application of an expert, else the one finished last; None before the first."""
    return current_case(expert_id)


def seen(application_id: int) -> m.Application:
    """An application as far as the actor sees it; NotFound else."""
    application = session().get(m.Application, application_id, populate_existing=True)
    if application is None:
        raise NotFound()
    return application


def round_reviews(application: m.Application) -> list[m.Review]:
    """The reviews of the present round in force, in the order they were opened."""
    r = m.Review
    found = select(r).where(
        r.application_id == application.id, r.round == application.round, r.state != ReviewState.WITHDRAWN
    )
    return list(session().scalars(found.order_by(r.id)))


def application_facts(application: m.Application) -> ApplicationFacts:
    """What guards ask about a case under way: the reviews of its round, and whether withdrawing is allowed at all."""
    programme = session().get_one(m.Programme, application.programme_id)
    return ApplicationFacts(
        withdraw_allowed=programme.withdraw_allowed,
        review_states=tuple(review.state for review in round_reviews(application)),
    )


# --- submitting ------------------------------------------------------------------------------------------


def submit(
    expert_id: int,
    department_ids: Iterable[int],
    *,
    version: int,
    confirmed: bool,
    actor: Actor,
    now: dt.datetime,
    once: str = "",
) -> int:
    """申报: open a case, or take a rejected or withdrawn one round again; returns the id of the application.

    ``version`` is the version of the expert the page showed. Invalid with everything that is missing, Conflict
    「您已有办理中的申请」, Stale.
    """
    ids = set(department_ids)
    with unit():
        if (done := claim(once, actor.account_id)) is not None:
            return int(done) if done else _current_id(expert_id)
        case = open_case(expert_id, lock=True)
        expert = locked(m.Expert, expert_id, version)
        if case is not None and case.state in UNDER_REVIEW:
            raise Conflict(OPEN.code, OPEN.message)
        case = case or _new_case(expert)
        if case.number is not None:
            case.round += 1
        case.region_code = expert.region_code
        found = departments.chosen(expert, ids)
        facts = _submission_facts(expert, ids, found, confirmed, beijing_today(now))
        fire(APPLICATION, "submit", case, actor=actor, now=now, facts=facts, answers={"departments": found})
        refresh_pool_state(expert.id, beijing_today(now))
        settle(once, str(case.id))
        return case.id


def _current_id(expert_id: int) -> int:
    found = current_case(expert_id)
    if found is None:
        raise NotFound()
    return found.id


def _new_case(expert: m.Expert) -> m.Application:
    case = m.Application(programme_id=expert.programme_id, expert_id=expert.id, region_code=expert.region_code)
    session().add(case)
    session().flush()  # steps refer to its id; a second window fails here on uq_application_one_open
    return case


def _submission_facts(
    expert: m.Expert, ids: set[int], found: Sequence[m.Department], confirmed: bool, today: dt.date
) -> ApplicationFacts:
    choice = departments.choice_faults(expert, ids, found, today)
    unread = [] if confirmed else [Fault("not_confirmed", "请阅读并勾选申报须知", "confirmed")]
    return ApplicationFacts(
        incomplete=tuple(information_faults(expert, today)),
        departments=len(ids),
        department_faults=(*choice, *unread),
    )


@effect
def number_application(step: Step) -> None:
    """Give the case its number on its first submission and note the moment of each."""
    case, day = step.record, beijing_today(step.now)
    with session().no_autoflush:  # the table refuses a submitted case without number and time
        case.submitted_at = step.now
        if case.number is None:
            programme = session().get_one(m.Programme, case.programme_id)
            counter = next_number(f"application:{programme.code}", f"{day:%Y%m%d}")
            case.number = application_number(programme.application_prefix, day, counter)


@effect
def open_reviews(step: Step) -> None:
    """One review per chosen department, each with its own term in working days."""
    case, today = step.record, beijing_today(step.now)
    due_on = add_working_days(work_calendar(today), today, figure("review_working_days", today))
    session().add_all(
        m.Review(
            application_id=case.id,
            organisation_id=department.organisation_id,
            department_id=department.id,
            round=case.round,
            due_on=due_on,
            region_code=case.region_code,
            expert_id=case.expert_id,
        )
        for department in step.answers["departments"]
    )
    session().flush()  # messages name the reviews by id


@effect
def tell_submitted(step: Step) -> None:
    """Tell the expert that his application arrived, and the reviewers of every chosen department that it waits."""
    case = step.record
    system = session().get_one(m.Programme, case.programme_id).name
    values = {"no": case.number, "name": case.expert.name, "system": system}
    if case.expert.account_id is not None:
        messages.tell(
            case.expert.account_id,
            "expert_submitted",
            now=step.now,
            key=f"submitted:{case.id}:{case.round}",
            values=values,
            link=f"/my/applications/{case.id}",
        )
    reviews = {review.department_id: review for review in round_reviews(case)}
    for account_id, department_id in _reviewers(reviews):
        review = reviews[department_id]
        messages.tell(
            account_id,
            "expert_dept_task",
            now=step.now,
            key=f"task:{review.id}:{account_id}",
            values={**values, "dept": review.department.name, "due": paper_date(review.due_on)},
            link=f"/reviews/{review.id}",
        )


def _reviewers(department_ids: Iterable[int]) -> list[tuple[int, int]]:
    account, grant = m.Account, m.RoleGrant
    found = (
        select(account.id, account.department_id)
        .join(grant, grant.account_id == account.id)
        .where(
            grant.role == Role.REVIEWER,
            account.department_id.in_(department_ids),
            account.state != AccountState.DISABLED,
        )
        .order_by(account.id)
    )
    with system_work("提醒审核"):
        return [(account_id, place) for account_id, place in session().execute(found) if place is not None]


# --- withdrawing, and what the system does ---------------------------------------------------------------


def withdraw(application_id: int, *, version: int, actor: Actor, now: dt.datetime) -> None:
    """撤回: back to the expert's desk while nobody has decided; Conflict afterwards, Stale, NotFound."""
    with unit():
        rows = select(m.Review).where(m.Review.application_id == application_id).order_by(m.Review.id)
        session().scalars(rows.with_for_update(of=m.Review).execution_options(populate_existing=True)).all()
        case = locked(m.Application, application_id, version)
        fire(APPLICATION, "withdraw", case, actor=actor, now=now, facts=application_facts(case))
        refresh_pool_state(case.expert_id, beijing_today(now))


@effect
def withdraw_reviews(step: Step) -> None:
    """Take the case off every department's list."""
    case = step.record
    reviews = round_reviews(case)
    session().flush()  # the expert's own step is written as the expert
    with system_work("随申报撤回") as system:
        for review in reviews:
            fire(REVIEW, "withdraw", review, actor=system, now=step.now, facts=ReviewFacts(case.state))
        session().flush()  # and these as the system


@effect
def set_filing_deadline(step: Step) -> None:
    """From the last verdict on, the registrar has his working days for every department that passed."""
    today = beijing_today(step.now)
    due_on = add_working_days(work_calendar(today), today, figure("filing_working_days", today))
    for review in round_reviews(step.record):
        if review.state is ReviewState.PASSED:
            review.filing_due_on = due_on


@effect
def finish_application(step: Step) -> None:
    """The case is done."""
    step.record.finished_at = step.now


# --- what pages show ---------------------------------------------------------------------------------------


def rejections(application: m.Application | None) -> list[m.Review]:
    """The reviews of the present round that were rejected, with reason and marks, for the expert who corrects them."""
    if application is None:
        return []
    return [review for review in round_reviews(application) if review.state is ReviewState.REJECTED]


def marks(application: m.Application | None) -> dict[str, list[tuple[str, str]]]:
    """Field -> (department, remark) of the present round's rejections; a kind of attachment counts as a field."""
    found: dict[str, list[tuple[str, str]]] = {}
    for review in rejections(application):
        for mark in review.marks:
            found.setdefault(mark.field, []).append((review.department.name, mark.note))
    return found


def last_reviews(application: m.Application) -> list[m.Review]:
    """The reviews of the latest round, also those withdrawn: what going round again proposes."""
    r = m.Review
    found = select(r).where(r.application_id == application.id, r.round == application.round)
    return list(session().scalars(found.order_by(r.id)))
