"""Saving the basic information of an expert (基本信息, MODEL.md F2): checked whole, stored, every change recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from console import models as m
from console.database import session
from console.errors import Conflict, Fault, Invalid
from console.rules.completeness import REQUIRED_FIELDS, format_faults
from console.rules.deadlines import beijing_today
from console.rules.identity import id_facts, normalise_email, normalise_id_number, normalise_name
from console.scope import Actor
from console.services import changes
from console.services.cases import UNDER_REVIEW, open_case
from console.services.expert_facts import (
    COLUMNS,
    attachment_kinds,
    facts_for_rules,
    information_faults,
    own,
    regions,
)
from console.services.expert_locks import LOCKED, fixed_fields, identity_faults, lock_faults, move_faults
from console.services.personal import seal_id_number
from console.services.pool import refresh_pool_state
from console.services.readings import name_key
from console.services.transitions import locked
from console.services.unit import unit

__all__ = [
    "COLUMNS",
    "LOCKED",
    "Saved",
    "attachment_kinds",
    "change",
    "check",
    "facts_for_rules",
    "fixed_fields",
    "information_faults",
    "lock_faults",
    "move_faults",
    "normalised",
    "opened",
    "own",
    "refresh_pool_state",
    "regions",
    "save_draft",
    "save_information",
]

NEVER_EMPTIED = frozenset({"name", "id_number", "region_code"})
"""An account and every list need these: once given they are replaced, not emptied."""
_SPELLING = {"name": normalise_name, "id_number": normalise_id_number, "email": normalise_email}


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the new version for the form, the labels that changed, and what was left out and why."""

    version: int
    changed: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def save_information(
    expert_id: int,
    values: Mapping[str, object],
    *,
    version: int,
    actor: Actor,
    now: dt.datetime,
    demand: Collection[str] = (),
) -> Saved:
    """保存: all of ``values`` or nothing. Invalid with every fault at its field; Stale; Conflict when locked.

    ``demand`` names the fields of the page that must be complete (带*的信息都必须填写，否则无法保存).
    """
    with unit():
        case, expert = opened(expert_id, version)
        changed = change(expert, values, actor=actor, now=now, application=case, demand=demand)
        session().flush()  # the new version for the form
        return Saved(expert.lock_version, tuple(changed))


def save_draft(expert_id: int, values: Mapping[str, object], *, version: int, actor: Actor, now: dt.datetime) -> Saved:
    """Autosave: store what is well formed, say what was left out and why. Refused while a case is under review.

    A reviewer must not read sentences half typed: his expert saves changes deliberately.
    """
    with unit():
        case, expert = opened(expert_id, version)
        if case is not None and case.state in UNDER_REVIEW:
            raise Conflict("under_review", "申报审核期间不自动保存，修改后请点“保存”")
        clean = normalised(values)
        found = [fault for fault in _faults(expert, clean, beijing_today(now)) if fault.field in values]
        wrong = {fault.field for fault in found}
        kept = {field: value for field, value in clean.items() if field not in wrong}
        changed = _store(expert, kept, actor=actor, now=now, application=case)
        session().flush()  # the new version for the form
        return Saved(expert.lock_version, tuple(changed), tuple(found))


def opened(expert_id: int, version: int | None = None) -> tuple[m.Application | None, m.Expert]:
    """Open case and expert, both locked, for a change by the expert himself; Conflict with the manual's words.

    Call inside ``unit()``; lock order is reviews, application, expert.
    """
    case = open_case(expert_id, lock=True)
    expert: m.Expert = locked(m.Expert, expert_id, version)
    if found := lock_faults(expert):
        raise Conflict.of(found)
    return case, expert


