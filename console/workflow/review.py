"""One department's review of an application, and its filing (云南手册 1.5.2, 3.7, 3.8)."""

from __future__ import annotations

from dataclasses import dataclass

from console.errors import Fault
from console.vocabulary import ApplicationState, Role
from console.vocabulary import ReviewState as S
from console.workflow import Ask, Transition, Workflow


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """What the guards of a review need to know."""

    application_state: ApplicationState
    own_case: bool = False
    verdict_faults: tuple[Fault, ...] = ()
    filing_faults: tuple[Fault, ...] = ()


def not_own_case(facts: ReviewFacts) -> list[Fault]:
    """Nobody decides a case whose applicant is himself (MODEL.md 1.3)."""
    return [Fault("own_case", "不能审核本人的申请")] if facts.own_case else []


def verdict_complete(facts: ReviewFacts) -> list[Fault]:
    """Industry, hiring body and validity agree with each other; a reason says something (云南手册 3.7)."""
    return list(facts.verdict_faults)


def everybody_decided(facts: ReviewFacts) -> list[Fault]:
    """A case is filed when no department waits any more (decision 8)."""
    if facts.application_state is not ApplicationState.APPROVED:
        return [Fault("not_approved", "仍有部门未完成审核，暂不能备案")]
    return []


def filing_checked(facts: ReviewFacts) -> list[Fault]:
    """The pre-check found nothing: title, age, duplicate ID number, validity."""
    return list(facts.filing_faults)


_REVIEWER = frozenset({Role.REVIEWER})

REVIEW = Workflow(
    code="review",
    title="部门审核",
    states=S,
    initial=S.PENDING,
    finals=frozenset({S.REJECTED, S.FILED, S.WITHDRAWN}),
    waits={
        S.PENDING: "审核部门审核",
        S.PASSED: "科信部门备案",
        S.REJECTED: "本人修改后重新申报",
        S.FILED: "已办结",
        S.WITHDRAWN: "本人已撤回",
    },
    transitions=(
        Transition(
            "pass",
            "通过",
            (S.PENDING,),
            S.PASSED,
            _REVIEWER,
            guards=(not_own_case, verdict_complete),
            asks=(
                Ask("industry_id", "行业领域", "请选择行业领域"),
                Ask("appointing_body_id", "专家聘用单位", "请选择专家聘用单位"),
                Ask("validity", "聘书有效期类型", "请选择聘书有效期类型"),
                Ask("valid_until", "聘书截止时间", "请选择聘书截止时间", required=False),
                Ask("note", "审核意见", "", required=False),
            ),
            effects=("join_application", "tell_passed"),
            clause="云南手册 3.7",
            own_department=True,
        ),
        Transition(
            "reject",
            "驳回",
            (S.PENDING,),
            S.REJECTED,
            _REVIEWER,
            guards=(not_own_case, verdict_complete),
            asks=(Ask("return_reason", "驳回理由", "请填写驳回理由"), Ask("marks", "标记", "", required=False)),
            effects=("join_application", "tell_rejected"),
            clause="云南手册 3.7",
            own_department=True,
            dangerous=True,
        ),
        Transition(
            "file",
            "备案",
            (S.PASSED,),
            S.FILED,
            frozenset({Role.REGISTRAR}),
            guards=(not_own_case, everybody_decided, filing_checked),
            effects=("issue_certificate", "join_filing", "tell_filed"),
            clause="云南手册 3.8",
            own_body=True,
        ),
        Transition("withdraw", "随申报撤回", (S.PENDING,), S.WITHDRAWN, frozenset({Role.SYSTEM}), clause="MODEL 4-10"),
    ),
)
