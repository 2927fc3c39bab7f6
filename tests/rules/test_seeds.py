"""The figures and the calendar that ship with the product, against the rules that use them."""

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml

from console.rules.attachments import RULES, rules_of
from console.rules.codes import CodePolicy
from console.rules.deadlines import SOON, WorkCalendar, add_working_days
from console.rules.eligibility import Profile
from console.rules.passwords import PasswordProfile
from console.rules.validity import REMINDER_DAYS
from console.vocabulary import ParameterUnit

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="module")
def rows():
    return yaml.safe_load((SEEDS / "parameters.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def figures(rows):
    return {row["key"]: row["value"] for row in rows}


@pytest.fixture(scope="module")
def calendar():
    with (SEEDS / "work_calendar.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return WorkCalendar({date.fromisoformat(row["day"]): row["working"] == "1" for row in rows})


def test_every_figure_is_whole_has_a_label_and_says_where_it_was_read(rows):
    assert len({(row["key"], row["valid_from"]) for row in rows}) == len(rows)
    for row in rows:
        assert set(row) == {"key", "label", "value", "unit", "valid_from", "clause", "note"}
        assert isinstance(row["value"], int)
        assert ParameterUnit(row["unit"]).label
        assert row["label"]
        assert row["clause"] == "可配置" or row["clause"].startswith("云南手册")


def test_the_rules_own_defaults_are_the_seeded_figures(figures):
    assert CodePolicy.of(figures) == CodePolicy()
    assert PasswordProfile.of(figures) == PasswordProfile()
    assert rules_of(figures) == RULES
    assert figures["deadline_soon_working_days"] == SOON
    reminders = ("certificate_first_reminder_days", "certificate_second_reminder_days")
    assert tuple(figures[key] for key in reminders) == REMINDER_DAYS


def test_the_entry_conditions_of_the_pool_are_all_seeded_and_none_is_law(rows, figures):
    profile = Profile.of(figures, {row["key"]: row["clause"] for row in rows})
    conditions = (profile.max_age, profile.min_education, profile.min_title, profile.min_years)
    assert [condition.clause for condition in conditions] == ["可配置"] * 4


def test_the_calendar_holds_only_days_that_differ_from_the_weekend_rule(calendar):
    assert all(working != (day.weekday() < 5) for day, working in calendar.days.items())
    assert [year for year in range(2019, 2029) if calendar.is_maintained(year)] == list(range(2020, 2027))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2020, 1, 31), False),
        (date(2025, 10, 8), False),
        (date(2025, 9, 28), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 16), False),
        (date(2026, 10, 10), True),
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2028, 2, 29), True),
    ],
)
def test_known_days(calendar, day, working):
    assert calendar.is_working_day(day) is working


def test_a_review_opened_before_spring_festival_is_due_after_it(calendar, figures):
    days = figures["review_working_days"]
    assert add_working_days(calendar, date(2026, 2, 13), days) == date(2026, 3, 5)
