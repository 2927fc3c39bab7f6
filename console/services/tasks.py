"""待办: what waits for the actor, until when, and what happened around him this week.

Everything is counted inside the actor's scope (the walls see to it); "mine" means his department, or his body for the
registrar. Each function is one statement, because every page of the console shows some of these numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from console import models as m
from console.database import session
from console.rules.deadlines import beijing_midnight
from console.scope import Actor
from console.vocabulary import (
    AccountKind,
    AccountState,
    ApplicationState,
    AuditEvent,
    CertificateState,
    MessageState,
    ReviewState,
    Role,
    State,
)

MOST = 200
"""Tasks of one kind that are listed; the lists themselves show the rest."""

LOOK_AFTER_ACCOUNTS = frozenset({Role.SUPPORT, Role.BUREAU_ADMIN, Role.SYSTEM_ADMIN})

R, A, E, C = m.Review, m.Application, m.Expert, m.Certificate


# --- what waits for whom --------------------------------------------------------------------------


def to_review(actor: Actor) -> ColumnElement[bool]:
    """Reviews that wait for the actor's department."""
    return and_(R.state == ReviewState.PENDING, R.department_id == (actor.department_id or 0))


def to_file(actor: Actor) -> ColumnElement[bool]:
    """Reviews of the actor's body that everybody has decided and nobody has filed."""
    complete = R.application_id.in_(select(A.id).where(A.state == ApplicationState.APPROVED))
    return and_(R.state == ReviewState.PASSED, R.organisation_id == (actor.organisation_id or 0), complete)


def _expiring(today: dt.date, days: int) -> ColumnElement[bool]:
    return and_(C.state == CertificateState.VALID, C.valid_until.between(today, today + dt.timedelta(days=days)))


