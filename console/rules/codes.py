"""One-time codes sent by SMS: how long they live and when one is refused (MODEL.md section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.errors import Fault
from console.rules.clauses import clause


@dataclass(frozen=True)
class CodePolicy:
    """Figures for one-time codes; the running ones come from the parameters ``code_*``."""

    digits: int = 6
    lifetime_minutes: int = 5
    resend_seconds: int = 60
    max_tries: int = 5
    per_day: int = 10

    @classmethod
    def of(cls, figures: Mapping[str, int]) -> CodePolicy:
        """Build the policy from the parameters in force; what is missing keeps its default."""
        return cls(
            lifetime_minutes=figures.get("code_lifetime_minutes", cls.lifetime_minutes),
            resend_seconds=figures.get("code_resend_seconds", cls.resend_seconds),
            max_tries=figures.get("code_max_tries", cls.max_tries),
            per_day=figures.get("code_per_day", cls.per_day),
        )

    @property
    def lifetime(self) -> timedelta:
        """How long a code may be used after it was sent."""
        return timedelta(minutes=self.lifetime_minutes)


@dataclass(frozen=True, slots=True)
class SentCode:
    """What is known of the newest code for one phone and purpose; ``wrong_tries`` counts those before this one."""

    sent_at: datetime
    wrong_tries: int = 0
    used: bool = False


@clause("南宁指南", "注册（可配置）", "验证码获取后须等待60秒方可再次获取；每个手机号每日10条")
def resend_faults(policy: CodePolicy, *, now: datetime, last_sent_at: datetime | None, sent_today: int) -> list[Fault]:
    """A new code is sent at most every ``resend_seconds`` and ``per_day`` times a Beijing day to one phone.

    ``now`` and ``last_sent_at`` are aware; ``sent_today`` counts since midnight in Beijing, all purposes together.
    """
    if seconds_until_resend(policy, now=now, last_sent_at=last_sent_at):
        return [Fault("code_too_soon", f"获取过于频繁，请{policy.resend_seconds}秒后再试", "code")]
    if sent_today >= policy.per_day:
        return [Fault("code_daily_limit", f"今日获取验证码已达{policy.per_day}次，请明日再试", "code")]
    return []


def seconds_until_resend(policy: CodePolicy, *, now: datetime, last_sent_at: datetime | None) -> int:
    """Whole seconds until another code may be asked for; 0 when it may be now."""
    if last_sent_at is None:
        return 0
    left = timedelta(seconds=policy.resend_seconds) - (now - last_sent_at)
    return max(0, -(-left // timedelta(seconds=1)))


@clause("横琴手册", "2.3 注", "验证码已过期、已失效时须重新获取")
def check_faults(
    policy: CodePolicy, typed: str | None, *, sent: SentCode | None, matches: bool, now: datetime
) -> list[Fault]:
    """A typed code is right once, within its lifetime and before too many wrong tries.

    ``matches`` is the constant-time comparison made by the caller. A phone to which nothing was sent gets the same
    answer as a wrong code. The right code is refused too once ``max_tries`` wrong ones were typed.
    """
    if not (typed or "").strip():
        return [Fault("code_missing", "验证码不能为空", "code")]
    if sent is None:
        return [Fault("code_wrong", "验证码不正确", "code")]
    if sent.used or sent.wrong_tries >= policy.max_tries:
        return [Fault("code_void", "验证码已失效", "code")]
    if now - sent.sent_at >= policy.lifetime:
        return [Fault("code_expired", "验证码已过期", "code")]
    return [] if matches else [Fault("code_wrong", "验证码不正确", "code")]
