from dataclasses import replace
from datetime import date

import pytest

from console.errors import Fault
from console.rules import eligibility
from console.rules.eligibility import Appointment, Candidate, Condition, Profile
from console.vocabulary import Education, TitleLevel, ValidityKind

TODAY = date(2026, 11, 20)
PROFILE = Profile(Condition(70, "可配置"), Condition(2, "可配置"), Condition(2, "可配置"), Condition(5, "可配置"))
GOOD = Candidate(
    birth_date=date(1970, 3, 5),
    education=Education.BACHELOR,
    title_level=TitleLevel.SENIOR,
    title_expires_on=None,
    practice_years=30,
)


def judged(rule, profile=PROFILE, **changes):
    found = [v for v in eligibility.verdicts(profile, replace(GOOD, **changes), TODAY) if v.rule == rule]
    assert len(found) == 1
    return found[0].ok, found[0].sentence


def test_a_good_candidate_meets_every_condition_and_each_is_shown():
    found = eligibility.verdicts(PROFILE, GOOD, TODAY)
    assert [(verdict.rule, verdict.ok) for verdict in found] == [
        ("complete", True),
        ("age", True),
        ("education", True),
        ("title_level", True),
        ("years", True),
        ("record", True),
    ]
    assert all(verdict.clause for verdict in found)
    assert eligibility.faults(found) == []


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(1970, 3, 5), (True, "年龄 56 周岁，不超过 70 周岁")),
        (date(1955, 11, 21), (True, "年龄 70 周岁，不超过 70 周岁")),
        (date(1955, 11, 20), (False, "年龄 71 周岁，超过上限 70 周岁")),
        (None, (False, "未填写出生日期，要求不超过 70 周岁")),
    ],
)
def test_the_whole_year_of_the_age_limit_is_allowed(born, expected):
    assert judged("age", birth_date=born) == expected


@pytest.mark.parametrize(
    ("education", "expected"),
    [
        (Education.COLLEGE, (True, "最高学历为大专，不低于大专")),
        (Education.DOCTOR, (True, "最高学历为博士研究生，不低于大专")),
        (Education.SECONDARY, (False, "最高学历为中专及以下，低于大专")),
        (None, (False, "未填写最高学历，要求不低于大专")),
    ],
)
def test_education(education, expected):
    assert judged("education", education=education) == expected


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (TitleLevel.INTERMEDIATE, (True, "职称等级为中级，不低于中级")),
        (TitleLevel.JUNIOR, (False, "职称等级为初级，低于中级")),
        (TitleLevel.NONE, (False, "职称等级为无职称，低于中级")),
    ],
)
def test_title(level, expected):
    assert judged("title_level", title_level=level) == expected


def test_a_rank_beyond_the_list_asks_for_the_highest():
    profile = replace(PROFILE, min_title=Condition(9))
    assert judged("title_level", profile, title_level=TitleLevel.FULL_SENIOR) == (
        True,
        "职称等级为正高级，不低于正高级",
    )


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        (5, (True, "从事专业 5 年，不少于 5 年")),
        (4, (False, "从事专业 4 年，少于 5 年")),
        (None, (False, "未填写从事专业年限，要求不少于 5 年")),
    ],
)
def test_years_of_practice(years, expected):
    assert judged("years", practice_years=years) == expected


def test_a_bad_record_and_missing_facts_are_said():
    assert judged("record", bad_record=True) == (False, "有不良记录")
    missing = [Fault("a", "请填写姓名", "name"), Fault("b", "请选择性别", "gender")]
    assert judged("complete", missing=missing) == (False, "必填资料缺 2 项：请填写姓名、请选择性别")


def test_a_title_counts_through_its_last_day():
    assert judged("title_term", title_expires_on=TODAY) == (True, "职称有效期至2026年11月20日")
    assert judged("title_term", title_expires_on=date(2026, 11, 19)) == (False, "职称已于2026年11月19日到期")


def test_what_a_pool_does_not_ask_is_not_judged():
    found = eligibility.verdicts(Profile(), replace(GOOD, birth_date=None, education=None), TODAY)
    assert [verdict.rule for verdict in found] == ["complete", "record"]


def test_the_profile_comes_from_the_parameters_and_nought_means_not_asked():
    figures = {"eligibility_max_age": 65, "eligibility_min_title": 3, "eligibility_min_years": 0}
    profile = Profile.of(figures, {"eligibility_max_age": "示范办法 第五条"})
    assert profile == Profile(max_age=Condition(65, "示范办法 第五条"), min_title=Condition(3, "可配置"))


def filing(appointment=None, **changes):
    term = appointment or Appointment(ValidityKind.FIXED, date(2036, 11, 19))
    found = eligibility.filing_verdicts(PROFILE, replace(GOOD, **changes), term, TODAY)
    return [(fault.field, fault.message) for fault in eligibility.faults(found)]


def test_filing_finds_nothing_against_a_good_candidate():
    assert filing() == []
    assert filing(Appointment(ValidityKind.LONG_TERM, None)) == []
    assert filing(Appointment(ValidityKind.FIXED, TODAY)) == []


def test_filing_finds_age_title_shared_number_and_a_term_already_over():
    found = filing(
        Appointment(ValidityKind.FIXED, date(2026, 11, 19), shared_id_number=True),
        birth_date=date(1955, 11, 20),
        title_expires_on=date(2025, 3, 1),
    )
    assert found == [
        ("birth_date", "年龄 71 周岁，超过上限 70 周岁"),
        ("title_expires_on", "职称已于2025年3月1日到期"),
        ("id_number", "该证件号码已被使用"),
        ("valid_until", "聘书截止时间为2026年11月19日，早于今天，备案后即失效"),
    ]


def test_faults_carry_the_clause_of_their_condition():
    found = eligibility.verdicts(PROFILE, replace(GOOD, practice_years=1), TODAY)
    assert [(fault.code, fault.clause) for fault in eligibility.faults(found)] == [("years", "可配置")]
