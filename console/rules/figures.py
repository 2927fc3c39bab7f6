"""Figures of rules with the day from which they hold: an old case is judged by the figure of its day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from console.vocabulary import ParameterUnit


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure from a day on. ``clause`` names its source; one marked 可配置 is the bureau's own choice, not law."""

    key: str
    value: int
    unit: ParameterUnit
    valid_from: date
    clause: str = ""

    @property
    def words(self) -> str:
        """The figure with its unit, ``10 工作日``."""
        return f"{self.value} {self.unit.label}"


def in_force(figures: Iterable[Figure], day: date) -> dict[str, Figure]:
    """Return for each key the figure in force on a Beijing day: the latest that has begun."""
    found: dict[str, Figure] = {}
    for figure in figures:
        if figure.valid_from <= day and (figure.key not in found or found[figure.key].valid_from < figure.valid_from):
            found[figure.key] = figure
    return found


def value_of(figures: Mapping[str, Figure], key: str, default: int | None = None) -> int:
    """Return a figure's value, or the default; raises KeyError naming the key when there is neither."""
    if key in figures:
        return figures[key].value
    if default is None:
        raise KeyError(f"no figure in force for parameter {key!r}")
    return default
