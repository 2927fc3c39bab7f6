"""Small worlds the tests live in."""

from __future__ import annotations


def load_reference_data() -> None:
    """Regions, organisations, taxonomy, programme, parameters, calendar and messages of the seeds, committed."""
