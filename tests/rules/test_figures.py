from datetime import date

import pytest

from console.rules.attachments import MEGABYTE, attachment_faults, rules_of
from console.rules.codes import CodePolicy
from console.rules.figures import Figure, in_force, value_of
from console.rules.passwords import PasswordProfile, password_faults
from console.vocabulary import AttachmentKind, ParameterUnit


def figure(key, value, since=date(2020, 1, 1)):
    return Figure(key, value, ParameterUnit.COUNT, since)


def test_an_old_case_is_judged_by_the_figure_of_its_day():
    figures = [figure("max_age", 65, date(2026, 7, 1)), figure("max_age", 70)]
    assert in_force(figures, date(2026, 6, 30))["max_age"].value == 70
    assert in_force(figures, date(2026, 7, 1))["max_age"].value == 65
    assert in_force(reversed(figures), date(2026, 7, 1))["max_age"].value == 65


def test_a_figure_of_the_future_is_not_in_force():
    assert in_force([figure("max_age", 65)], date(2019, 12, 31)) == {}


def test_a_missing_figure_is_named():
    with pytest.raises(KeyError, match="max_age"):
        value_of({}, "max_age")
    assert value_of({}, "max_age", 60) == 60


def test_a_figure_says_its_unit():
    assert Figure("x", 10, ParameterUnit.WORKING_DAYS, date(2020, 1, 1)).words == "10 工作日"


def in_force_now(**values):
    return in_force([figure(key, value) for key, value in values.items()], date(2026, 11, 20))


def test_policies_follow_the_figures_and_keep_defaults_for_the_rest():
    assert CodePolicy.of({}) == CodePolicy()
    assert CodePolicy.of(in_force_now(code_resend_seconds=90, code_max_tries=3)) == CodePolicy(
        resend_seconds=90, max_tries=3
    )


def test_a_stricter_password_profile_says_its_own_figures():
    profile = PasswordProfile.of(in_force_now(password_min_length=12, password_classes=4))
    assert [fault.message for fault in password_faults("Abcdef12", profile=profile)] == [
        "密码须为12-20位，且包含字母、数字和符号中的至少四类"
    ]


def test_attachment_sizes_follow_the_figures():
    rules = rules_of(in_force_now(attachment_megabytes=5))
    large = 6 * MEGABYTE
    assert [fault.message for fault in attachment_faults(AttachmentKind.OTHER, "a.pdf", large, "pdf", rules)] == [
        "单个文件不能超过5MB"
    ]
    assert rules[AttachmentKind.PHOTO].megabytes == 2
