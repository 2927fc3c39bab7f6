"""P02: the life of a certificate after it was issued (云南手册 3.9; MODEL.md P02)."""

from __future__ import annotations

from dataclasses import dataclass

from console.errors import Fault
from console.vocabulary import CertificateState as S
from console.vocabulary import Role
from console.workflow import Ask, Transition, Workflow


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What the guards of a certificate need to know."""

    past_end: bool = False
    reason_faults: tuple[Fault, ...] = ()


def not_past_end(facts: CertificateFacts) -> list[Fault]:
    """A certificate can be ended before its end only (证书失效之前)."""
    return [Fault("expired", "聘书已失效，无需终止", clause="云南手册 3.9")] if facts.past_end else []


def reason_says_something(facts: CertificateFacts) -> list[Fault]:
    """The reason is neither too short nor too long."""
    return list(facts.reason_faults)


def past_end(facts: CertificateFacts) -> list[Fault]:
    """Its last day is over."""
    return [] if facts.past_end else [Fault("still_valid", "聘书仍在有效期内")]


CERTIFICATE = Workflow(
    code="certificate",
    title="聘书",
    states=S,
    initial=S.VALID,
    finals=frozenset({S.EXPIRED, S.TERMINATED, S.REVOKED}),
    waits={S.VALID: "持证使用", S.EXPIRED: "如需续聘请重新申报", S.TERMINATED: "已终止", S.REVOKED: "已撤销"},
    transitions=(
        Transition(
            "expire",
            "有效期届满",
            (S.VALID,),
            S.EXPIRED,
            frozenset({Role.SYSTEM}),
            guards=(past_end,),
            effects=("refresh_pool_state",),
            clause="MODEL P02",
        ),
        Transition(
            "terminate",
            "终止聘书",
            (S.VALID,),
            S.TERMINATED,
            frozenset({Role.REVIEWER}),
            guards=(not_past_end, reason_says_something),
            asks=(Ask("end_reason", "终止原因", "请输入终止原因"),),
            effects=("refresh_pool_state", "tell_terminated"),
            confirm="终止后聘书当日失效，不可恢复。",
            clause="云南手册 3.9",
            own_department=True,
            dangerous=True,
        ),
        Transition(
            "revoke",
            "撤销聘书",
            (S.VALID,),
            S.REVOKED,
            frozenset({Role.SYSTEM}),
            guards=(not_past_end, reason_says_something),
            asks=(Ask("end_reason", "撤销依据", "请输入撤销依据"),),
            effects=("refresh_pool_state", "tell_terminated"),
            clause="MODEL P02",
            dangerous=True,
        ),
    ),
)
