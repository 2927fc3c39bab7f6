"""P01Y 专家申报: one declaration to several departments (云南手册 1.5, 2.5, 3.7; MODEL.md section 4 decisions 8-10)."""

from __future__ import annotations

from dataclasses import dataclass

from console.errors import Fault
from console.vocabulary import ApplicationState as S
from console.vocabulary import ReviewState, Role
from console.workflow import Transition, Workflow


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """What the guards of an application need to know, gathered by the service before it fires."""

    incomplete: tuple[Fault, ...] = ()
    departments: int = 0
    department_faults: tuple[Fault, ...] = ()
    withdraw_allowed: bool = True
    review_states: tuple[ReviewState, ...] = ()


def is_complete(facts: ApplicationFacts) -> list[Fault]:
    """带*的信息都必须填写 (云南手册 2.4)."""
    return list(facts.incomplete)


def departments_chosen(facts: ApplicationFacts) -> list[Fault]:
    """At least one department, and none with an open case or a valid certificate of this expert."""
    if not facts.departments:
        return [Fault("no_department", "请选择审核业务部门", "departments", "云南手册 2.5")]
    return list(facts.department_faults)


def nobody_decided(facts: ApplicationFacts) -> list[Fault]:
    """Withdrawal is possible until the first department has decided (MODEL.md decision 10)."""
    if not facts.withdraw_allowed:
        return [Fault("withdraw_off", "本系统不支持撤回申报，请联系审核部门")]
    if any(state is not ReviewState.PENDING for state in facts.review_states):
        return [Fault("decided", "已有部门作出审核结论，不能撤回")]
    return []


def some_wait(facts: ApplicationFacts) -> list[Fault]:
    """A department has not decided yet."""
    waiting = ReviewState.PENDING in facts.review_states
    return [] if waiting and _decided(facts) else [Fault("not_part", "审核未处于部分完成状态")]


def all_decided_one_passed(facts: ApplicationFacts) -> list[Fault]:
    """Every department decided and at least one passed (decision 8)."""
    done = ReviewState.PENDING not in facts.review_states and ReviewState.PASSED in facts.review_states
    return [] if done else [Fault("not_approved", "尚无部门审核通过，或仍有部门未审核")]


def all_rejected(facts: ApplicationFacts) -> list[Fault]:
    """Every department rejected."""
    lost = bool(facts.review_states) and all(state is ReviewState.REJECTED for state in facts.review_states)
    return [] if lost else [Fault("not_rejected", "仍有部门未驳回")]


def all_passed_filed(facts: ApplicationFacts) -> list[Fault]:
    """Every review that passed is filed."""
    states = set(facts.review_states)
    done = ReviewState.FILED in states and not states & {ReviewState.PENDING, ReviewState.PASSED}
    return [] if done else [Fault("not_filed", "仍有审核通过的部门未备案")]


def some_passed_not_filed(facts: ApplicationFacts) -> list[Fault]:
    """Something remains to be filed."""
    return [] if ReviewState.PASSED in facts.review_states else [Fault("filed", "没有待备案的审核")]


def _decided(facts: ApplicationFacts) -> bool:
    return any(state is not ReviewState.PENDING for state in facts.review_states)


_EXPERT = frozenset({Role.EXPERT})
_SYSTEM = frozenset({Role.SYSTEM})

APPLICATION = Workflow(
    code="application",
    title="专家申报",
    states=S,
    initial=S.DRAFT,
    finals=frozenset({S.FILED}),
    waits={
        S.DRAFT: "本人填写并申报",
        S.PENDING: "审核部门审核",
        S.PART: "其余审核部门审核",
        S.APPROVED: "科信部门备案",
        S.REJECTED: "本人修改后重新申报",
        S.FILED: "已办结",
    },
    transitions=(
        Transition(
            "submit",
            "申报",
            (S.DRAFT, S.REJECTED),
            S.PENDING,
            _EXPERT,
            guards=(is_complete, departments_chosen),
            effects=("number_application", "open_reviews", "tell_submitted"),
            clause="云南手册 2.5",
            deadline="review_working_days",
        ),
        Transition(
            "withdraw",
            "撤回",
            (S.PENDING,),
            S.DRAFT,
            _EXPERT,
            guards=(nobody_decided,),
            effects=("withdraw_reviews",),
            confirm="撤回后各审核部门将不再审核，需重新申报。",
            clause="MODEL 4-10",
        ),
        Transition("join", "汇总审核结论", (S.PENDING,), S.PART, _SYSTEM, guards=(some_wait,)),
        Transition(
            "join",
            "汇总审核结论",
            (S.PENDING, S.PART),
            S.APPROVED,
            _SYSTEM,
            guards=(all_decided_one_passed,),
            effects=("set_filing_deadline",),
            deadline="filing_working_days",
            clause="MODEL 4-8",
        ),
        Transition("join", "汇总审核结论", (S.PENDING, S.PART), S.REJECTED, _SYSTEM, guards=(all_rejected,)),
        Transition(
            "join_filing",
            "汇总备案结果",
            (S.APPROVED,),
            S.FILED,
            _SYSTEM,
            guards=(all_passed_filed,),
            effects=("finish_application",),
            clause="云南手册 3.8",
        ),
    ),
)
