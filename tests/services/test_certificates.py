"""The life of a certificate: early end, expiry at midnight in Shanghai, reminders exactly once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from console.scope import acting_as, everything
from console.services.certificates import expire_due, remind_due, status, terminate, valid_on
from console.services.unit import unit
from console.vocabulary import CertificateState, PoolState, Role, ValidityKind
from tests import make
from tests.fakes import quick_pdf

HAZCHEM = "yn-yj-hazchem"
REASON = "本人因工作调动书面申请退出专家库。"


@pytest.fixture(autouse=True)
def _quick(db: Any) -> Any:
    with quick_pdf():
        yield


def fixed(until: dt.date, name: str = "段丽娟") -> int:
    with acting_as(everything("测试")):
        paper_id = make.certificate(
            make.expert(name), validity=ValidityKind.FIXED, valid_from=dt.date(2016, 1, 1), valid_until=until
        ).id
        session().commit()
    return paper_id


def read(paper_id: int) -> m.Certificate:
    with acting_as(everything("测试")):
        found = select(m.Certificate).where(m.Certificate.id == paper_id).execution_options(populate_existing=True)
        return session().scalars(found).one()


def pool_state(paper_id: int) -> PoolState:
    expert_id = read(paper_id).expert_id
    with acting_as(everything("测试")):
        return session().scalars(select(m.Expert.pool_state).where(m.Expert.id == expert_id)).one()


def sent(template: str) -> list[str]:
    with acting_as(everything("测试")):
        return list(session().scalars(select(m.OutboxMessage.body).where(m.OutboxMessage.template_code == template)))


def end(paper_id: int, reason: str, who: m.Account, clock: Any, **how: Any) -> bool:
    with acting_as(everything("测试")):
        actor = make.actor(who)
    given = {"version": read(paper_id).lock_version} | how
    with acting_as(actor):
        return terminate(paper_id, reason, actor=actor, now=clock.now(), **given)


def tick(job: Any, clock: Any) -> int:
    with acting_as(everything("定时任务")), unit():
        return job(clock.now())


def test_the_approving_department_ends_a_certificate_today_and_the_holder_is_told(clock):
    paper = fixed(dt.date(2036, 11, 19))
    assert end(paper, REASON, make.official(department_code=HAZCHEM), clock)
    found = read(paper)
    assert (found.state, found.ended_on, found.end_reason) == (
        CertificateState.TERMINATED,
        dt.date(2026, 11, 20),
        REASON,
    )
    assert status(found, dt.date(2026, 11, 20)) is CertificateState.TERMINATED
    assert pool_state(paper) is PoolState.TERMINATED
    assert len(sent("cert_terminated")) == 1
    assert REASON in sent("cert_terminated")[0]


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("", "请输入终止原因"),
        ("  ", "请输入终止原因"),
        ("调动", "终止原因至少5个字，请写明原因"),
        ("字" * 501, "终止原因不能超过500字"),
    ],
)
def test_ending_needs_a_reason_that_says_something(clock, reason, message):
    paper = fixed(dt.date(2036, 11, 19))
    with pytest.raises(Invalid, match=message) as caught:
        end(paper, reason, make.official(department_code=HAZCHEM), clock)
    assert caught.value.field == "end_reason"
    assert read(paper).state is CertificateState.VALID


def test_another_department_finds_no_such_certificate_to_end(clock):
    paper = fixed(dt.date(2036, 11, 19))
    with pytest.raises(NotFound):
        end(paper, REASON, make.official(department_code="yn-yj-mines"), clock)


def test_the_registrar_who_issued_it_does_not_end_it(clock):
    paper = fixed(dt.date(2036, 11, 19))
    with pytest.raises(Forbidden):
        end(paper, REASON, make.official(Role.REGISTRAR, "yn-yj-registrar"), clock)


def test_an_expired_certificate_is_not_ended_even_before_the_nightly_tick(clock):
    paper = fixed(dt.date(2026, 11, 20))
    clock.moment += dt.timedelta(days=1)
    with pytest.raises(Conflict, match="聘书已失效，无需终止"):
        end(paper, REASON, make.official(department_code=HAZCHEM), clock)


def test_a_certificate_is_ended_once(clock):
    paper = fixed(dt.date(2036, 11, 19))
    head = make.official(department_code=HAZCHEM)
    version = read(paper).lock_version
    assert end(paper, REASON, head, clock, once="form-9")
    assert not end(paper, REASON, head, clock, version=version, once="form-9")
    with pytest.raises(Stale):
        end(paper, REASON, head, clock, version=version)
    with pytest.raises(Conflict, match="当前状态不允许该操作"):
        end(paper, REASON, head, clock)


def test_it_is_valid_until_midnight_in_shanghai_and_expired_a_second_later(clock):
    paper = fixed(dt.date(2026, 11, 20))
    clock.moment = dt.datetime(2026, 11, 20, 15, 59, 59, tzinfo=dt.UTC)
    assert tick(expire_due, clock) == 0
    assert read(paper).state is CertificateState.VALID
    assert pool_state(paper) is PoolState.IN_POOL
    clock.moment += dt.timedelta(seconds=1)
    assert tick(expire_due, clock) == 1
    assert read(paper).state is CertificateState.EXPIRED
    assert pool_state(paper) is PoolState.EXPIRED
    assert len(sent("cert_expired")) == 1
    assert tick(expire_due, clock) == 0


def test_a_query_knows_the_truth_without_the_tick(clock):
    paper = fixed(dt.date(2026, 11, 20))
    with acting_as(everything("测试")):
        valid = [
            session().scalar(select(m.Certificate.id).where(m.Certificate.id == paper, valid_on(day)))
            for day in (dt.date(2026, 11, 20), dt.date(2026, 11, 21))
        ]
    assert valid == [paper, None]
    assert [status(read(paper), dt.date(2026, 11, day)) for day in (20, 21)] == [
        CertificateState.VALID,
        CertificateState.EXPIRED,
    ]


def test_a_long_term_certificate_never_expires(clock):
    with acting_as(everything("测试")):
        paper = make.certificate().id
        session().commit()
    clock.moment = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    assert tick(expire_due, clock) == 0
    assert status(read(paper), dt.date(2099, 1, 1)) is CertificateState.VALID


def test_reminders_go_out_ninety_and_thirty_days_before_exactly_once(clock):
    fixed(dt.date(2027, 3, 1))
    counts = []
    for day in ("2026-11-30", "2026-12-01", "2026-12-02", "2027-01-30", "2027-01-31"):
        clock.moment = dt.datetime.fromisoformat(f"{day}T00:30:00+00:00")
        counts.append((tick(remind_due, clock), tick(remind_due, clock)))
    assert counts == [(0, 0), (1, 0), (0, 0), (1, 0), (0, 0)]
    assert len(sent("cert_expiring")) == 2
    assert "2027年3月1日" in sent("cert_expiring")[0]


def test_after_days_without_a_worker_only_the_nearest_reminder_is_sent(clock):
    fixed(dt.date(2026, 12, 10))
    assert tick(remind_due, clock) == 1
    assert tick(remind_due, clock) == 0


def test_a_terminated_certificate_is_not_reminded_of_and_does_not_expire(clock):
    paper = fixed(dt.date(2026, 12, 10))
    end(paper, REASON, make.official(department_code=HAZCHEM), clock)
    assert tick(remind_due, clock) == 0
    clock.moment += dt.timedelta(days=60)
    assert tick(expire_due, clock) == 0
    assert read(paper).state is CertificateState.TERMINATED
