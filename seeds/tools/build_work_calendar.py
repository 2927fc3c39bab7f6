"""Writes seeds/work_calendar.csv: the days of 2020-2026 that differ from the weekend rule.

Run by hand when the State Council's notice for another year is out (November) and chinesecalendar holds it, never by
the product: ``python seeds/tools/build_work_calendar.py``. Needs chinesecalendar (group ``tools``).
A year without rows follows the weekend rule, and the console says 未维护该年度工作日历.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
from chinese_calendar.constants import Holiday

TARGET = Path(__file__).resolve().parents[1] / "work_calendar.csv"
FIRST, LAST = date(2020, 1, 1), date(2026, 12, 31)
NAMES = {holiday.value: holiday.chinese for holiday in Holiday} | {
    "National Day": "国庆节",
    "Tomb-sweeping Day": "清明节",
}
NAMES |= {"Dragon Boat Festival": "端午节", "Mid-autumn Festival": "中秋节"}


def rows() -> Iterator[tuple[str, int, str]]:
    """Day, 1 for worked or 0 for free, and the holiday it belongs to."""
    for offset in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=offset)
        working = chinese_calendar.is_workday(day)
        if working != (day.weekday() < 5):
            _, holiday = chinese_calendar.get_holiday_detail(day)
            name = NAMES[holiday] if holiday else ""
            yield day.isoformat(), int(working), f"{name}调休上班" if working else name


def main() -> None:
    """Write the table."""
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("day", "working", "name"))
        writer.writerows(rows())


if __name__ == "__main__":
    main()
