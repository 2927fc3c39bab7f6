"""Who sees and changes which rows: declared once, enforced by session events and by row-level security beneath.

``acting_as(actor)`` says for whom the code runs. Nobody acting means no rows and an error on writing (fail closed).
System work runs under ``acting_as(everything(because=...))``; such code selects columns, or has a session of its own,
so that no wider row stays in an identity map that a narrower actor reads from later.
Region scope is a range on the GB/T 2260 code, never LIKE: a LIKE cannot use the index (FLASK_ADMIN.md 2d).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, event, false, inspect, or_
from sqlalchemy import text as sql
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria
from sqlalchemy.orm.unitofwork import UOWTransaction

from console import models as m
from console.columns import AccountRow, Base, CaseRow
from console.errors import NotFound
from console.vocabulary import AccountKind, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts, as plain values: never a live row. Ranges are half open (``lo <= code < hi``); '' means none."""

    account_id: int | None = None
    name: str = ""
    kind: AccountKind | None = None
    roles: frozenset[Role] = frozenset()
    case_range: tuple[str, str] = ("", "")
    account_range: tuple[str, str] = ("", "")
    account_kinds: tuple[str, ...] = ()
    audit_range: tuple[str, str] = ("", "")
    reference_range: tuple[str, str] = ("", "")
    region_code: str = ""
    organisation_id: int | None = None
    organisation_name: str = ""
    department_id: int | None = None
    department_name: str = ""
    expert_id: int | None = None
    everything: bool = False
    because: str = ""
    ip: str = ""
    request_id: str = ""
    session_key: str = ""


def everything(because: str) -> Actor:
    """The system itself, with the reason that is written to the audit."""
    return Actor(name="系统", roles=frozenset({Role.SYSTEM}), everything=True, because=because)


ANONYMOUS = Actor(name="访客")
_current: ContextVar[Actor | None] = ContextVar("actor", default=None)


def current_actor() -> Actor:
    """Whoever acts now; somebody who sees nothing when nobody was announced."""
    return _current.get() or ANONYMOUS


@contextmanager
def acting_as(actor: Actor) -> Iterator[Actor]:
    """Run the block for this actor."""
    token = _current.set(actor)
    try:
        yield actor
    finally:
        _current.reset(token)


def begin_acting(actor: Actor) -> object:
    """Announce an actor until ``end_acting`` (for request hooks, where a ``with`` block does not fit)."""
    return _current.set(actor)


def end_acting(token: Any) -> None:
    """Undo ``begin_acting``."""
    _current.reset(token)


@contextmanager
def system_work(because: str) -> Iterator[Actor]:
    """Run the block as the system, keeping who asked for it (account, address, request) for the audit."""
    asked = current_actor()
    wide = replace(asked, everything=True, because=because, roles=asked.roles | {Role.SYSTEM})
    with acting_as(wide if asked.account_id else replace(wide, name=asked.name or "系统")) as actor:
        yield actor


# --- the rules: one place -------------------------------------------------------------------------

Criterion = Callable[[Any, Actor], ColumnElement[bool]]


def _within(column: Any, span: tuple[str, str]) -> ColumnElement[bool]:
    low, high = span
    return and_(column >= low, column < high) if low else false()


def _case(cls: Any, actor: Actor) -> ColumnElement[bool]:
    own = cls.expert_id == actor.expert_id if actor.expert_id else false()
    return or_(_within(cls.region_code, actor.case_range), own)


def _expert(cls: Any, actor: Actor) -> ColumnElement[bool]:
    own = cls.id == actor.expert_id if actor.expert_id else false()
    return or_(_within(cls.region_code, actor.case_range), own)


def _gram(cls: Any, actor: Actor) -> ColumnElement[bool]:
    return _within(cls.region_code, actor.case_range)


def _account(cls: Any, actor: Actor) -> ColumnElement[bool]:
    own = cls.id == actor.account_id if actor.account_id else false()
    return or_(and_(_within(cls.region_code, actor.account_range), cls.kind.in_(actor.account_kinds)), own)


def _account_row(cls: Any, actor: Actor) -> ColumnElement[bool]:
    own = cls.account_id == actor.account_id if actor.account_id else false()
    return or_(and_(_within(cls.region_code, actor.account_range), cls.account_kind.in_(actor.account_kinds)), own)


def _audit(cls: Any, actor: Actor) -> ColumnElement[bool]:
    # What the system does for no region in particular (a login nobody owns) belongs to every audit administrator.
    placeless = cls.region_code.is_(None) if actor.audit_range[0] else false()
    return or_(_within(cls.region_code, actor.audit_range), placeless)


READ_RULES: dict[type, Criterion] = {
    CaseRow: _case,
    m.Expert: _expert,
    m.ExpertGram: _gram,
    m.Account: _account,
    AccountRow: _account_row,
    m.AuditEntry: _audit,
}
"""Rows outside the criterion do not exist for the actor. A mixin stands for every table that carries it."""

WRITE_RANGES: dict[type, str] = {m.Organisation: "reference_range", m.Department: "reference_range"}
"""Everybody reads these; only rows inside the actor's range may be changed."""

OPEN: frozenset[type] = frozenset(
    {
        m.Region,
        m.Programme,
        m.Parameter,
        m.CalendarDay,
        m.NumberCounter,
        m.OneTimeCode,
        m.CaptchaChallenge,
        m.Attempt,
        m.Taxonomy,
        m.TaxonomyNode,
        m.CertificateReminder,
        m.MessageTemplate,
        m.JobRun,
        m.WorkerBeat,
        m.IdempotencyKey,
    }
)
"""Tables without rows of any one region or person; the views' permissions guard them."""


