"""Many officials at the same moment, in real transactions: numbers without gaps, one verdict, no deadlock."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, insert, select

from console import models as m
from console.adapters.database_roles import connect
from console.database import session
from console.errors import Stale
from console.extensions import db
from console.scope import Actor, acting_as, everything
from console.services.filing import file_one
from console.services.reviews import Decision, Outcome, decide
from console.vocabulary import ApplicationState, ReviewState, Role, ValidityKind
from tests import make
from tests.fakes import quick_pdf

pytestmark = pytest.mark.slow

WRITERS, EACH = 50, 10
HAZCHEM, MINES = "yn-yj-hazchem", "yn-yj-mines"
NOW = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)


@pytest.fixture
def bureau(app: Flask, clock: Any, db_urls: Any) -> Iterator[None]:
    """Real commits with a connection for every writer; everything is taken away afterwards by the owner."""
    with app.app_context():
        engines = db._app_engines[app]
        usual = engines[None]
        # Fifty writers on two busy cores wait longer than a page may: what counts here is that nobody is lost.
        patient = {"options": "-c statement_timeout=0 -c lock_timeout=0 -c timezone=UTC"}
        engines[None] = create_engine(
            usual.url, pool_size=WRITERS + 2, pool_timeout=120, hide_parameters=True, connect_args=patient
        )
        try:
            with quick_pdf(), acting_as(everything("测试")):
                yield
        finally:
            db.session.remove()
            engines[None].dispose()
            engines[None] = usual
    with closing(connect(db_urls.owner)) as connection, connection.cursor() as cursor:
        cursor.execute("TRUNCATE account, expert, number_counter, audit_entry, idempotency_key CASCADE")


def at_once(app: Flask, acts: list[Callable[[], Any]]) -> list[Any]:
    gate, said = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait()
            said.append(act())

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def waiting_for_filing(count: int) -> list[int]:
    """So many passed reviews of the province, inserted in four statements."""
    place, programme = make.department(HAZCHEM), make.programme()
    head = make.official(department_code=HAZCHEM)
    chosen = {"industry_id": make.node("01").id, "specialty_id": make.node("010108").id}
    experts = session().scalars(
        insert(m.Expert).returning(m.Expert.id),
        [{"programme_id": programme.id, "region_code": "530102", "name": f"专家{n}"} for n in range(count)],
    )
    ids = experts.all()
    applications = (
        session()
        .scalars(
            insert(m.Application).returning(m.Application.id, sort_by_parameter_order=True),
            [
                {
                    "programme_id": programme.id,
                    "expert_id": expert_id,
                    "region_code": "530102",
                    "number": f"SB-{expert_id}",
                    "state": ApplicationState.APPROVED,
                    "submitted_at": NOW,
                    "lock_version": 1,
                }
                for expert_id in ids
            ],
        )
        .all()
    )
    reviews = (
        session()
        .scalars(
            insert(m.Review).returning(m.Review.id),
            [
                {
                    "application_id": application_id,
                    "expert_id": expert_id,
                    "organisation_id": place.organisation_id,
                    "department_id": place.id,
                    "appointing_body_id": place.organisation_id,
                    "region_code": "530102",
                    "round": 1,
                    "state": ReviewState.PASSED,
                    "due_on": NOW.date(),
                    "decided_at": NOW,
                    "decided_by_id": head.id,
                    "validity": ValidityKind.LONG_TERM,
                    "valid_from": NOW.date(),
                    "lock_version": 1,
                    **chosen,
                }
                for application_id, expert_id in zip(applications, ids, strict=True)
            ],
        )
        .all()
    )
    session().execute(m.Expert.__table__.update().values(birth_date=dt.date(1980, 1, 1)))
    session().commit()
    return list(reviews)


def registrar() -> Actor:
    found = make.actor(make.official(Role.REGISTRAR, "yn-yj-registrar", name="王敏"))
    session().commit()
    return found


def test_500_certificates_by_50_writers_at_once_have_500_numbers_without_a_gap(app, bureau):
    ids, actor = waiting_for_filing(WRITERS * EACH), registrar()

    def writer(own: list[int]) -> Callable[[], list[str]]:
        def act() -> list[str]:
            with acting_as(actor):
                return [file_one(review_id, version=1, actor=actor, now=NOW).number for review_id in own]

        return act

    numbers = [number for part in at_once(app, [writer(ids[n::WRITERS]) for n in range(WRITERS)]) for number in part]
    assert sorted(numbers) == [f"YNS20261120{n:03d}" for n in range(1, WRITERS * EACH + 1)]
    assert len(session().scalars(select(m.Certificate.id)).all()) == WRITERS * EACH
    assert set(session().scalars(select(m.Application.state))) == {ApplicationState.FILED}


def test_of_16_verdicts_at_once_exactly_one_counts(app, bureau):
    review = make.review_of(make.case(make.expert(), HAZCHEM))
    heads = [make.actor(make.official(department_code=HAZCHEM, name=f"处长{n}")) for n in range(16)]
    reason = Decision(Outcome.REJECT, return_reason="职称证书扫描件不清晰")
    session().commit()
    review_id = review.id

    def press(actor: Actor) -> Callable[[], str]:
        def act() -> str:
            try:
                with acting_as(actor):
                    decide(review_id, reason, version=1, seen_change=0, actor=actor, now=NOW)
            except Stale as error:
                after = {label: now for label, _, now in error.changes}
                return f"{error.message}：{after['状态']}"
            return "已驳回"

        return act

    said = Counter(at_once(app, [press(actor) for actor in heads]))
    assert said == {"已驳回": 1, "该记录已被他人修改，请刷新后重试：已驳回": 15}
    steps = session().scalars(select(m.StepLog.action).where(m.StepLog.workflow == "review")).all()
    assert steps == ["reject"]


def test_the_same_form_pressed_8_times_at_once_succeeds_8_times_and_acts_once(app, bureau):
    review = make.review_of(make.case(make.expert(), HAZCHEM))
    actor = make.actor(make.official(department_code=HAZCHEM))
    reason = Decision(Outcome.REJECT, return_reason="职称证书扫描件不清晰")
    session().commit()
    review_id = review.id

    def act() -> bool:
        with acting_as(actor):
            return decide(review_id, reason, version=1, seen_change=0, actor=actor, now=NOW, once="one-form")

    assert Counter(at_once(app, [act] * 8)) == {True: 1, False: 7}


def test_two_departments_deciding_and_filing_at_once_never_wait_for_each_other_in_a_circle(app, bureau):
    desk = registrar()
    for turn in range(5):
        application = make.case(make.expert(f"专家{turn}"), HAZCHEM, MINES)
        reviews = {code: make.review_of(application, code).id for code in (HAZCHEM, MINES)}
        heads = {code: make.actor(make.official(department_code=code)) for code in reviews}
        verdict = Decision(
            Outcome.PASS,
            industry_id=make.node("01").id,
            appointing_body_id=make.department(HAZCHEM).organisation_id,
            validity=ValidityKind.LONG_TERM,
            valid_from=NOW.date(),
        )
        session().commit()
        application_id = application.id

        def passing(code: str, reviews: Any = reviews, heads: Any = heads, verdict: Any = verdict) -> Any:
            def act() -> bool:
                with acting_as(heads[code]):
                    return decide(reviews[code], verdict, version=1, seen_change=0, actor=heads[code], now=NOW)

            return act

        assert at_once(app, [passing(HAZCHEM), passing(MINES)]) == [True, True]

        def filing(review_id: int) -> Any:
            def act() -> str:
                with acting_as(desk):
                    version = session().scalars(select(m.Review.lock_version).where(m.Review.id == review_id)).one()
                    session().rollback()
                    return file_one(review_id, version=version, actor=desk, now=NOW).number

            return act

        assert len(set(at_once(app, [filing(review_id) for review_id in reviews.values()]))) == 2
        session().expire_all()
        states = session().scalars(select(m.Application.state).where(m.Application.id == application_id)).all()
        assert states == [ApplicationState.FILED]
        session().rollback()
