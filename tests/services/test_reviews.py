"""Verdicts of departments: what is asked, who may, what the case does then."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from console.scope import acting_as, everything
from console.services.reviews import Decision, Outcome, decide, latest_change
from console.vocabulary import ApplicationState, PoolState, ReviewState, Role, ValidityKind
from tests import make

TODAY = dt.date(2026, 11, 20)
HAZCHEM, MINES = "yn-yj-hazchem", "yn-yj-mines"


def passing(review: m.Review, **values: Any) -> Decision:
    given = {
        "industry_id": make.node("01").id,
        "specialty_id": make.node("010108").id,
        "appointing_body_id": review.organisation_id,
        "validity": ValidityKind.LONG_TERM,
        "valid_from": TODAY,
    }
    return Decision(Outcome.PASS, **(given | values))


def say(review: m.Review, decision: Decision, head: m.Account, clock: Any, **how: Any) -> bool:
    with acting_as(everything("测试")):
        actor = make.actor(head)
    given = {"version": review.lock_version, "seen_change": latest_change(review.expert_id)} | how
    with acting_as(everything("测试")):
        session().commit()  # a refusal rolls back what it did, not what the test prepared
    with acting_as(actor):
        return decide(review.id, decision, actor=actor, now=clock.now(), **given)


def read(model: Any, row_id: int) -> Any:
    with acting_as(everything("测试")):
        return (
            session().scalars(select(model).where(model.id == row_id).execution_options(populate_existing=True)).one()
        )


@pytest.fixture
def head(db: Any) -> m.Account:
    return make.official(department_code=HAZCHEM)


@pytest.fixture
def application(db: Any) -> m.Application:
    return make.case(make.expert(), HAZCHEM)


def test_a_passed_review_waits_for_filing_and_so_does_the_only_departments_case(application, head, clock):
    review = make.review_of(application)
    assert say(review, passing(review), head, clock)
    found = read(m.Review, review.id)
    assert (found.state, found.decided_by_id, found.decided_at) == (ReviewState.PASSED, head.id, clock.now())
    assert found.valid_until is None
    assert found.filing_due_on is not None
    assert read(m.Application, application.id).state is ApplicationState.APPROVED
    assert read(m.Expert, application.expert_id).pool_state is PoolState.APPROVED


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ({"industry_id": None}, "请选择行业领域"),
        ({"appointing_body_id": None}, "请选择专家聘用单位"),
        ({"validity": None}, "请选择聘书有效期类型"),
        ({"validity": ValidityKind.FIXED}, "请选择聘书截止时间"),
        ({"validity": ValidityKind.FIXED, "valid_until": dt.date(2026, 11, 19)}, "截止时间不能早于起始时间"),
        ({"valid_from": None}, "请选择聘书起始时间"),
    ],
)
def test_passing_asks_for_industry_unit_and_term_as_scenario_103_says(application, head, clock, missing, message):
    review = make.review_of(application)
    review_id = review.id
    with pytest.raises(Invalid) as caught:
        say(review, passing(review, **missing), head, clock)
    assert [fault.message for fault in caught.value.faults] == [message]
    assert read(m.Review, review_id).state is ReviewState.PENDING


def test_everything_missing_is_said_at_once_and_once(application, head, clock):
    review = make.review_of(application)
    with pytest.raises(Invalid) as caught:
        say(review, Decision(Outcome.PASS), head, clock)
    messages = [fault.message for fault in caught.value.faults]
    assert messages == ["请选择行业领域", "请选择专家聘用单位", "请选择聘书有效期类型", "请选择聘书起始时间"]


def test_a_long_term_certificate_has_no_end_whatever_the_form_still_held(application, head, clock):
    review = make.review_of(application)
    say(review, passing(review, valid_until=dt.date(2036, 11, 19)), head, clock)
    assert read(m.Review, review.id).valid_until is None


def test_a_specialty_of_another_industry_is_refused(application, head, clock):
    review = make.review_of(application)
    with pytest.raises(Invalid, match="该专业类别不属于所选行业领域"):
        say(review, passing(review, industry_id=make.node("04").id), head, clock)


def test_a_specialty_need_not_be_chosen(application, head, clock):
    review = make.review_of(application)
    say(review, passing(review, specialty_id=None), head, clock)
    assert read(m.Review, review.id).specialty_id is None


def test_a_field_is_no_industry(application, head, clock):
    review = make.review_of(application)
    with pytest.raises(Invalid, match="请选择行业领域"):
        say(review, passing(review, industry_id=make.node("0101").id, specialty_id=None), head, clock)


def test_a_body_of_another_level_cannot_appoint(application, head, clock):
    review = make.review_of(application)
    kunming = make.department("km-yj-hazchem").organisation_id
    with pytest.raises(Invalid, match="请选择专家聘用单位"):
        say(review, passing(review, appointing_body_id=kunming), head, clock)


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("", "请填写驳回理由"),
        ("   ", "请填写驳回理由"),
        ("不清晰", "驳回理由至少5个字，请写明原因"),
        ("字" * 501, "驳回理由不能超过500字"),
    ],
)
def test_rejecting_needs_a_reason_that_says_something(application, head, clock, reason, message):
    review = make.review_of(application)
    with pytest.raises(Invalid) as caught:
        say(review, Decision(Outcome.REJECT, return_reason=reason), head, clock)
    assert [(fault.field, fault.message) for fault in caught.value.faults] == [("return_reason", message)]


def test_a_rejection_keeps_reason_and_marks_and_tells_the_expert(application, head, clock):
    review = make.review_of(application)
    marks = {"title": "职称证书扫描件不清晰", "employer_consent": ""}
    say(review, Decision(Outcome.REJECT, return_reason="职称证书不清晰，请重新上传", marks=marks), head, clock)
    found = read(m.Review, review.id)
    assert (found.state, found.return_reason) == (ReviewState.REJECTED, "职称证书不清晰，请重新上传")
    with acting_as(everything("测试")):
        kept = dict(session().execute(select(m.ReviewMark.field, m.ReviewMark.note)).all())
        text = (
            session()
            .scalars(select(m.OutboxMessage.body).where(m.OutboxMessage.template_code == "expert_rejected"))
            .one()
        )
    assert kept == marks
    assert "危险化学品安全监督管理处" in text
    assert "职称证书不清晰，请重新上传" in text
    assert read(m.Application, application.id).state is ApplicationState.REJECTED
    assert read(m.Expert, application.expert_id).pool_state is PoolState.REJECTED


@pytest.mark.parametrize(
    ("marks", "message"),
    [
        ({"password_hash": "x"}, "标记的项目不存在"),
        ({"title": "字" * 201}, "“职称”的问题说明不能超过200字"),
    ],
)
def test_marks_stand_on_fields_of_the_application_and_are_short(application, head, clock, marks, message):
    review = make.review_of(application)
    with pytest.raises(Invalid, match=message):
        say(review, Decision(Outcome.REJECT, return_reason="请核对后重新申报", marks=marks), head, clock)


def test_one_passed_and_one_rejected_leaves_the_case_for_filing(clock, db):
    application = make.case(make.expert(), HAZCHEM, MINES)
    first, second = make.review_of(application, HAZCHEM), make.review_of(application, MINES)
    say(first, passing(first), make.official(department_code=HAZCHEM), clock)
    assert read(m.Application, application.id).state is ApplicationState.PART
    head = make.official(department_code=MINES)
    say(second, Decision(Outcome.REJECT, return_reason="不属于本处专业范围"), head, clock)
    assert read(m.Application, application.id).state is ApplicationState.APPROVED
    assert read(m.Review, second.id).state is ReviewState.REJECTED


def test_registrars_of_the_body_are_told_when_the_case_waits_for_them(application, head, clock):
    registrar = make.official(Role.REGISTRAR, "yn-yj-registrar", name="王敏")
    elsewhere = make.official(Role.REGISTRAR, "km-yj-registrar", name="和丽")
    review = make.review_of(application)
    say(review, passing(review), head, clock)
    with acting_as(everything("测试")):
        told = set(
            session().scalars(
                select(m.OutboxMessage.account_id).where(m.OutboxMessage.template_code == "expert_filing_task")
            )
        )
    assert registrar.id in told
    assert elsewhere.id not in told


def test_another_department_of_the_body_gets_the_page_of_what_does_not_exist(application, clock):
    review = make.review_of(application)
    with pytest.raises(NotFound):
        say(review, passing(review), make.official(department_code=MINES), clock)


def test_a_government_user_without_the_right_may_not_decide(application, clock):
    review = make.review_of(application)
    with pytest.raises(Forbidden):
        say(review, passing(review), make.official(Role.GOVERNMENT, HAZCHEM), clock)


def test_a_department_of_another_prefecture_does_not_see_it(db, clock):
    application = make.case(make.expert(region="530302"), "qj-yj-hazchem")
    review = make.review_of(application, "qj-yj-hazchem")
    head = make.official(department_code="km-yj-hazchem")
    with pytest.raises(NotFound):
        say(review, passing(review), head, clock, version=1, seen_change=0)


@pytest.mark.parametrize("same", ["id_index", "phone_index"])
def test_nobody_decides_his_own_case(db, clock, same):
    applicant = make.expert()
    application = make.case(applicant, HAZCHEM)
    with acting_as(everything("测试")):
        head = make.official(department_code=HAZCHEM)
        owner = session().get_one(m.Account, applicant.account_id)
        value = getattr(owner, same)
        setattr(owner, same, None)  # the index is unique: the expert's own account must not hold it any more
        session().flush()
        setattr(head, same, value)
        session().flush()
    review = make.review_of(application)
    with pytest.raises(Conflict, match="不能审核本人的申请"):
        say(review, passing(review), head, clock)


def test_the_second_official_reads_what_the_first_decided(application, head, clock):
    review = make.review_of(application)
    version = review.lock_version
    say(review, Decision(Outcome.REJECT, return_reason="单位公章与任职单位不一致"), head, clock)
    other = make.official(department_code=HAZCHEM, name="张建国")
    with pytest.raises(Stale, match="该记录已被他人修改，请刷新后重试") as caught:
        say(review, passing(review), other, clock, version=version)
    assert ("状态", "待审核", "已驳回") in caught.value.changes
    assert ("操作人", "", "李慧") in caught.value.changes
    assert ("意见", "", "单位公章与任职单位不一致") in caught.value.changes


def test_a_verdict_on_information_the_expert_changed_meanwhile_is_refused_with_the_changes(application, head, clock):
    review = make.review_of(application)
    seen = latest_change(review.expert_id)
    with acting_as(everything("测试")):
        session().add(
            m.FieldChange(
                at=clock.now(),
                application_id=application.id,
                field="title",
                label="职称",
                before="工程师",
                after="高级工程师",
                actor_name="段丽娟",
                expert_id=application.expert_id,
                region_code=application.region_code,
            )
        )
        session().commit()
    with pytest.raises(Stale) as caught:
        say(review, passing(review), head, clock, seen_change=seen)
    assert caught.value.changes == (("职称", "工程师", "高级工程师"),)


def test_the_same_form_twice_is_carried_out_once(application, head, clock):
    review = make.review_of(application)
    version = review.lock_version
    assert say(review, passing(review), head, clock, version=version, once="form-1")
    assert not say(review, passing(review), head, clock, version=version, once="form-1")
    with acting_as(everything("测试")):
        steps = session().scalars(select(m.StepLog.action).where(m.StepLog.workflow == "review")).all()
    assert steps == ["pass"]


def test_a_decided_review_offers_no_verdict(application, head, clock):
    review = make.review_of(application)
    say(review, passing(review), head, clock)
    with pytest.raises(Conflict, match="当前状态不允许该操作"):
        say(read(m.Review, review.id), passing(review), head, clock)