def rule_of(cls: type) -> Criterion | None:
    """The read rule of a table; None for an open table; KeyError for one that nobody declared (default deny)."""
    for kind, rule in READ_RULES.items():
        if issubclass(cls, kind):
            return rule
    if cls in OPEN or cls in WRITE_RANGES:
        return None
    raise KeyError(f"{cls.__name__} is not declared in console/scope.py")


@lru_cache(maxsize=512)
def _options(actor: Actor) -> tuple[Any, ...]:
    # Concrete classes and finished expressions: a callable would be cached by its code, whoever the actor is.
    found = []
    for mapper in Base.registry.mappers:
        rule = rule_of(mapper.class_)
        if rule is not None:
            criterion = rule(mapper.class_, actor)
            found.append(
                with_loader_criteria(mapper.class_, criterion, include_aliases=True, propagate_to_loaders=False)
            )
    return tuple(found)


def _scope_key(actor: Actor) -> Actor:
    """The actor less everything that does not decide visibility, so that the options are built once per scope."""
    return replace(
        actor, name="", because="", ip="", request_id="", session_key="", department_name="", organisation_name=""
    )


WALL_SETTINGS = (
    "set_config('app.all', :all, true), set_config('app.lo', :lo, true), set_config('app.hi', :hi, true),"
    " set_config('app.acc_lo', :acc_lo, true), set_config('app.acc_hi', :acc_hi, true),"
    " set_config('app.acc_kinds', :acc_kinds, true), set_config('app.audit_lo', :audit_lo, true),"
    " set_config('app.audit_hi', :audit_hi, true), set_config('app.expert', :expert, true),"
    " set_config('app.account', :account, true), set_config('app.ref_lo', :ref_lo, true),"
    " set_config('app.ref_hi', :ref_hi, true)"
)


def wall_values(actor: Actor) -> dict[str, str]:
    """The settings row-level security reads, as text; empty means none and fails closed (nullif in the policy)."""
    return {
        "all": "on" if actor.everything else "",
        "lo": actor.case_range[0],
        "hi": actor.case_range[1],
        "acc_lo": actor.account_range[0],
        "acc_hi": actor.account_range[1],
        "acc_kinds": ",".join(actor.account_kinds),
        "audit_lo": actor.audit_range[0],
        "audit_hi": actor.audit_range[1],
        "ref_lo": actor.reference_range[0],
        "ref_hi": actor.reference_range[1],
        "expert": str(actor.expert_id or ""),
        "account": str(actor.account_id or ""),
    }


class Walls:
    """Switches for tests only: each wall must hold with the other one taken away."""

    events = True
    rows = True


_raise_wall = sql("SELECT " + WALL_SETTINGS)
_no_wall = {**wall_values(ANONYMOUS), "all": "on"}


def _set_wall(session: Session, connection: Connection) -> None:
    values = wall_values(current_actor()) if Walls.rows else _no_wall
    if session.info.get("wall") != values:
        session.info["wall"] = values
        connection.execute(_raise_wall, values)


@event.listens_for(Session, "after_begin")
def _begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:
        session.info.pop("wall", None)
    _set_wall(session, connection)


@event.listens_for(Session, "after_soft_rollback")
def _rolled_back(session: Session, previous: SessionTransaction) -> None:
    # A rolled-back savepoint takes its settings with it.
    session.info.pop("wall", None)


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    actor = current_actor()
    session = state.session
    if session.in_transaction() and not state.execution_options.get("wall_raised"):
        _set_wall(session, session.connection())
    if actor.everything or not Walls.events or state.is_column_load or state.is_relationship_load:
        return
    state.statement = state.statement.options(*_options(_scope_key(actor)))


# --- writes ---------------------------------------------------------------------------------------


def _inside(row: Any, values: dict[str, Any], actor: Actor) -> bool:
    if isinstance(row, m.Organisation | m.Department):
        low, high = actor.reference_range
        return bool(low) and low <= values["region_code"] < high
    if isinstance(row, CaseRow | m.Expert):
        key = "id" if isinstance(row, m.Expert) else "expert_id"
        own = actor.expert_id is not None and values[key] == actor.expert_id
        return own or _in_span(values["region_code"], actor.case_range)
    if isinstance(row, AccountRow | m.Account):
        key, kind = ("id", "kind") if isinstance(row, m.Account) else ("account_id", "account_kind")
        own = actor.account_id is not None and values[key] == actor.account_id
        return own or (_in_span(values["region_code"], actor.account_range) and values[kind] in actor.account_kinds)
    rule_of(type(row))
    return not isinstance(row, m.ExpertGram)


def _in_span(code: str | None, span: tuple[str, str]) -> bool:
    return bool(span[0]) and code is not None and span[0] <= code < span[1]


def _values(row: Any, before: bool) -> dict[str, Any]:
    state = inspect(row)
    names = ("id", "region_code", "expert_id", "account_id", "kind", "account_kind")
    found: dict[str, Any] = {}
    for name in names:
        if name not in state.attrs:
            continue
        history = state.attrs[name].history
        found[name] = history.deleted[0] if before and history.deleted else getattr(row, name)
    if isinstance(row, CaseRow) and found.get("expert_id") is None:
        parent = getattr(row, "expert", None)
        found["expert_id"] = parent.id if parent is not None else None
    return found


@event.listens_for(Session, "before_flush")
def _guard_writes(session: Session, context: UOWTransaction, instances: object) -> None:
    _set_wall(session, session.connection())
    actor = current_actor()
    if actor.everything or not Walls.events:
        return
    for row in (*session.new, *session.deleted, *session.dirty):
        if not isinstance(row, Base):
            continue
        changed = row in session.new or row in session.deleted or session.is_modified(row, include_collections=False)
        if changed and not all(_inside(row, _values(row, before), actor) for before in (True, False)):
            raise NotFound()
