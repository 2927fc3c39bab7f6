"""Take away one guard at a time: each must break at least one cell, or nobody would notice when it is gone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from sqlalchemy import true

from console import models as m
from console import scope
from console.database import session as db_session
from console.permissions import PERMISSIONS, Permission
from console.services import accounts, corrections, filing, papers
from console.views import guard, list_department, list_organisation, list_parameter, list_programme, reference
from console.vocabulary import Role
from console.workflow.certificate import CERTIFICATE
from console.workflow.review import REVIEW
from tests.matrix import oracle
from tests.matrix.asker import Asker
from tests.matrix.cells import LEADS, Cell, cells, expected
from tests.matrix.world import OFFICIAL_ROLES, PEOPLE, STAFF

pytestmark = pytest.mark.slow

Apply = Callable[[pytest.MonkeyPatch], None]
LETTERS = {Role.EXPERT: "E", Role.GOVERNMENT: "G", Role.REVIEWER: "R", Role.REGISTRAR: "F", Role.BUREAU_ADMIN: "B"} | {
    role: letter for letter, role in STAFF.items()
}
LEAD = {PEOPLE[name][0]: name for name in LEADS}


def breaks(asker: Asker, asked: Iterable[Cell]) -> bool:
    """Whether one of the cells is answered otherwise than the oracle says."""
    for cell in asked:
        outcome = asker.ask(cell)
        if outcome.answer != expected(cell) or outcome.leaks or outcome.wrote:
            return True
    return False


def survives(asker: Asker, apply: Apply, asked: list[Cell]) -> bool:
    """Whether nobody notices that the guard is gone."""
    with pytest.MonkeyPatch.context() as patch:
        apply(patch)
        scope._options.cache_clear()
        found = not breaks(asker, asked)
    scope._options.cache_clear()
    return found


@pytest.fixture(scope="module")
def every(app) -> list[Cell]:
    """The whole matrix, without asking it."""
    return [cell for person in PEOPLE for cell in cells(app, person)]


def first(asked: list[Cell], **wanted: str) -> Iterator[Cell]:
    """Cells with these properties."""
    return (cell for cell in asked if all(getattr(cell, name) == value for name, value in wanted.items()))


def by_what_is_missing(asked: Iterable[Cell]) -> list[Cell]:
    """Cells about what does not exist come first: they are 404 as soon as somebody may ask, whatever a service says."""
    return sorted(asked, key=lambda cell: cell.place != "missing")


# --- the guard of endpoints -----------------------------------------------------------------------------------------


def opened(endpoint: str, access: Any) -> Apply:
    """The declaration of one endpoint replaced."""
    real = guard.access_of

    def apply(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(guard, "access_of", lambda app, name: access if name == endpoint else real(app, name))

    return apply


def test_every_endpoint_that_is_opened_to_strangers_is_noticed(asker, every):
    shut = {cell.endpoint: cell for cell in first(every, person="visitor") if expected(cell) in ("login", "403")}
    shut = {name: cell for name, cell in shut.items() if name not in ("auth.logout", "auth.registered")}  # lead there
    assert len(shut) > 150
    assert [name for name, cell in shut.items() if survives(asker, opened(name, "no reason"), [cell])] == []


def test_every_endpoint_that_is_opened_to_everybody_logged_in_is_noticed(asker, every):
    refused: dict[str, Cell] = {}
    for cell in sorted(
        every, key=lambda cell: cell.place != "missing"
    ):  # what does not exist is 404 once it is asked for
        if cell.person in LEADS and expected(cell) == "403":
            refused.setdefault(cell.endpoint, cell)
    assert len(refused) > 150
    everybody = (Permission.SELF,)
    assert [name for name, cell in refused.items() if survives(asker, opened(name, everybody), [cell])] == []


def test_the_guard_itself_the_initial_password_and_the_token_are_noticed(asker, app, every):
    def without_guard(patch: pytest.MonkeyPatch) -> None:
        kept = [hook for hook in app.before_request_funcs[None] if hook is not guard._guard]
        assert len(kept) < len(app.before_request_funcs[None])
        patch.setitem(app.before_request_funcs, None, kept)

    assert not survives(asker, without_guard, list(first(every, person="visitor", endpoint="experts.detail")))
    newcomer = list(first(every, person="newcomer", endpoint="home.tasks"))
    assert not survives(asker, lambda patch: patch.setattr(guard, "must_change_password", lambda: False), newcomer)
    token, asker.world.token = asker.world.token, ""
    try:
        untokened = list(first(every, person="visitor", endpoint="auth.locale"))
        assert asker.ask(untokened[0]).answer == "fault"
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(app.config, "WTF_CSRF_ENABLED", False)
            assert asker.ask(untokened[0]).answer == "ok"
    finally:
        asker.world.token = token


# --- permission x role ----------------------------------------------------------------------------------------------


def demanding(app: Any, permission: Permission, asked: list[Cell]) -> list[Cell]:
    """Cells of endpoints that this permission opens, one each."""
    found: dict[str, Cell] = {}
    for cell in asked:
        access = guard.access_of(app, cell.endpoint)
        if isinstance(access, tuple) and permission in access:
            found.setdefault(f"{cell.endpoint} {cell.method}", cell)
    return list(found.values())


@pytest.mark.parametrize("role", LETTERS, ids=lambda role: role.value)
def test_every_permission_given_to_or_taken_from_a_role_is_noticed(asker, app, every, role):
    person = LEAD[LETTERS[role]]
    mine = list(first(every, person=person))
    others = [other for other in OFFICIAL_ROLES.get(LETTERS[role], ()) if other != role]
    beside = frozenset().union(*(PERMISSIONS[other] for other in others))
    unnoticed = []
    for permission in Permission:
        held = permission in PERMISSIONS[role]
        if permission in beside:
            continue  # an official holds it as a government user whatever his second role says
        changed = PERMISSIONS[role] ^ {permission}
        asked = demanding(app, permission, mine if held else by_what_is_missing(mine))
        asked = [cell for cell in asked if (expected(cell) != "403") is held]
        if survives(asker, lambda patch, now=changed: patch.setitem(PERMISSIONS, role, now), asked):
            unnoticed.append(permission.value)
    assert unnoticed == []


# --- walls ----------------------------------------------------------------------------------------------------------

FOREIGN = {
    scope.CaseRow: ("onlooker_kunming", "reviews.review"),
    m.Expert: ("onlooker_kunming", "experts.detail"),
    m.Account: ("support_kunming", "accounts.detail"),
    scope.AccountRow: ("support_kunming", "outbox.details_view"),
    m.AuditEntry: ("audit_admin_kunming", "audit.details_view"),
}


@pytest.mark.parametrize("model", scope.READ_RULES, ids=lambda model: model.__name__)
def test_every_read_rule_of_the_session_is_noticed_without_the_other_wall(asker, every, model):
    def removed(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(scope.Walls, "rows", False)
        patch.setitem(scope.READ_RULES, model, lambda cls, actor: true())

    if model is m.ExpertGram:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scope.Walls, "rows", False)
            assert asker.regions(model, "onlooker_kunming") <= {"530100", "530102", "530103"}
            removed(patch)
            scope._options.cache_clear()
            assert "530302" in asker.regions(model, "onlooker_kunming")
        scope._options.cache_clear()
        return
    person, endpoint = FOREIGN[model]
    asked = list(first(every, person=person, endpoint=endpoint, place="qilin"))
    assert asked
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scope.Walls, "rows", False)
        assert not breaks(asker, asked), "the rule alone does not hold"
    assert not survives(asker, removed, asked)


def test_every_setting_of_row_level_security_is_noticed_without_the_other_wall(asker):
    """Each setting widened to the whole country (or to another person): a row that was out of reach is seen."""
    real = scope.wall_values
    wide = {"all": "on", "hi": "~", "acc_hi": "~", "audit_hi": "~", "ref_hi": "~"}
    wide |= {"lo": "0", "acc_lo": "0", "audit_lo": "0", "ref_lo": "0"}
    wide["acc_kinds"] = "expert,official,support,administrator"
    wide["expert"] = str(asker.world.ids["expert", "qilin"])
    wide["account"] = str(asker.world.ids["expert_account", "qilin"])
    assert set(wide) == set(real(scope.ANONYMOUS)), "a setting without a mutant"
    unnoticed = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scope.Walls, "events", False)
        before = asker.rows_seen()
    for name, value in wide.items():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scope.Walls, "events", False)
            patch.setattr(scope, "wall_values", lambda actor, n=name, v=value: _widened(real(actor), n, v))
            if asker.rows_seen() == before:
                unnoticed.append(name)
    assert unnoticed == []


def _widened(values: dict[str, str], name: str, value: str) -> dict[str, str]:
    """A setting that was given, widened; ``all`` for everybody who is not the system."""
    return {**values, name: value} if values[name] or name == "all" else values


def _foreign_mark(asker: Asker) -> Any:
    ids = asker.world.ids
    return m.ReviewMark(
        review_id=ids["review_filed", "qilin"],
        field="name",
        note="越界",
        expert_id=ids["expert", "qilin"],
        region_code="530302",
    )


def _moved(model: type, kind: str, place: str, **values: Any) -> Callable[[Asker], Any]:
    def change(asker: Asker) -> Any:
        row = db_session().get_one(model, asker.world.ids[kind, place])
        for name, value in values.items():
            setattr(row, name, value)
        return row

    return change


WRITES: dict[type, tuple[str, Callable[[Asker], Any]]] = {
    m.Organisation: ("bureau_admin_kunming", _moved(m.Organisation, "organisation", "qilin", phone="0874-1")),
    m.Department: ("bureau_admin_kunming", _moved(m.Department, "department", "qilin", phone="0874-1")),
    scope.CaseRow: ("reviewer_kunming", _foreign_mark),
    m.Expert: ("reviewer_kunming", _moved(m.Expert, "expert", "wuhua", region_code="530302")),
    m.Account: ("support_kunming", _moved(m.Account, "official_account", "wuhua", region_code="530302")),
    scope.AccountRow: ("security_admin_kunming", _moved(m.RoleGrant, "role_grant", "wuhua", region_code="530302")),
}
"""What reaches out of the scope of somebody who may write such rows."""


def test_everything_that_is_written_in_a_range_has_a_mutant():
    assert set(scope.WRITE_RANGES) | set(scope.READ_RULES) - {m.ExpertGram, m.AuditEntry} == set(WRITES)


@pytest.mark.parametrize("model", WRITES, ids=lambda model: model.__name__)
def test_every_write_rule_of_the_session_is_noticed_without_the_other_wall(asker, model):
    person, act = WRITES[model]
    real = scope._inside
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scope.Walls, "rows", False)
        assert not asker.writes(person, act)
        patch.setattr(scope, "_inside", lambda row, *given: isinstance(row, model) or real(row, *given))
        assert asker.writes(person, act)


# --- what services and lists ask beside the role ----------------------------------------------------------------------


def edges_changed(workflow: Any, change: Callable[[Any], Any]) -> Apply:
    """A workflow with other edges (it is frozen: its dictionary is patched beneath)."""

    def apply(patch: pytest.MonkeyPatch) -> None:
        slot = type(workflow).transitions
        edges = tuple(change(edge) for edge in workflow.transitions)
        other = {id(workflow): edges}

        class Slot:
            def __get__(self, owner: Any, kind: Any = None) -> Any:
                return other.get(id(owner)) or slot.__get__(owner, kind)

        patch.setattr(type(workflow), "transitions", Slot())

    return apply


def without_flag(workflow: Any, **flags: bool) -> Apply:
    """Edges that do not ask for the department or the body."""
    return edges_changed(workflow, lambda edge: dataclasses.replace(edge, **flags))


def with_role(workflow: Any, action: str, role: Role) -> Apply:
    """One action open to one more role."""

    def change(edge: Any) -> Any:
        return dataclasses.replace(edge, roles=edge.roles | {role}) if edge.action == action else edge

    return edges_changed(workflow, change)


def both(*applied: Apply) -> Apply:
    """Two guards that stand for each other, taken away together."""

    def apply(patch: pytest.MonkeyPatch) -> None:
        for each in applied:
            each(patch)

    return apply


def replaced(owner: Any, name: str, value: Any) -> Apply:
    """A function that lets everything pass."""
    return lambda patch: patch.setattr(owner, name, value)


MUTANTS: dict[str, tuple[Apply, dict[str, str]]] = {
    "pass and reject ask for the department": (
        without_flag(REVIEW, own_department=False),
        {"person": "reviewer_kunming_other", "endpoint": "reviews.decide", "place": "kunming"},
    ),
    "filing asks for the body": (
        without_flag(REVIEW, own_body=False),
        {"person": "registrar_province", "endpoint": "reviews.file", "kind": "review_passed", "place": "wuhua"},
    ),
    "terminating asks for the department": (
        without_flag(CERTIFICATE, own_department=False),
        {"person": "reviewer_kunming_other", "endpoint": "certificates.end", "place": "kunming"},
    ),
    "filing asks for the role of a registrar": (
        both(
            with_role(REVIEW, "file", Role.REVIEWER),
            replaced(guard, "permissions", lambda: frozenset(Permission)),
        ),
        {"person": "reviewer_kunming", "endpoint": "reviews.file", "kind": "review_passed", "place": "kunming"},
    ),
    "deciding asks for the role of a reviewer": (
        both(
            with_role(REVIEW, "reject", Role.GOVERNMENT),
            replaced(guard, "permissions", lambda: frozenset(Permission)),
        ),
        {"person": "onlooker_kunming", "endpoint": "reviews.decide", "kind": "review_waiting", "place": "kunming"},
    ),
    "corrections ask for the department": (
        replaced(corrections, "may_correct", lambda expert_id, actor: True),
        {"person": "reviewer_kunming_other", "endpoint": "experts.correct", "kind": "expert", "place": "kunming"},
    ),
    "the page of terminating asks for the department": (
        replaced(papers, "ends", lambda certificate, actor: True),
        {"person": "reviewer_kunming_other", "endpoint": "certificates.terminate", "place": "kunming"},
    ),
    "the page of filing asks for the body": (
        replaced(filing, "files", lambda review, actor: True),
        {"person": "registrar_province", "endpoint": "reviews.file_page", "kind": "review_passed", "place": "wuhua"},
    ),
    "resetting and managing ask who stands above": (
        replaced(accounts, "reset_faults", lambda *given: []),
        {"person": "system_admin", "endpoint": "accounts.disable", "kind": "admin", "place": "province"},
    ),
    "bodies ask for the division": (
        replaced(list_organisation, "in_reference_range", lambda code: True),
        {"person": "bureau_admin_kunming", "endpoint": "organisation.edit_view", "method": "GET", "place": "qilin"},
    ),
    "departments ask for the division": (
        replaced(list_department, "in_reference_range", lambda code: True),
        {"person": "bureau_admin_kunming", "endpoint": "department.edit_view", "method": "GET", "place": "qilin"},
    ),
    "what holds for all is changed by the province": (
        replaced(reference, "covers_programme", lambda: True),
        {"person": "bureau_admin_kunming", "endpoint": "taxonomy.edit_view", "method": "POST", "place": "all"},
    ),
    "parameters are changed by the province": (
        replaced(list_parameter.ParameterList, "may_change", lambda view, row: True),
        {"person": "bureau_admin_kunming", "endpoint": "parameter.edit_view", "method": "GET", "place": "all"},
    ),
    "systems are changed by the province": (
        replaced(list_programme.ProgrammeList, "may_change", lambda view, row: True),
        {"person": "bureau_admin_kunming", "endpoint": "programme.edit_view", "method": "GET", "place": "all"},
    ),
}


def stand_in(wanted: dict[str, str]) -> dict[str, str]:
    """Whose cell is taken for somebody whose role is refused (in the matrix his refusal is asked in one place only)."""
    instead = {
        "reviews.file reviewer_kunming": "registrar_kunming",
        "reviews.decide onlooker_kunming": "reviewer_kunming",
    }
    return {"person": instead.get(f"{wanted['endpoint']} {wanted['person']}", wanted["person"])}


@pytest.mark.parametrize("name", MUTANTS)
def test_every_question_of_a_service_is_noticed(asker, every, name):
    apply, wanted = MUTANTS[name]
    asked = [dataclasses.replace(cell, person=wanted["person"]) for cell in first(every, **wanted | stand_in(wanted))]
    assert asked, "no such cell"
    assert not breaks(asker, asked)
    assert not survives(asker, apply, asked)


def test_the_reduced_matrix_holds_as_long_as_nothing_is_taken_away(asker, every):
    assert oracle.ROWS
    for model, (person, endpoint) in FOREIGN.items():
        assert not breaks(asker, first(every, person=person, endpoint=endpoint, place="qilin")), model
