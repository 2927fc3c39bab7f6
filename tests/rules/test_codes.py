from datetime import UTC, datetime, timedelta

import pytest

from console.rules import codes
from console.rules.codes import CodePolicy, SentCode

POLICY = CodePolicy()
NOW = datetime(2026, 11, 20, 1, 52, tzinfo=UTC)


def messages(faults):
    return [fault.message for fault in faults]


def ago(seconds):
    return NOW - timedelta(seconds=seconds)


def test_the_figures_are_those_of_the_manual():
    assert (POLICY.digits, POLICY.lifetime, POLICY.resend_seconds, POLICY.max_tries, POLICY.per_day) == (
        6,
        timedelta(minutes=5),
        60,
        5,
        10,
    )


def test_the_policy_follows_the_parameters_and_keeps_its_defaults_for_the_rest():
    assert CodePolicy.of({}) == POLICY
    figures = {"code_lifetime_minutes": 3, "code_resend_seconds": 90, "code_max_tries": 2, "code_per_day": 4}
    assert CodePolicy.of(figures) == CodePolicy(lifetime_minutes=3, resend_seconds=90, max_tries=2, per_day=4)


@pytest.mark.parametrize(("seconds", "left"), [(0, 60), (0.5, 60), (59, 1), (59.9, 1), (60, 0), (3600, 0)])
def test_a_code_may_be_asked_for_again_after_a_minute(seconds, left):
    assert codes.seconds_until_resend(POLICY, now=NOW, last_sent_at=ago(seconds)) == left
    expected = ["获取过于频繁，请60秒后再试"] if left else []
    assert messages(codes.resend_faults(POLICY, now=NOW, last_sent_at=ago(seconds), sent_today=1)) == expected


def test_the_first_code_is_sent_at_once():
    assert codes.resend_faults(POLICY, now=NOW, last_sent_at=None, sent_today=0) == []


def test_the_eleventh_code_of_a_day_is_refused():
    assert codes.resend_faults(POLICY, now=NOW, last_sent_at=ago(90), sent_today=9) == []
    assert messages(codes.resend_faults(POLICY, now=NOW, last_sent_at=ago(90), sent_today=10)) == [
        "今日获取验证码已达10次，请明日再试"
    ]


@pytest.mark.parametrize(
    ("typed", "sent", "matches", "expected"),
    [
        ("", SentCode(ago(10)), False, ["验证码不能为空"]),
        (None, SentCode(ago(10)), False, ["验证码不能为空"]),
        ("123456", None, False, ["验证码不正确"]),
        ("123456", None, True, ["验证码不正确"]),
        ("123456", SentCode(ago(10)), False, ["验证码不正确"]),
        ("123456", SentCode(ago(10)), True, []),
        ("123456", SentCode(ago(299)), True, []),
        ("123456", SentCode(ago(300)), True, ["验证码已过期"]),
        ("123456", SentCode(ago(10), wrong_tries=4), True, []),
        ("123456", SentCode(ago(10), wrong_tries=5), True, ["验证码已失效"]),
        ("123456", SentCode(ago(10), used=True), True, ["验证码已失效"]),
    ],
)
def test_a_code_is_right_once_in_time_and_before_the_sixth_try(typed, sent, matches, expected):
    assert messages(codes.check_faults(POLICY, typed, sent=sent, matches=matches, now=NOW)) == expected
