"""``fire()``: the only code that assigns a state (ARCHITECTURE.md section 5).

Order: row lock and version, role, place (department or body), source state, answers asked for, guards, state,
append-only step row, effects; all inside the caller's ``unit()``. Out of scope is 404 before anything else is said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Conflict, Fault, Faults, Forbidden, Invalid, NotFound, Stale
from console.scope import Actor
from console.workflow import Transition, Workflow


@dataclass(frozen=True, slots=True)
class Step:
    """One step under way: everything an effect may need."""

    workflow: Workflow
    transition: Transition
    record: Any
    actor: Actor
    now: dt.datetime
    answers: Mapping[str, Any] = field(default_factory=dict)


Effect = Callable[[Step], None]
EFFECTS: dict[str, Effect] = {}


def effect(function: Effect) -> Effect:
    """Register an effect under its function name; start-up refuses a workflow naming an effect that does not exist."""
    EFFECTS[function.__name__] = function
    return function


def check_effects(*workflows: Workflow) -> None:
    """Raise RuntimeError when a workflow names an effect nobody registered."""
    named = {name for workflow in workflows for edge in workflow.transitions for name in edge.effects}
    if missing := named - EFFECTS.keys():
        raise RuntimeError(f"effects without code: {sorted(missing)}")


def locked(model: type[Any], record_id: int, version: int | None = None) -> Any:
    """The row, locked for this transaction; NotFound when the actor cannot see it, Stale when the version moved on."""
    row = session().scalar(
        select(model).where(model.id == record_id).with_for_update(of=model).execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    if version is not None and row.lock_version != version:
        raise Stale()
    return row


def fire(
    workflow: Workflow,
    action: str,
    record: Any,
    *,
    actor: Actor,
    now: dt.datetime,
    facts: Any,
    answers: Mapping[str, Any] | None = None,
) -> Transition:
    """Carry out an action on a locked record. Raises Forbidden, NotFound, Conflict or Invalid; changes nothing then."""
    given = dict(answers or {})
    edge = _choose(workflow, action, record, actor, facts)
    _ask(edge, given)
    _guard(edge, facts)
    before = record.state
    record.state = edge.target
    step = Step(workflow, edge, record, actor, now, given)
    _log(step, before)
    for name in edge.effects:
        EFFECTS[name](step)
    return edge


def _choose(workflow: Workflow, action: str, record: Any, actor: Actor, facts: Any) -> Transition:
    edges = [edge for edge in workflow.named(action) if edge.roles & actor.roles]
    if not edges:
        raise Forbidden("wrong_role", "您没有办理该事项的权限")
    if not all(_in_place(edge, record, actor) for edge in edges):
        raise NotFound()
    edges = [edge for edge in edges if record.state in edge.sources]
    if not edges:
        raise Conflict("wrong_state", "当前状态不允许该操作")
    # One button may have several guarded targets: the first whose guards hold (MODEL.md decision 31).
    return next((edge for edge in edges if not _faults(edge, facts)), edges[-1])


def _in_place(edge: Transition, record: Any, actor: Actor) -> bool:
    if edge.own_department and record.department_id != actor.department_id:
        return False
    return not (edge.own_body and record.organisation_id != actor.organisation_id)


def _ask(edge: Transition, answers: Mapping[str, Any]) -> None:
    wanted = Faults()
    wanted.add(
        Fault(f"{ask.name}_missing", ask.message, ask.name, edge.clause)
        for ask in edge.asks
        if ask.required and answers.get(ask.name) in (None, "")
    )
    wanted.stop_if_any()


def _faults(edge: Transition, facts: Any) -> list[Fault]:
    return [fault for guard in edge.guards for fault in guard(facts)]


def _guard(edge: Transition, facts: Any) -> None:
    found = _faults(edge, facts)
    if not found:
        return
    raise Invalid.of(found) if any(fault.field for fault in found) else Conflict.of(found)


def _log(step: Step, before: Any) -> None:
    record, actor = step.record, step.actor
    session().add(
        m.StepLog(
            at=step.now,
            workflow=step.workflow.code,
            record_id=record.id,
            application_id=record.id if isinstance(record, m.Application) else _application_of(record),
            round=getattr(record, "round", 1),
            action=step.transition.action,
            label=step.transition.label,
            before=before.value,
            after=record.state.value,
            actor_id=actor.account_id,
            actor_name=actor.name,
            department_name=actor.department_name,
            note=str(
                step.answers.get("return_reason") or step.answers.get("end_reason") or step.answers.get("note") or ""
            ),
            region_code=record.region_code,
            expert_id=record.expert_id,
        )
    )


def _application_of(record: Any) -> int | None:
    if isinstance(record, m.Review):
        return record.application_id
    return record.review.application_id if isinstance(record, m.Certificate) else None
