"""Figures every list needs (work calendar, 即将到期, amber deadlines), kept for half a minute per process.

They change a few times a year; reading 1,400 calendar days for each page would cost more than the page.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

from console.rules.deadlines import Deadline, WorkCalendar, deadline
from console.services.figures import figure, work_calendar

KEPT = 30.0


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds on a Beijing day."""

    today: dt.date
    calendar: WorkCalendar
    soon_working_days: int
    expiring_days: int

    @property
    def expiring_until(self) -> dt.date:
        """The last day that counts as 即将到期."""
        return self.today + dt.timedelta(days=self.expiring_days)

    def look(self, due_on: dt.date) -> Deadline:
        """A due date as seen today."""
        return deadline(due_on, self.today, self.calendar, self.soon_working_days)


class _Kept:
    found: Standing | None = None
    at: float = 0.0


def standing(today: dt.date) -> Standing:
    """The figures of a day."""
    fresh = time.monotonic() - _Kept.at < KEPT
    if _Kept.found is None or _Kept.found.today != today or not fresh:
        _Kept.found = Standing(
            today,
            work_calendar(today),
            figure("deadline_soon_working_days", today),
            figure("certificate_expiring_days", today),
        )
        _Kept.at = time.monotonic()
    return _Kept.found


def forget() -> None:
    """Read anew at the next page: a figure or the calendar was changed here."""
    _Kept.found = None