def _count(model: Any, *where: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(model).where(*where).scalar_subquery()


def numbers(wanted: dict[str, Any]) -> dict[str, Any]:
    """The values of several scalar subqueries in one statement, by name."""
    if not wanted:
        return {}
    row = session().execute(select(*(part.label(name) for name, part in wanted.items()))).one()
    return dict(row._mapping)


def menu_numbers(actor: Actor) -> dict[str, int]:
    """What the menu shows beside its entries: ``review``, ``filing`` and unread messages."""
    statement = _menu_statement(replace(actor, name="", ip="", request_id="", session_key="", because=""))
    return {} if statement is None else dict(session().execute(statement).one()._mapping)


@lru_cache(maxsize=512)
def _menu_statement(actor: Actor) -> Select[*tuple[Any, ...]] | None:
    # Made once per reader: putting it together costs more than the database needs to answer it.
    wanted: dict[str, Any] = {}
    if actor.account_id is not None:
        own = m.InboxMessage.account_id == actor.account_id
        wanted["inbox"] = _count(m.InboxMessage, own, m.InboxMessage.read_at.is_(None))
    if Role.REVIEWER in actor.roles:
        wanted["review"] = _count(R, to_review(actor))
    if Role.REGISTRAR in actor.roles:
        wanted["filing"] = _count(R, to_file(actor))
    if Role.SUPPORT in actor.roles:
        wanted["outbox"] = _count(m.OutboxMessage, m.OutboxMessage.state == MessageState.DEAD)
    return select(*(part.label(name) for name, part in wanted.items())) if wanted else None


def desk_numbers(actor: Actor, today: dt.date, now: dt.datetime, expiring_days: int) -> dict[str, Any]:
    """The numbers of the tiles: those of every role the actor holds."""
    wanted: dict[str, Any] = {}
    if Role.REVIEWER in actor.roles:
        wanted |= _reviewer(actor, today)
    if Role.REGISTRAR in actor.roles:
        wanted |= _registrar(actor, today)
    if actor.case_range[0]:
        wanted |= _papers(today, expiring_days)
    if actor.roles & {Role.SUPPORT, Role.BUREAU_ADMIN, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}:
        wanted |= _accounts(now)
    if Role.SUPPORT in actor.roles:
        wanted |= _messages()
    if Role.AUDIT_ADMIN in actor.roles:
        wanted |= _audited(today)
    if actor.roles & {Role.BUREAU_ADMIN, Role.SYSTEM_ADMIN}:
        wanted["coming"] = _count(m.Parameter, m.Parameter.valid_from > today)
    return numbers(wanted)


def _reviewer(actor: Actor, today: dt.date) -> dict[str, Any]:
    mine = to_review(actor)
    return {
        "review": _count(R, mine),
        "review_late": _count(R, mine, R.due_on < today),
        "review_today": _count(R, mine, R.due_on == today),
        "beside": _count(
            R,
            R.state == ReviewState.PENDING,
            R.organisation_id == (actor.organisation_id or 0),
            R.department_id != (actor.department_id or 0),
        ),
    }


def _registrar(actor: Actor, today: dt.date) -> dict[str, Any]:
    mine = to_file(actor)
    body = (R.state == ReviewState.PASSED, R.organisation_id == (actor.organisation_id or 0))
    open_ = R.application_id.in_(select(A.id).where(A.state != ApplicationState.APPROVED))
    return {
        "filing": _count(R, mine),
        "filing_late": _count(R, mine, R.filing_due_on < today),
        "filing_first": select(func.min(R.filing_due_on)).where(mine).scalar_subquery(),
        "filing_waits": _count(R, *body, open_),
    }


def _papers(today: dt.date, days: int) -> dict[str, Any]:
    near = select(C.id).where(_expiring(today, days))
    return {
        "expiring": _count(C, _expiring(today, days)),
        "reminded": select(func.count(m.CertificateReminder.certificate_id.distinct()))
        .where(m.CertificateReminder.certificate_id.in_(near))
        .scalar_subquery(),
    }


def _accounts(now: dt.datetime) -> dict[str, Any]:
    a = m.Account
    staff = a.kind == AccountKind.OFFICIAL
    return {
        "officials": _count(a, staff),
        "locked": _count(a, a.state == AccountState.LOCKED, a.locked_until > now),
        "must_change": _count(a, a.state == AccountState.MUST_CHANGE),
        "without_role": _count(a, *without_role()),
    }


def _messages() -> dict[str, Any]:
    o = m.OutboxMessage
    return {
        "dead": _count(o, o.state == MessageState.DEAD),
        "queued": _count(o, o.state.in_((MessageState.QUEUED, MessageState.RETRYING))),
    }


def _audited(today: dt.date) -> dict[str, Any]:
    a, tomorrow = m.AuditEntry, today + dt.timedelta(days=1)
    day = and_(a.at >= beijing_midnight(today), a.at < beijing_midnight(tomorrow))
    return {
        "audit_today": _count(a, day),
        "audit_failed": _count(a, day, a.event == AuditEvent.LOGIN_FAILED),
        "audit_refused": _count(a, day, a.event == AuditEvent.REFUSED),
        "audit_reads": _count(a, day, a.event.in_((AuditEvent.REVEAL, AuditEvent.DOWNLOAD, AuditEvent.EXPORT))),
    }


# --- the tasks themselves -------------------------------------------------------------------------


class Kind(StrEnum):
    """What a task is about; decides where its button leads."""

    REVIEW = "review"
    FILE = "file"
    ACCOUNT = "account"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits for the actor."""

    kind: Kind
    record_id: int
    name: str
    line: str
    state: State
    arrived: dt.datetime | None = None
    due_on: dt.date | None = None


def tasks(actor: Actor, now: dt.datetime) -> list[Task]:
    """Everything that waits for the actor, the nearest deadline first; at most 200 of a kind."""
    found: list[Task] = []
    if Role.REVIEWER in actor.roles:
        found += _cases(Kind.REVIEW, to_review(actor), R.due_on, A.submitted_at)
    if Role.REGISTRAR in actor.roles:
        found += _cases(Kind.FILE, to_file(actor), R.filing_due_on, R.decided_at)
    if actor.roles & LOOK_AFTER_ACCOUNTS:
        a = m.Account
        found += _accounts_where(a.state == AccountState.LOCKED, a.locked_until > now)
    if Role.SECURITY_ADMIN in actor.roles:
        found += _accounts_where(*without_role())
    if Role.SUPPORT in actor.roles:
        found += _undelivered()
    return sorted(found, key=lambda task: (task.due_on or dt.date.max, task.kind, task.record_id))


def _cases(kind: Kind, where: ColumnElement[bool], due: Any, arrived: Any) -> Iterable[Task]:
    rows = session().execute(
        select(R.id, R.state, E.name, E.employer, due.label("due_on"), arrived.label("arrived"))
        .join(A, A.id == R.application_id)
        .outerjoin(E, E.id == R.expert_id)
        .where(where)
        .order_by(due, R.id)
        .limit(MOST)
    )
    return [
        Task(kind, row.id, row.name or "（已转出本辖区）", row.employer or "", row.state, row.arrived, row.due_on)
        for row in rows
    ]


def _accounts_where(*where: ColumnElement[bool]) -> Iterable[Task]:
    a = m.Account
    rows = session().execute(
        select(a.id, a.name, a.phone_mask, a.state, a.created_at).where(*where).order_by(a.id).limit(MOST)
    )
    return [Task(Kind.ACCOUNT, row.id, row.name, row.phone_mask, row.state, row.created_at) for row in rows]


def without_role() -> tuple[ColumnElement[bool], ...]:
    """Accounts of staff that hold no role yet: opened, and waiting for the security administrator."""
    a = m.Account
    held = select(m.RoleGrant.account_id)
    return a.kind != AccountKind.EXPERT, a.state != AccountState.DISABLED, a.id.not_in(held)


def _undelivered() -> Iterable[Task]:
    o, t = m.OutboxMessage, m.MessageTemplate
    rows = session().execute(
        select(o.id, t.title, o.recipient_mask, o.state, o.created_at)
        .join(t, t.code == o.template_code)
        .where(o.state == MessageState.DEAD)
        .order_by(o.id.desc())
        .limit(MOST)
    )
    return [Task(Kind.MESSAGE, row.id, row.title, row.recipient_mask, row.state, row.created_at) for row in rows]


# --- what happened --------------------------------------------------------------------------------

WEEKS = 8
RECENT = 5_000
"""Steps among which the latest of this week are looked for, so that a small district does not read the whole log."""


def monday(today: dt.date) -> dt.date:
    """The first day of the week of a Beijing date."""
    return today - dt.timedelta(days=today.weekday())


def decided_by_week(actor: Actor, today: dt.date) -> list[tuple[dt.date, int]]:
    """How many reviews the actor's body decided in each of the last eight weeks: (Monday, number)."""
    first = monday(today) - dt.timedelta(weeks=WEEKS - 1)
    week = func.date_trunc("week", func.timezone("Asia/Shanghai", R.decided_at))
    rows = session().execute(
        select(week, func.count())
        .where(R.organisation_id == (actor.organisation_id or 0), R.decided_at >= beijing_midnight(first))
        .group_by(week)
    )
    counted = {start.date(): number for start, number in rows}
    weeks = [first + dt.timedelta(weeks=n) for n in range(WEEKS)]
    return [(start, counted.get(start, 0)) for start in weeks]


@dataclass(frozen=True, slots=True)
class Week:
    """The current week at the actor's body: cases received, and (received, decided) of each case decided."""

    received: int
    decided: tuple[tuple[dt.datetime, dt.datetime], ...]


def this_week(actor: Actor, today: dt.date) -> Week:
    """What the body received and decided since Monday."""
    body, since = R.organisation_id == (actor.organisation_id or 0), beijing_midnight(monday(today))
    decided = session().execute(
        select(A.submitted_at, R.decided_at)
        .join(A, A.id == R.application_id)
        .where(body, R.decided_at >= since)
        .limit(MOST)
    )
    received = (
        select(func.count()).select_from(R).join(A, A.id == R.application_id).where(body, A.submitted_at >= since)
    )
    return Week(
        session().scalar(received) or 0,
        tuple((start, end) for start, end in decided if start is not None and end is not None),
    )


@dataclass(frozen=True, slots=True)
class Event:
    """One step of this week in the actor's scope."""

    workflow: str
    action: str
    label: str
    name: str
    department: str
    actor: str
    number: str
    at: dt.datetime


_SHOWN = (
    ("application", "submit"),
    ("review", "pass"),
    ("review", "reject"),
    ("review", "file"),
    ("certificate", "terminate"),
)


def recent(today: dt.date, limit: int = 5) -> list[Event]:
    """The latest steps since Monday, newest first."""
    s = m.StepLog
    newest = select(func.max(s.id)).scalar_subquery()
    paper = or_(
        and_(s.workflow == "review", s.action == "file", C.review_id == s.record_id),
        and_(s.workflow == "certificate", C.id == s.record_id),
    )
    shown = or_(*(and_(s.workflow == workflow, s.action == action) for workflow, action in _SHOWN))
    statement: Select[*tuple[Any, ...]] = (
        select(s.workflow, s.action, s.label, E.name, s.department_name, s.actor_name, C.number, s.at)
        .outerjoin(E, E.id == s.expert_id)
        .outerjoin(C, paper)
        .where(s.id > newest - RECENT, s.at >= beijing_midnight(monday(today)), shown)
        .order_by(s.at.desc(), s.id.desc())
        .limit(limit)
    )
    found = session().execute(statement)
    return [Event(a, b, c, name or "", place, who, number or "", at) for a, b, c, name, place, who, number, at in found]
