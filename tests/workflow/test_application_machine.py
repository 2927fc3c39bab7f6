"""A declaration as a state machine: any order of declaring, editing, withdrawing, deciding, filing and ending, against
the real database; a model of twenty lines says what each step must do. One savepoint per run.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from console import models as m
from console.database import session
from console.errors import Conflict, Invalid
from console.extensions import db as _db
from console.scope import acting_as, everything
from console.services import applications, certificates, experts
from console.services.filing import file_one
from console.services.reviews import Decision, Outcome, decide, latest_change
from console.vocabulary import ApplicationState, CertificateState, PoolState, ReviewState, Role, ValidityKind
from tests import make
from tests.fakes import quick_pdf

NOW = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)
CODES = ("yn-yj-hazchem", "yn-yj-mines", "yn-yj-industry")
A, R = ApplicationState, ReviewState
WAITING = (A.PENDING, A.PART, A.APPROVED)
SYSTEM = everything("测试")


class World:
    """The people of every run, made once."""

    def __init__(self):
        with acting_as(SYSTEM):
            expert = make.ready_expert()
            self.expert_id = expert.id
            self.mine = make.actor(make.account_of(expert))
            self.department = {code: make.department(code).id for code in CODES}
            self.body = make.department(CODES[0]).organisation_id
            self.head = {code: make.actor(make.official(department_code=code)) for code in CODES}
            self.registrar = make.actor(make.official(Role.REGISTRAR, "yn-yj-registrar"))
            self.industry, self.specialty = make.node("01").id, make.node("010108").id
            session().commit()


class Declaration(RuleBasedStateMachine):
    """The model: state and round of the open case, verdicts of its round, certificates in force."""

    world: World
    connection = None

    def __init__(self):
        super().__init__()
        self.savepoint = self.connection.begin_nested()
        self.state: ApplicationState | None = None
        self.round, self.submitted, self.edits = 0, 0, 0
        self.said: dict[str, ReviewState] = {}
        self.papers: set[str] = set()
        self.issued = 0

    def teardown(self):
        _db.session.remove()
        self.savepoint.rollback()

    # --- what people do -----------------------------------------------------------------------------------

    @rule(chosen=st.sets(st.sampled_from(CODES), max_size=3))
    def declare(self, chosen):
        w = self.world
        version = self.read(select(m.Expert.lock_version).where(m.Expert.id == w.expert_id))
        expected = Conflict if self.state in WAITING else Invalid if not chosen or chosen & self.papers else None
        ids = [w.department[code] for code in chosen]
        given = {"version": version, "confirmed": True, "actor": w.mine, "now": NOW}
        self.attempt(expected, w.mine, lambda: applications.submit(w.expert_id, ids, **given))
        if expected is None:
            self.round = self.round + 1 if self.state in (A.DRAFT, A.REJECTED) else 1
            self.state, self.said = A.PENDING, dict.fromkeys(chosen, R.PENDING)
            self.submitted += 1

    @precondition(lambda self: self.state is not None)
    @rule()
    def withdraw(self):
        case_id, version = self.case()
        expected = None if self.state is A.PENDING else Conflict
        given = {"version": version, "actor": self.world.mine, "now": NOW}
        self.attempt(expected, self.world.mine, lambda: applications.withdraw(case_id, **given))
        if expected is None:
            self.state, self.said = A.DRAFT, {}

    @rule()
    def edit(self):
        w = self.world
        locked = self.state in WAITING and bool({R.PASSED, R.FILED} & set(self.said.values()))
        version = self.read(select(m.Expert.lock_version).where(m.Expert.id == w.expert_id))
        given = {"version": version, "actor": w.mine, "now": NOW}
        values = {"school": f"学院{self.edits}"}
        self.attempt(
            Conflict if locked else None, w.mine, lambda: experts.save_information(w.expert_id, values, **given)
        )
        self.edits += not locked

    @precondition(lambda self: self.said)
    @rule(data=st.data(), outcome=st.sampled_from(Outcome))
    def decide(self, data, outcome):
        code = data.draw(st.sampled_from(sorted(self.said)))
        review_id, version = self.review(code)
        head, expected = self.world.head[code], None if self.said[code] is R.PENDING else Conflict
        verdict = self.passing() if outcome is Outcome.PASS else Decision(outcome, return_reason="缺少职称证书")
        with acting_as(SYSTEM):
            seen = latest_change(self.world.expert_id)
        given = {"version": version, "seen_change": seen, "actor": head, "now": NOW}
        self.attempt(expected, head, lambda: decide(review_id, verdict, **given))
        if expected is None:
            self.said[code] = R.PASSED if outcome is Outcome.PASS else R.REJECTED
            self.state = self.joined()

    @precondition(lambda self: {R.PASSED, R.FILED} & set(self.said.values()))
    @rule(data=st.data())
    def file(self, data):
        code = data.draw(st.sampled_from(sorted(code for code, said in self.said.items() if said is not R.PENDING)))
        review_id, version = self.review(code)
        allowed = self.said[code] is R.PASSED and self.state is A.APPROVED
        registrar = self.world.registrar
        given = {"version": version, "actor": registrar, "now": NOW}
        self.attempt(None if allowed else Conflict, registrar, lambda: file_one(review_id, **given))
        if allowed:
            self.said[code] = R.FILED
            self.papers.add(code)
            self.issued += 1
            if R.PASSED not in self.said.values():
                self.state = A.FILED

    @precondition(lambda self: self.papers)
    @rule(data=st.data())
    def end(self, data):
        code = data.draw(st.sampled_from(sorted(self.papers)))
        c, head = m.Certificate, self.world.head[code]
        with acting_as(SYSTEM):
            paper_id, version = (
                session()
                .execute(
                    select(c.id, c.lock_version).where(
                        c.department_id == self.world.department[code], c.state == CertificateState.VALID
                    )
                )
                .one()
            )
        given = {"version": version, "actor": head, "now": NOW}
        self.attempt(None, head, lambda: certificates.terminate(paper_id, "本人申请退出专家库", **given))
        self.papers.remove(code)

    # --- what must hold after each ---------------------------------------------------------------------------

    @invariant()
    def the_case_stands_where_the_model_says(self):
        a = m.Application
        with acting_as(SYSTEM):
            rows = session().execute(select(a.state, a.round, a.number).order_by(a.id)).all()
        assert ((rows[-1].state, rows[-1].round) if rows else (None, 0)) == (self.state, self.round)
        assert all(state is A.FILED for state, _, _ in rows[:-1])
        assert len({number for _, _, number in rows}) == len(rows)

    @invariant()
    def every_department_of_the_round_said_what_the_model_says(self):
        r, d = m.Review, m.Department
        if self.state is None:
            return
        case_id, _ = self.case()
        with acting_as(SYSTEM):
            rows = session().execute(
                select(d.code, r.state)
                .join(d, d.id == r.department_id)
                .where(r.application_id == case_id, r.round == self.round, r.state != R.WITHDRAWN)
            )
            assert dict(iter(rows)) == self.said

    @invariant()
    def the_pool_shows_what_follows_from_case_and_certificates(self):
        shown = self.read(select(m.Expert.pool_state).where(m.Expert.id == self.world.expert_id))
        of_case = {
            A.PENDING: PoolState.REVIEWING,
            A.PART: PoolState.REVIEWING,
            A.APPROVED: PoolState.APPROVED,
            A.REJECTED: PoolState.REJECTED,
        }
        ended = PoolState.TERMINATED if self.issued else PoolState.NEW
        assert shown is (PoolState.IN_POOL if self.papers else of_case.get(self.state, ended))

    @invariant()
    def numbers_have_no_gap_and_every_submission_left_a_step(self):
        with acting_as(SYSTEM):
            numbers = session().scalars(select(m.Certificate.number).order_by(m.Certificate.number)).all()
            steps = session().scalar(select(func.count()).where(m.StepLog.action == "submit"))
        assert numbers == [f"YNS20261120{n:03d}" for n in range(1, self.issued + 1)]
        assert steps == self.submitted

    # --- helpers of the machine ------------------------------------------------------------------------------

    def joined(self):
        words = set(self.said.values())
        if R.PENDING in words:
            return A.PART
        return A.APPROVED if R.PASSED in words else A.REJECTED

    def passing(self):
        w = self.world
        return Decision(
            Outcome.PASS,
            industry_id=w.industry,
            specialty_id=w.specialty,
            appointing_body_id=w.body,
            validity=ValidityKind.LONG_TERM,
            valid_from=NOW.date(),
        )

    def attempt(self, expected, actor, act):
        with acting_as(actor):
            if expected is None:
                act()
                return
            with pytest.raises(expected):
                act()

    def read(self, statement):
        with acting_as(SYSTEM):
            return session().scalar(statement)

    def case(self):
        a = m.Application
        with acting_as(SYSTEM):
            return session().execute(select(a.id, a.lock_version).order_by(a.id.desc()).limit(1)).one()

    def review(self, code):
        r, (case_id, _) = m.Review, self.case()
        with acting_as(SYSTEM):
            return (
                session()
                .execute(
                    select(r.id, r.lock_version).where(
                        r.application_id == case_id,
                        r.department_id == self.world.department[code],
                        r.round == self.round,
                    )
                )
                .one()
            )


def test_any_order_of_steps_keeps_the_case_where_the_rules_put_it(app, db):
    Declaration.world = World()
    Declaration.connection = _db._app_engines[app][None]
    _db.session.remove()
    with quick_pdf():
        run_state_machine_as_test(
            Declaration,
            settings=settings(
                max_examples=100,
                stateful_step_count=30,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],  # shrinking a failure against a database takes minutes; run again to read one
                suppress_health_check=list(HealthCheck),
            ),
        )
