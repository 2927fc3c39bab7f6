"""The clock of the machine."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """Implements ``ports.Clock``."""

    def now(self) -> datetime:
        """The present moment in UTC; the time zone of the machine does not matter."""
        return datetime.now(UTC)