def change(
    expert: m.Expert,
    values: Mapping[str, object],
    *,
    actor: Actor,
    now: dt.datetime,
    application: m.Application | None,
    demand: Collection[str] = (),
    basis: m.Attachment | None = None,
) -> list[str]:
    """Check and write fields of a locked expert inside ``unit()``; returns the labels of what changed.

    While a case is under review the whole must stay complete. A department correcting on written request calls this
    as well, with ``basis``; then identity and lock are not the expert's to keep.
    """
    found = check(
        expert, values, today=beijing_today(now), application=application, demand=demand, official=basis is not None
    )
    if found:
        raise Invalid.of(found)
    return _store(expert, normalised(values), actor=actor, now=now, application=application, basis=basis)


def check(
    expert: m.Expert,
    values: Mapping[str, object],
    *,
    today: dt.date,
    application: m.Application | None,
    demand: Collection[str] = (),
    official: bool = False,
) -> list[Fault]:
    """What ``change`` would refuse, in page order of the rules: malformed values first, then what is missing."""
    clean = normalised(values)
    found = [fault for fault in _faults(expert, clean, today, official=official) if fault.field in values]
    whole = application is not None and application.state in UNDER_REVIEW
    asked = {*REQUIRED_FIELDS, "title"} if whole else set(demand)
    named = {fault.field for fault in found}
    missing = information_faults(expert, today, facts_for_rules(expert) | clean) if asked else []
    return found + [fault for fault in missing if fault.field in asked and fault.field not in named]


def normalised(values: Mapping[str, object]) -> dict[str, object]:
    """Values as stored: blanks around texts gone, names and numbers in one spelling, sex and birth from the ID number.

    KeyError for a field that is not typed in the basic information.
    """
    if unknown := set(values) - set(COLUMNS):
        raise KeyError(f"not a field of the basic information: {sorted(unknown)}")
    # Enum members are texts as well, but nobody typed them.
    clean = {
        field: _SPELLING.get(field, _tidy)(value) if isinstance(value, str) and type(value) is str else value
        for field, value in values.items()
    }
    facts = id_facts(str(clean.get("id_number") or ""))
    if facts is not None:
        clean["gender"] = clean.get("gender") or facts.gender
        clean["birth_date"] = clean.get("birth_date") or facts.birth_date
    return clean


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _changed(expert: m.Expert, clean: Mapping[str, object]) -> dict[str, object]:
    before = facts_for_rules(expert)
    different = {field: value for field, value in clean.items() if _blank(value) != _blank(before[field])}
    return {field: value for field, value in different.items() if value or field not in NEVER_EMPTIED}


def _blank(value: object) -> object:
    return None if value == "" else value


def _faults(expert: m.Expert, clean: Mapping[str, object], today: dt.date, *, official: bool = False) -> list[Fault]:
    found = format_faults(facts_for_rules(expert) | dict(clean), today)
    changed = _changed(expert, clean)
    found += identity_faults(expert, changed, today, official=official)
    if changed.get("region_code"):
        found += move_faults(expert, str(changed["region_code"]), today)
    return found


def _store(
    expert: m.Expert,
    clean: Mapping[str, object],
    *,
    actor: Actor,
    now: dt.datetime,
    application: m.Application | None,
    basis: m.Attachment | None = None,
) -> list[str]:
    before, changed = facts_for_rules(expert), _changed(expert, clean)
    for field, value in changed.items():
        if field == "id_number":
            seal_id_number(expert, str(value))
        else:
            setattr(expert, field, value)
    if "name" in changed:
        expert.sort_key = name_key(expert.name)
    _keep_account(expert, changed)
    return changes.record(expert, before, changed, actor=actor, now=now, application=application, basis=basis)


def _keep_account(expert: m.Expert, changed: Mapping[str, object]) -> None:
    """Who logs in by ID number logs in by the one he declared; the account bears the expert's name."""
    account = session().get(m.Account, expert.account_id) if expert.account_id else None
    if account is None:
        return
    if "name" in changed:
        account.name = expert.name
    if "id_number" in changed:
        seal_id_number(account, str(changed["id_number"]))
