"""How names are read: the pinyin table of the seeds, loaded on first use, for sorting names as a dictionary does."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import yaml

from console.rules.pinyin import sort_key


class _Readings:
    folder: Path | None = None


def use_readings(folder: Path) -> None:
    """Say where the table of readings (pinyin.csv, surnames.yaml) lies; done once by create_app."""
    _Readings.folder = folder
    _readings.cache_clear()


@lru_cache(maxsize=1)
def _readings() -> tuple[dict[str, str], dict[str, str]]:
    if _Readings.folder is None:
        raise RuntimeError("no readings: call console.services.readings.use_readings() first")
    with (_Readings.folder / "pinyin.csv").open(encoding="utf-8", newline="") as file:
        table = {row["character"]: row["pinyin"] for row in csv.DictReader(file)}
    return table, yaml.safe_load((_Readings.folder / "surnames.yaml").read_text(encoding="utf-8"))


def name_key(name: str) -> str:
    """The key by which a person's name is sorted (pinyin, surnames read as surnames)."""
    return sort_key(name, *_readings())
