"""Small worlds the tests live in."""

from __future__ import annotations

from pathlib import Path

from console.database import session
from console.services import seeding

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def load_reference_data() -> None:
    """Regions, organisations, taxonomy, programme, parameters, calendar and messages of the seeds, committed."""
    seeding.load_all(SEEDS)
    session().commit()
