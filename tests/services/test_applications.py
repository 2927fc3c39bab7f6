"""专家信息申报: submitted to several departments, withdrawn, gone round again; who is told what."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from console.scope import acting_as, everything
from console.services import applications, experts
from console.services.pool import refresh_pool_state
from console.vocabulary import ApplicationState, PoolState, ReviewState, Role
from tests import make

HAZCHEM, MINES, KUNMING = "yn-yj-hazchem", "yn-yj-mines", "km-yj-hazchem"
TODAY = dt.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _seen_by_the_test(system):
    """What the test looks at it sees; the use cases run as whoever acts."""


@pytest.fixture
def expert(db):
    return make.ready_expert()


def fresh(row):
    session().refresh(row)
    return row


def ids(*codes):
    return [make.department(code).id for code in codes]


def submit(expert, clock, *codes, confirmed=True, **more):
    session().commit()
    mine = make.actor(make.account_of(expert))
    given = {"version": fresh(expert).lock_version, "confirmed": confirmed} | more
    with acting_as(mine):
        done = applications.submit(expert.id, ids(*codes), actor=mine, now=clock.now(), **given)
    return session().get_one(m.Application, done, populate_existing=True)


def withdraw(case, clock, **more):
    session().commit()
    mine = make.actor(make.account_of(session().get_one(m.Expert, case.expert_id)))
    given = {"version": fresh(case).lock_version} | more
    with acting_as(mine):
        applications.withdraw(case.id, actor=mine, now=clock.now(), **given)


def reject(case, clock, code=HAZCHEM):
    make.rejected(case, code, school="应填全称")
    return fresh(case)


def inbox(account):
    found = select(m.InboxMessage).where(m.InboxMessage.account_id == account.id).order_by(m.InboxMessage.id)
    return [(row.text, row.link) for row in session().scalars(found)]


# --- submitting --------------------------------------------------------------------------------------------


def test_two_departments_get_one_waiting_review_each(expert, clock):
    case = submit(expert, clock, HAZCHEM, KUNMING)
    assert (case.state, case.round, case.submitted_at) == (ApplicationState.PENDING, 1, clock.now())
    assert [(row.department.code, row.state) for row in case.reviews] == [
        (HAZCHEM, ReviewState.PENDING),
        (KUNMING, ReviewState.PENDING),
    ]


def test_the_number_carries_the_beijing_day_and_a_counter(expert, clock):
    clock.moment = dt.datetime(2026, 11, 20, 17, 0, tzinfo=dt.UTC)  # 01:00 on the 21st in Beijing
    first = submit(expert, clock, HAZCHEM)
    second = submit(make.ready_expert("赵以宁"), clock, HAZCHEM)
    assert (first.number, second.number) == ("SB20261121-0001", "SB20261121-0002")


def test_each_department_has_ten_working_days_over_the_weekends(expert, clock):
    case = submit(expert, clock, HAZCHEM)
    assert case.reviews[0].due_on == dt.date(2026, 12, 4)


def test_without_a_department_the_manuals_sentence_comes_back(expert, clock):
    with pytest.raises(Invalid) as caught:
        submit(expert, clock)
    assert [(fault.field, fault.message) for fault in caught.value.faults] == [("departments", "请选择审核业务部门")]
    assert applications.current(expert.id) is None


def test_an_incomplete_expert_is_told_everything_that_is_missing(db, clock):
    expert = make.expert(complete=False, specialties=())
    with pytest.raises(Invalid) as caught:
        submit(expert, clock, HAZCHEM)
    assert {"请选择最高学历", "请至少选择一个擅长专业", "请上传任职单位同意申报附件或情况说明"} <= {
        fault.message for fault in caught.value.faults
    }


def test_the_notice_has_to_be_read(expert, clock):
    with pytest.raises(Invalid, match="请阅读并勾选申报须知"):
        submit(expert, clock, HAZCHEM, confirmed=False)


@pytest.mark.parametrize("code", ["qj-yj-hazchem", "yn-yj-office"])
def test_a_department_elsewhere_or_without_applications_cannot_be_chosen(expert, clock, code):
    with pytest.raises(Invalid, match="所选部门不受理您所在地区的专家申报"):
        submit(expert, clock, code)


def test_a_department_whose_certificate_is_valid_cannot_be_chosen_again_but_others_can(db, clock):
    expert = make.ready_expert()
    paper = make.certificate(expert)
    with pytest.raises(Invalid, match=paper.number):
        submit(expert, clock, HAZCHEM, MINES)
    assert submit(expert, clock, MINES).number is not None


def test_after_the_end_of_the_certificate_the_department_can_be_chosen_again(db, clock):
    expert = make.ready_expert()
    paper = make.certificate(expert)
    with acting_as(everything("测试")):
        session().execute(
            m.Certificate.__table__.update()
            .where(m.Certificate.id == paper.id)
            .values(validity="fixed", valid_until=dt.date(2026, 11, 20))
        )
        session().commit()
    clock.moment += dt.timedelta(days=1)
    assert submit(expert, clock, HAZCHEM).state is ApplicationState.PENDING


def test_a_second_case_cannot_be_opened_beside_the_first(expert, clock):
    submit(expert, clock, HAZCHEM)
    with pytest.raises(Conflict, match="您已有办理中的申请"):
        submit(expert, clock, MINES)


def test_the_same_form_sent_twice_opens_one_case(expert, clock):
    first = submit(expert, clock, HAZCHEM, once="form-1")
    second = submit(expert, clock, HAZCHEM, once="form-1")
    assert first.id == second.id
    assert len(session().scalars(select(m.Review)).all()) == 1


def test_what_was_changed_elsewhere_has_to_be_read_before_it_is_declared(expert, clock):
    with pytest.raises(Stale):
        submit(expert, clock, HAZCHEM, version=fresh(expert).lock_version + 1)


def test_nobody_declares_for_another(expert, clock):
    stranger = make.actor(make.account_of(make.ready_expert("赵以宁")))
    with acting_as(stranger), pytest.raises(NotFound):
        applications.submit(expert.id, ids(HAZCHEM), version=1, confirmed=True, actor=stranger, now=clock.now())


def test_an_official_cannot_declare_for_an_expert_he_sees(expert, clock):
    session().commit()
    head = make.actor(make.official())
    with acting_as(head), pytest.raises(Forbidden):
        applications.submit(
            expert.id, ids(HAZCHEM), version=fresh(expert).lock_version, confirmed=True, actor=head, now=clock.now()
        )


def test_expert_and_reviewers_of_the_chosen_departments_are_told(expert, clock):
    head, other = make.official(department_code=HAZCHEM), make.official(department_code=MINES)
    plain = make.official(Role.GOVERNMENT, HAZCHEM)
    case = submit(expert, clock, HAZCHEM)
    review = case.reviews[0]
    assert inbox(make.account_of(expert)) == [
        (f"您的专家入库申请（{case.number}）已提交，请耐心等待审核结果。", f"/my/applications/{case.id}")
    ]
    ((text, link),) = inbox(head)
    assert (expert.name in text, "2026年12月4日" in text, link) == (True, True, f"/reviews/{review.id}")
    assert inbox(other) == inbox(plain) == []


def test_the_expert_counts_as_under_review_without_making_his_open_form_stale(expert, clock):
    before = fresh(expert).lock_version
    submit(expert, clock, HAZCHEM)
    assert (fresh(expert).pool_state, expert.lock_version) == (PoolState.REVIEWING, before)


# --- withdrawing -------------------------------------------------------------------------------------------


def test_a_withdrawn_case_leaves_every_list_and_can_go_round_again(expert, clock):
    case = submit(expert, clock, HAZCHEM, KUNMING)
    number = case.number
    withdraw(case, clock)
    assert fresh(case).state is ApplicationState.DRAFT
    assert {row.state for row in case.reviews} == {ReviewState.WITHDRAWN}
    assert fresh(expert).pool_state is PoolState.NEW
    again = submit(expert, clock, HAZCHEM)
    assert (again.id, again.number, again.round) == (case.id, number, 2)
    assert [row.state for row in applications.round_reviews(again)] == [ReviewState.PENDING]


def test_nothing_is_withdrawn_after_a_department_decided(expert, clock):
    case = submit(expert, clock, HAZCHEM, MINES)
    make.passed(case, HAZCHEM)
    with pytest.raises(Conflict):
        withdraw(case, clock)
    assert fresh(case).state is ApplicationState.PART


def test_a_programme_may_switch_withdrawing_off(expert, clock):
    case = submit(expert, clock, HAZCHEM)
    make.programme().withdraw_allowed = False
    session().commit()
    with pytest.raises(Conflict, match="本系统不支持撤回申报"):
        withdraw(case, clock)


def test_nobody_withdraws_for_another(expert, clock):
    case = submit(expert, clock, HAZCHEM)
    stranger = make.actor(make.account_of(make.ready_expert("赵以宁")))
    with acting_as(stranger), pytest.raises(NotFound):
        applications.withdraw(case.id, version=case.lock_version, actor=stranger, now=clock.now())


# --- rounds ------------------------------------------------------------------------------------------------


def test_a_rejected_case_goes_round_again_only_to_the_departments_chosen_now(expert, clock):
    case = reject(submit(expert, clock, HAZCHEM), clock)
    assert case.state is ApplicationState.REJECTED
    again = submit(expert, clock, MINES)
    assert (again.id, again.round) == (case.id, 2)
    assert [(row.department.code, row.round, row.state) for row in again.reviews] == [
        (HAZCHEM, 1, ReviewState.REJECTED),
        (MINES, 2, ReviewState.PENDING),
    ]


def test_the_reasons_and_marks_of_the_round_are_given_back_to_the_expert(expert, clock):
    case = reject(submit(expert, clock, HAZCHEM), clock)
    assert [review.return_reason for review in applications.rejections(case)] == ["单位同意书日期早于申报表"]
    assert applications.marks(case) == {"school": [("危险化学品安全监督管理处", "应填全称")]}


def test_in_the_next_round_the_old_reasons_no_longer_stand_beside_the_fields(expert, clock):
    reject(submit(expert, clock, HAZCHEM), clock)
    again = submit(expert, clock, HAZCHEM)
    assert applications.marks(again) == {}


def test_a_rejected_case_may_be_corrected_before_the_next_round(expert, clock):
    case = reject(submit(expert, clock, HAZCHEM), clock)
    assert experts.lock_faults(expert) == []
    assert fresh(case).state is ApplicationState.REJECTED


def test_whoever_moves_after_a_rejection_stays_with_the_body_that_rejected(expert, clock):
    reject(submit(expert, clock, KUNMING), clock, KUNMING)
    found = experts.move_faults(expert, "530302", TODAY)
    assert [fault.code for fault in found] == ["region_case_body"]
    assert experts.move_faults(expert, "530103", TODAY) == []


def test_a_new_round_is_handled_where_the_expert_lives_now(expert, clock):
    reject(submit(expert, clock, HAZCHEM), clock)
    mine = make.actor(make.account_of(expert))
    session().commit()
    with acting_as(mine):
        experts.save_information(
            expert.id, {"region_code": "530302"}, version=fresh(expert).lock_version, actor=mine, now=clock.now()
        )
    again = submit(expert, clock, "qj-yj-hazchem")
    assert (again.region_code, again.reviews[-1].region_code) == ("530302", "530302")


# --- the place in the pool -----------------------------------------------------------------------------------


def test_a_certificate_outweighs_an_open_case(db, clock):
    expert = make.ready_expert()
    make.certificate(expert)
    submit(expert, clock, MINES)
    assert fresh(expert).pool_state is PoolState.IN_POOL


def test_a_case_that_waits_for_filing_shows_in_the_pool_as_such(expert, clock):
    make.passed(submit(expert, clock, HAZCHEM), HAZCHEM)
    assert fresh(expert).pool_state is PoolState.APPROVED


def test_the_pool_knows_an_end_before_the_nightly_tick(db, clock):
    expert = make.ready_expert()
    paper = make.certificate(expert)
    session().execute(
        m.Certificate.__table__.update().where(m.Certificate.id == paper.id).values(validity="fixed", valid_until=TODAY)
    )
    refresh_pool_state(expert.id, TODAY + dt.timedelta(days=1))
    assert (fresh(expert).pool_state, expert.last_certificate_until, expert.long_term) == (
        PoolState.EXPIRED,
        TODAY,
        False,
    )
