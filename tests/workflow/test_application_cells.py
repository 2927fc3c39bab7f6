"""Every state x action x role of 专家申报: the expert's actions through HTTP, the system's through ``fire``.

The expected outcome of each cell is written here by hand, not read from the declaration under test.
"""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from console import models as m
from console.database import session
from console.errors import Conflict, Forbidden
from console.scope import acting_as, everything
from console.services.applications import application_facts
from console.services.transitions import fire
from console.vocabulary import AccountKind, ApplicationState, ReviewState, Role
from console.workflow.application import APPLICATION, ApplicationFacts
from tests import make
from tests.fakes import quick_pdf

HAZCHEM, MINES = "yn-yj-hazchem", "yn-yj-mines"
S = ApplicationState
STATES = list(S)
WITHDRAWN_TO, SUBMITTED_TO = {S.PENDING: S.DRAFT}, {S.DRAFT: S.PENDING, S.REJECTED: S.PENDING}
OTHERS = [role for role in Role if role not in (Role.EXPERT, Role.SYSTEM)]


@pytest.fixture(autouse=True)
def _no_csrf(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.fixture(params=STATES, ids=lambda state: state.value)
def case(request, db):
    """A case in each state, brought there the way cases go."""
    with quick_pdf():
        return in_state(request.param)


def in_state(state):
    with acting_as(everything("测试")):
        expert = make.ready_expert()
        if state is S.FILED:
            return make.certificate(expert).review.application
        row = make.case(expert, HAZCHEM, MINES)
        if state is S.DRAFT:
            row.state = S.DRAFT
            for review in row.reviews:
                review.state = ReviewState.WITHDRAWN
        session().commit()
    if state is S.PART:
        make.passed(row, HAZCHEM)
    if state is S.APPROVED:
        make.passed(row, HAZCHEM, MINES)
    if state is S.REJECTED:
        make.rejected(row, HAZCHEM)
        make.rejected(row, MINES)
    assert now_of(row) is state
    return row


def now_of(case):
    with acting_as(everything("测试")):
        session().commit()
        session().refresh(case)
        return case.state


def somebody(role):
    if role in (Role.GOVERNMENT, Role.REVIEWER, Role.REGISTRAR):
        return make.official(role, HAZCHEM)
    if role is Role.BUREAU_ADMIN:
        return make.account(AccountKind.OFFICIAL, role, organisation_id=make.department(HAZCHEM).organisation_id)
    if role is Role.SUPPORT:
        return make.support()
    return make.administrator(role)


def owner(case):
    with acting_as(everything("测试")):
        return make.account_of(session().get_one(m.Expert, case.expert_id))


def withdraw(client, case):
    with acting_as(everything("测试")):
        session().refresh(case)
        version, path = case.lock_version, f"/my/applications/{case.id}/withdraw"
    return client.post(path, data={"lock_version": str(version)})


def submit(client, case):
    with acting_as(everything("测试")):
        version = session().get_one(m.Expert, case.expert_id, populate_existing=True).lock_version
        # After filing the same department cannot be chosen while its certificate is valid: another one can.
        code = MINES if case.state is S.FILED else HAZCHEM
        chosen = [str(make.department(code).id)]
    data = {"lock_version": str(version), "departments": chosen, "confirmed": "y"}
    return client.post("/my/declare", data=data)


# --- the expert's actions ------------------------------------------------------------------------------------


def test_the_owner_withdraws_a_waiting_case_and_no_other(client, case):
    before = now_of(case)
    answer = withdraw(make.login(client, owner(case)), case)
    assert answer.status_code == (302 if before in WITHDRAWN_TO else 409)
    assert now_of(case) is WITHDRAWN_TO.get(before, before)


def test_the_owner_submits_a_draft_and_a_rejected_case_and_no_other(client, case):
    before = now_of(case)
    answer = submit(make.login(client, owner(case)), case)
    assert answer.status_code == 302
    assert now_of(case) is SUBMITTED_TO.get(before, before)
    # Filed is the end of that case: a new declaration is a new case.
    opened = int(answer.location.rpartition("/")[2])
    assert (opened == case.id) is (before is not S.FILED)


@pytest.mark.parametrize("act", [submit, withdraw])
def test_no_other_role_submits_or_withdraws_in_any_state(client, case, act):
    before = now_of(case)
    for role in OTHERS:
        answer = act(make.login(client, somebody(role)), case)
        assert (role, answer.status_code) == (role, 403)
    assert now_of(case) is before


@pytest.mark.parametrize("act", [submit, withdraw])
def test_a_stranger_is_sent_to_the_login(client, case, act):
    before = now_of(case)
    answer = act(client, case)
    assert (answer.status_code, answer.location) == (302, "/login")
    assert now_of(case) is before


def test_another_expert_finds_no_case_to_withdraw(client, case):
    before = now_of(case)
    with acting_as(everything("测试")):
        other = make.account_of(make.ready_expert("赵以宁"))
    assert withdraw(make.login(client, other), case).status_code == 404
    assert now_of(case) is before


def test_a_page_offers_exactly_what_the_owner_may_do(client, case):
    before = now_of(case)
    answer = make.login(client, owner(case)).get(f"/my/applications/{case.id}")
    head = BeautifulSoup(answer.get_data(as_text=True), "html.parser").select_one(".page-actions")
    offered = {link.get_text(strip=True) for link in head.select("a")} if head else set()
    assert (
        offered
        == {
            S.DRAFT: {"修改资料", "重新申报"},
            S.PENDING: {"撤回", "修改资料"},
            S.PART: set(),
            S.APPROVED: set(),
            S.REJECTED: {"修改资料", "重新申报"},
            S.FILED: {"查看聘书"},
        }[before]
    )


# --- the system's actions ------------------------------------------------------------------------------------

JOINS = {
    # What departments have said -> where the case goes from waiting or partly decided; None: nowhere.
    "pending": ((ReviewState.PENDING, ReviewState.PENDING), {}),
    "passed, pending": ((ReviewState.PASSED, ReviewState.PENDING), {S.PENDING: S.PART}),
    "rejected, pending": ((ReviewState.REJECTED, ReviewState.PENDING), {S.PENDING: S.PART}),
    "passed, passed": ((ReviewState.PASSED, ReviewState.PASSED), {S.PENDING: S.APPROVED, S.PART: S.APPROVED}),
    "passed, rejected": ((ReviewState.PASSED, ReviewState.REJECTED), {S.PENDING: S.APPROVED, S.PART: S.APPROVED}),
    "rejected, rejected": ((ReviewState.REJECTED, ReviewState.REJECTED), {S.PENDING: S.REJECTED, S.PART: S.REJECTED}),
}
FILINGS = {
    "passed, passed": ((ReviewState.PASSED, ReviewState.PASSED), {}),
    "filed, passed": ((ReviewState.FILED, ReviewState.PASSED), {}),
    "filed, filed": ((ReviewState.FILED, ReviewState.FILED), {S.APPROVED: S.FILED}),
    "filed, rejected": ((ReviewState.FILED, ReviewState.REJECTED), {S.APPROVED: S.FILED}),
}


@pytest.mark.parametrize(
    ("action", "said", "leads"),
    [
        *(pytest.param("join", *given, id=f"join {words}") for words, given in JOINS.items()),
        *(pytest.param("join_filing", *given, id=f"file {words}") for words, given in FILINGS.items()),
    ],
)
def test_the_system_moves_a_case_exactly_as_the_departments_have_spoken(case, clock, action, said, leads):
    before = now_of(case)
    system = everything("测试")
    with acting_as(system), session().begin_nested() as savepoint:
        facts = ApplicationFacts(review_states=said)
        if before in leads:
            fire(APPLICATION, action, case, actor=system, now=clock.now(), facts=facts)
            assert case.state is leads[before]
        else:
            with pytest.raises(Conflict):
                fire(APPLICATION, action, case, actor=system, now=clock.now(), facts=facts)
            assert case.state is before
        savepoint.rollback()


@pytest.mark.parametrize("action", ["join", "join_filing"])
def test_nobody_but_the_system_joins(case, clock, action):
    before = now_of(case)
    with acting_as(everything("测试")):
        facts = application_facts(case)
        for role in Role:
            if role is Role.SYSTEM:
                continue
            actor = make.actor(owner(case) if role is Role.EXPERT else somebody(role))
            with pytest.raises(Forbidden):
                fire(APPLICATION, action, case, actor=actor, now=clock.now(), facts=facts)
    assert now_of(case) is before
