"""Every cell of state x action x role of a review and of a certificate, through HTTP, against a table written by hand.

What may happen stands here once more, on purpose: the oracle shares nothing with console/workflow.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.vocabulary import (
    AccountKind,
    ApplicationState,
    CertificateState,
    ReviewState,
    Role,
    ValidityKind,
)
from tests import make
from tests.fakes import quick_pdf

pytestmark = pytest.mark.slow

HAZCHEM, REGISTRAR = "yn-yj-hazchem", "yn-yj-registrar"
NOW = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 20)

WHO = {
    "head": lambda: make.official(Role.REVIEWER, HAZCHEM),
    "head of a sister department": lambda: make.official(Role.REVIEWER, "yn-yj-mines"),
    "head below": lambda: make.official(Role.REVIEWER, "km-yj-hazchem"),
    "head elsewhere": lambda: make.official(Role.REVIEWER, "qj-yj-hazchem"),
    "registrar": lambda: make.official(Role.REGISTRAR, REGISTRAR),
    "registrar below": lambda: make.official(Role.REGISTRAR, "km-yj-registrar"),
    "registrar elsewhere": lambda: make.official(Role.REGISTRAR, "qj-yj-registrar"),
    "clerk": lambda: make.official(Role.GOVERNMENT, HAZCHEM),
    "bureau administrator": lambda: make.account(
        AccountKind.OFFICIAL,
        Role.BUREAU_ADMIN,
        organisation_id=make.department(HAZCHEM).organisation_id,
        department_id=make.department(HAZCHEM).id,
    ),
    "support": make.support,
    "system administrator": lambda: make.administrator(Role.SYSTEM_ADMIN),
    "security administrator": lambda: make.administrator(Role.SECURITY_ADMIN),
    "audit administrator": lambda: make.administrator(Role.AUDIT_ADMIN),
    "expert": None,  # the applicant himself: made with the case
    "stranger": None,
}
OUTSIDE = {"bureau administrator", "support", "system administrator", "security administrator", "audit administrator"}


def expected_review(who: str, action: str, state: ReviewState) -> int:
    """The answer a cell has to give; 302 to the login for strangers, 302 after the deed for who may."""
    if who == "stranger":
        return 302
    if who in OUTSIDE | {"expert"}:
        return 403
    if action == "file":
        if not who.startswith("registrar"):
            return 403
        if who != "registrar":
            return 404
        return 302 if state is ReviewState.PASSED else 409
    if who == "clerk" or who.startswith("registrar"):
        return 403  # the role is asked before any row is read
    if who != "head":
        return 404
    if action == "withdraw":  # no such verdict: the form comes back to who may decide
        return 422
    return 302 if state is ReviewState.PENDING else 409


@pytest.fixture(autouse=True)
def _quick(app: Any, db: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with quick_pdf():
        yield


def a_review(state: ReviewState) -> tuple[int, m.Expert]:
    owner = make.expert()
    application = make.case(owner, HAZCHEM)
    review = make.review_of(application)
    clerk = make.official(Role.REVIEWER, HAZCHEM, name="前任")
    with acting_as(everything("测试")), session().no_autoflush:
        application.state = {
            ReviewState.PENDING: ApplicationState.PENDING,
            ReviewState.REJECTED: ApplicationState.REJECTED,
            ReviewState.WITHDRAWN: ApplicationState.PENDING,
        }.get(state, ApplicationState.APPROVED)
        review.state = state
        if state in (ReviewState.PASSED, ReviewState.FILED, ReviewState.REJECTED):
            review.decided_at, review.decided_by_id = NOW, clerk.id
            review.return_reason = "资料不齐" if state is ReviewState.REJECTED else ""
        if state in (ReviewState.PASSED, ReviewState.FILED):
            review.industry_id = make.node("01").id
            review.appointing_body_id = review.organisation_id
            review.validity, review.valid_from = ValidityKind.LONG_TERM, TODAY
        if state is ReviewState.FILED:
            review.filed_at, review.filed_by_id = NOW, clerk.id
        session().commit()
    return review.id, owner


def person(who: str, owner: m.Expert) -> m.Account | None:
    if who == "stranger":
        return None
    if who == "expert":
        with acting_as(everything("测试")):
            return session().get_one(m.Account, owner.account_id)
    return WHO[who]()


def current(model: Any, row_id: int) -> Any:
    with acting_as(everything("测试")):
        found = session().execute(select(model.state, model.lock_version).where(model.id == row_id)).one()
        session().commit()
    return found


def press(client: Any, action: str, review_id: int, version: int) -> Any:
    if action == "file":
        return client.post(f"/reviews/{review_id}/file", data={"lock_version": version})
    data = {
        "outcome": action,
        "industry_id": make.node("01").id,
        "appointing_body_id": make.department(HAZCHEM).organisation_id,
        "validity": "long_term",
        "valid_from": "2026-11-20",
        "return_reason": "职称证书扫描件不清晰",
        "lock_version": version,
        "seen_change": "0",
    }
    return client.post(f"/reviews/{review_id}", data=data)


TARGETS = {"pass": ReviewState.PASSED, "reject": ReviewState.REJECTED, "file": ReviewState.FILED}


CELLS = [(state, action) for state in ReviewState for action in ("pass", "reject", "file")]


@pytest.mark.parametrize(("state", "action"), [*CELLS, (ReviewState.PENDING, "withdraw")])
def test_every_cell_of_a_review(app, db, state, action):
    review_id, owner = a_review(state)
    wrong = []
    # Whoever succeeds comes last: the cell before him must still be in its state.
    order = sorted(WHO, key=lambda who: expected_review(who, action, state) == 302 and who != "stranger")
    for who in order:
        client, account = app.test_client(), person(who, owner)
        if account is not None:
            make.login(client, account)
        before, version = current(m.Review, review_id)
        answer = press(client, action, review_id, version)
        after, _ = current(m.Review, review_id)
        wanted = expected_review(who, action, state)
        moved = TARGETS[action] if wanted == 302 and who != "stranger" else before
        if answer.status_code != wanted or after is not moved:
            wrong.append((who, answer.status_code, wanted, after))
        if who == "stranger" and "/login" not in answer.location:
            wrong.append((who, answer.location))
    assert wrong == []


def expected_certificate(who: str, state: CertificateState) -> int:
    if who == "stranger":
        return 302
    if who in OUTSIDE | {"expert", "clerk"} or who.startswith("registrar"):
        return 403
    if who != "head":
        return 404
    return 302 if state is CertificateState.VALID else 409


@pytest.mark.parametrize("state", list(CertificateState))
def test_every_cell_of_a_certificate(app, db, state):
    owner = make.expert()
    paper_id = make.certificate(owner).id
    with acting_as(everything("测试")):
        row = session().get_one(m.Certificate, paper_id)
        row.state = state
        if state in (CertificateState.TERMINATED, CertificateState.REVOKED):
            row.ended_on, row.end_reason = TODAY, "本人书面申请退出"
        session().commit()
    wrong = []
    for who in sorted(WHO, key=lambda who: who == "head"):
        client, account = app.test_client(), person(who, owner)
        if account is not None:
            make.login(client, account)
        before, version = current(m.Certificate, paper_id)
        answer = client.post(
            f"/certificates/{paper_id}/terminate", data={"end_reason": "本人书面申请退出", "lock_version": version}
        )
        after, _ = current(m.Certificate, paper_id)
        wanted = expected_certificate(who, state)
        moved = CertificateState.TERMINATED if (wanted, who) == (302, "head") else before
        if answer.status_code != wanted or after is not moved:
            wrong.append((who, answer.status_code, wanted, after))
    assert wrong == []
