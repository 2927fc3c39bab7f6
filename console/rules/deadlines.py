"""Working days, deadlines and how dates are written; every day is a Beijing day (UI.md section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from console.rules.clauses import clause

BEIJING = ZoneInfo("Asia/Shanghai")
UNMAINTAINED = "未维护该年度工作日历"

_ONE_DAY = timedelta(days=1)
SOON = 2  # working days from which a deadline is shown in amber; parameter deadline_soon_working_days


# --- Beijing time --------------------------------------------------------------------------------


def beijing_time(now: datetime) -> datetime:
    """Return an aware moment on the Beijing clock; raises ValueError for a naive one."""
    if now.tzinfo is None:
        raise ValueError("a moment without a time zone is no moment")
    return now.astimezone(BEIJING)


def beijing_today(now: datetime) -> date:
    """Return the Beijing date of an aware moment: 16:00 UTC is already tomorrow."""
    return beijing_time(now).date()


def beijing_midnight(day: date) -> datetime:
    """Return the moment, in UTC, at which a Beijing day begins."""
    return datetime.combine(day, time.min, BEIJING).astimezone(UTC)


# --- working days --------------------------------------------------------------------------------


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked: ``days`` holds the exceptions (or all days) of the years that are maintained.

    A day without a row follows the weekend rule. ``is_maintained`` tells whether a year has rows at all, so that
    a page can warn with ``UNMAINTAINED``.
    """

    days: Mapping[date, bool] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Tell whether the day is worked."""
        known = self.days.get(day)
        return day.weekday() < 5 if known is None else known

    def is_maintained(self, year: int) -> bool:
        """Tell whether the calendar has rows for the year."""
        return year in self._years

    @property
    def _years(self) -> frozenset[int]:
        return frozenset(day.year for day in self.days)


@clause("云南流程 P01Y", "办理期限（可配置）", "期限以工作日计，受理当日不计，自次日起算")
def add_working_days(calendar: WorkCalendar, start: date, days: int) -> date:
    """Return the working day on which a period of ``days`` working days ends; the first day does not count.

    Nought days give ``start`` itself. Raises ValueError for a negative number.
    """
    if days < 0:
        raise ValueError("a period cannot be negative")
    day = start
    while days:
        day += _ONE_DAY
        days -= calendar.is_working_day(day)
    return day


def working_days_between(calendar: WorkCalendar, start: date, end: date) -> int:
    """Count the working days after ``start`` up to and including ``end``; negative when ``end`` lies before."""
    if end < start:
        return -working_days_between(calendar, end, start)
    return sum(calendar.is_working_day(start + _ONE_DAY * n) for n in range(1, (end - start).days + 1))


# --- deadlines -----------------------------------------------------------------------------------


class DeadlineTone(StrEnum):
    """How urgent a deadline looks: grey, amber from two working days, red when overdue."""

    CALM = "calm"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date as seen on a Beijing day: working days left (overdue: calendar days, negative) and its tone."""

    due_on: date
    left_working_days: int
    tone: DeadlineTone
    seen_on: date

    @property
    def overdue_days(self) -> int:
        """Calendar days since the due date; 0 while it is not over."""
        return max(0, (self.seen_on - self.due_on).days)


def deadline(due_on: date, today: date, calendar: WorkCalendar, soon: int = SOON) -> Deadline:
    """Look at a due date on a Beijing day; ``soon`` working days before it the tone turns amber."""
    overdue = (today - due_on).days
    # On a Saturday a Friday's deadline lies no working day back, and is overdue all the same.
    left = -overdue if overdue > 0 else working_days_between(calendar, today, due_on)
    in_time = DeadlineTone.SOON if left <= soon else DeadlineTone.CALM
    return Deadline(due_on, left, DeadlineTone.LATE if today > due_on else in_time, today)


def deadline_words(seen: Deadline) -> str:
    """``11月23日，剩 1 个工作日``, ``今日到期`` or ``超期 3 天``."""
    if seen.overdue_days:
        return f"超期 {seen.overdue_days} 天"
    if seen.due_on == seen.seen_on:
        return "今日到期"
    day = chinese_day(seen.due_on, seen.seen_on)
    return f"{day}，剩 {seen.left_working_days} 个工作日" if seen.left_working_days else f"{day}到期"


# --- how dates are written -----------------------------------------------------------------------


def table_date(day: date | None) -> str:
    """``2026-11-20`` for tables; a dash when there is none."""
    return day.isoformat() if day else "—"


def chinese_day(day: date, today: date) -> str:
    """``11月20日`` within the year of ``today``, else ``2025年11月20日``; for lists and sentences."""
    return f"{day.month}月{day.day}日" if day.year == today.year else paper_date(day)


def paper_date(day: date) -> str:
    """``2026年11月20日`` for papers, without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def list_time(moment: datetime, today: date) -> str:
    """``11-20 09:52`` within the year of ``today``, else ``2025-11-20 09:52``; Beijing clock, 24 hours."""
    local = beijing_time(moment)
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d %H:%M}"


def exact_time(moment: datetime) -> str:
    """``2026-11-20 09:52:07`` on the Beijing clock; for draw and audit only."""
    return f"{beijing_time(moment):%Y-%m-%d %H:%M:%S}"
