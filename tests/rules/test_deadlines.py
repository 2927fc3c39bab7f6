from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.rules import deadlines
from console.rules.deadlines import DeadlineTone, WorkCalendar

# The National Day week of 2025: closed 1-8 October, worked on Sunday 28 September and Saturday 11 October.
NATIONAL_DAY = WorkCalendar(
    {date(2025, 10, day): False for day in range(1, 9)} | {date(2025, 9, 28): True, date(2025, 10, 11): True}
)
WEEKENDS = WorkCalendar()
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def moment(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-11-20T15:59:59+00:00", date(2026, 11, 20)),
        ("2026-11-20T16:00:00+00:00", date(2026, 11, 21)),
        ("2026-11-20T23:59:59+08:00", date(2026, 11, 20)),
        ("2026-11-21T00:00:00+08:00", date(2026, 11, 21)),
        ("2028-02-28T16:00:00+00:00", date(2028, 2, 29)),
        ("2026-12-31T16:00:00+00:00", date(2027, 1, 1)),
        ("2026-11-20T12:00:00-05:00", date(2026, 11, 21)),
    ],
)
def test_a_day_begins_at_midnight_in_beijing(utc, day):
    assert deadlines.beijing_today(moment(utc)) == day


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        deadlines.beijing_today(datetime(2026, 11, 20))  # noqa: DTZ001 - the naive moment is what is tested


@given(DAYS)
def test_midnight_and_the_second_before_it_lie_on_two_days(day):
    midnight = deadlines.beijing_midnight(day)
    assert midnight.tzinfo is UTC
    assert deadlines.beijing_today(midnight) == day
    assert deadlines.beijing_today(midnight - timedelta(seconds=1)) == day - timedelta(days=1)


def test_without_rows_the_weekend_is_free():
    assert WEEKENDS.is_working_day(date(2026, 11, 20))
    assert not WEEKENDS.is_working_day(date(2026, 11, 21))
    assert not WEEKENDS.is_maintained(2026)


def test_rows_overrule_the_weekend():
    assert NATIONAL_DAY.is_maintained(2025)
    assert not NATIONAL_DAY.is_working_day(date(2025, 10, 1))
    assert NATIONAL_DAY.is_working_day(date(2025, 10, 11))


@pytest.mark.parametrize(
    ("calendar", "start", "days", "end"),
    [
        (WEEKENDS, date(2026, 11, 20), 0, date(2026, 11, 20)),
        (WEEKENDS, date(2026, 11, 20), 1, date(2026, 11, 23)),
        (WEEKENDS, date(2026, 11, 21), 1, date(2026, 11, 23)),
        (WEEKENDS, date(2026, 11, 9), 10, date(2026, 11, 23)),
        (NATIONAL_DAY, date(2025, 9, 26), 1, date(2025, 9, 28)),
        (NATIONAL_DAY, date(2025, 9, 30), 1, date(2025, 10, 9)),
        (NATIONAL_DAY, date(2025, 9, 30), 3, date(2025, 10, 11)),
        (NATIONAL_DAY, date(2025, 9, 30), 4, date(2025, 10, 13)),
    ],
)
def test_a_period_ends_on_a_working_day_and_its_first_day_does_not_count(calendar, start, days, end):
    assert deadlines.add_working_days(calendar, start, days) == end


def test_a_negative_period_is_refused():
    with pytest.raises(ValueError, match="negative"):
        deadlines.add_working_days(WEEKENDS, date(2026, 11, 20), -1)


@given(DAYS, st.integers(1, 60))
def test_counting_back_gives_the_period(start, days):
    end = deadlines.add_working_days(NATIONAL_DAY, start, days)
    assert NATIONAL_DAY.is_working_day(end)
    assert deadlines.working_days_between(NATIONAL_DAY, start, end) == days
    assert deadlines.working_days_between(NATIONAL_DAY, end, start) == -days


@pytest.mark.parametrize(
    ("due_on", "today", "words", "tone"),
    [
        (date(2026, 11, 23), date(2026, 11, 20), "11月23日，剩 1 个工作日", DeadlineTone.SOON),
        (date(2026, 11, 24), date(2026, 11, 20), "11月24日，剩 2 个工作日", DeadlineTone.SOON),
        (date(2026, 11, 25), date(2026, 11, 20), "11月25日，剩 3 个工作日", DeadlineTone.CALM),
        (date(2026, 11, 20), date(2026, 11, 20), "今日到期", DeadlineTone.SOON),
        (date(2026, 11, 20), date(2026, 11, 21), "超期 1 天", DeadlineTone.LATE),
        (date(2026, 11, 20), date(2026, 11, 23), "超期 3 天", DeadlineTone.LATE),
        (date(2026, 11, 22), date(2026, 11, 21), "11月22日到期", DeadlineTone.SOON),
        (date(2027, 1, 5), date(2026, 12, 31), "2027年1月5日，剩 3 个工作日", DeadlineTone.CALM),
    ],
)
def test_a_deadline_says_date_and_distance(due_on, today, words, tone):
    seen = deadlines.deadline(due_on, today, WEEKENDS)
    assert deadlines.deadline_words(seen) == words
    assert seen.tone is tone


def test_an_overdue_deadline_counts_calendar_days_also_over_a_weekend():
    saturday = deadlines.deadline(date(2026, 11, 20), date(2026, 11, 21), WEEKENDS)
    assert (saturday.left_working_days, saturday.tone) == (-1, deadlines.DeadlineTone.LATE)
    seen = deadlines.deadline(date(2026, 11, 20), date(2026, 11, 23), WEEKENDS)
    assert (seen.overdue_days, seen.left_working_days) == (3, -3)


def test_dates_are_written_as_each_place_wants_them():
    today = date(2026, 11, 20)
    assert deadlines.table_date(date(2026, 1, 5)) == "2026-01-05"
    assert deadlines.table_date(None) == "—"
    assert deadlines.chinese_day(date(2026, 1, 5), today) == "1月5日"
    assert deadlines.chinese_day(date(2025, 1, 5), today) == "2025年1月5日"
    assert deadlines.paper_date(date(2020, 10, 15)) == "2020年10月15日"


def test_times_are_written_on_the_beijing_clock():
    seen = datetime(2026, 11, 20, 1, 52, 7, tzinfo=UTC)
    assert deadlines.list_time(seen, date(2026, 11, 20)) == "11-20 09:52"
    assert deadlines.list_time(seen, date(2027, 1, 1)) == "2026-11-20 09:52"
    assert deadlines.exact_time(seen.astimezone(timezone(timedelta(hours=-5)))) == "2026-11-20 09:52:07"


def test_the_year_of_a_moment_is_the_beijing_year():
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert deadlines.list_time(new_year, date(2027, 1, 1)) == "01-01 00:00"
