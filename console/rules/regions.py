"""Administrative divisions by their GB/T 2260 code: levels, parents and the ranges that scope is made of.

A division and everything below it is the half-open range ``lo <= code < hi`` of six-digit codes, compared as text,
so that the database can answer with an index and no LIKE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.rules.clauses import clause
from console.vocabulary import RegionLevel

NATIONAL = "000000"

_CODE = re.compile(r"[0-9]{6}")
_MUNICIPALITIES = frozenset(("11", "12", "31", "50"))
# 4290xx, 4690xx, 6590xx: counties and cities governed by the province itself, without a prefecture between.
_GOVERNED_BY_PROVINCE = "90"
_END = "~"  # sorts after every digit


@dataclass(frozen=True, slots=True)
class Range:
    """All codes from ``lo`` (inside) up to ``hi`` (outside)."""

    lo: str
    hi: str

    def contains(self, code: str) -> bool:
        """Tell whether a six-digit code lies in the range."""
        return self.lo <= code < self.hi

    def covers(self, other: Range) -> bool:
        """Tell whether every code of the other range lies in this one."""
        return self.lo <= other.lo and other.hi <= self.hi


EVERYWHERE = Range("0", _END)


def is_code(text: str) -> bool:
    """Tell whether the text looks like a division code: exactly six ASCII digits."""
    return bool(_CODE.fullmatch(text))


@clause("GB/T 2260", "代码结构", "前两位为省级，中间两位为地级，后两位为县级")
def range_of(code: str) -> Range:
    """Return the range of a division and all below it; ``000000`` gives everywhere.

    Raises ValueError for anything that is not six digits: a scope that cannot be read must not become "all".
    """
    _demand_code(code)
    if code == NATIONAL:
        return EVERYWHERE
    step = {RegionLevel.PROVINCE: 10_000, RegionLevel.PREFECTURE: 100, RegionLevel.DISTRICT: 1}[level_of(code)]
    end = int(code) + step
    return Range(code, f"{end:06d}" if end <= 999_999 else _END)


def level_of(code: str) -> RegionLevel:
    """Return province, prefecture or district by the trailing zeros.

    Raises ValueError for ``000000``, which is no division, and for anything that is not six digits.
    """
    _demand_code(code)
    if code == NATIONAL:
        raise ValueError("000000 is the whole country, not a division")
    if code.endswith("0000"):
        return RegionLevel.PROVINCE
    return RegionLevel.PREFECTURE if code.endswith("00") else RegionLevel.DISTRICT


def parent_code(code: str) -> str | None:
    """Return the division above, or None for a province.

    Districts of a municipality (110101) and places governed by the province (429004) lie directly under it.
    """
    level = level_of(code)
    if level is RegionLevel.PROVINCE:
        return None
    direct = code[:2] in _MUNICIPALITIES or code[2:4] == _GOVERNED_BY_PROVINCE
    if level is RegionLevel.PREFECTURE or direct:
        return f"{code[:2]}0000"
    return f"{code[:4]}00"


def ancestors(code: str) -> list[str]:
    """Return the division itself and those above it, nearest first."""
    found, current = [], code
    while current:
        found.append(current)
        current = parent_code(current) or ""
    return found


def contains(outer: Range, code: str) -> bool:
    """Tell whether a code lies in a range."""
    return outer.contains(code)


def covers(outer: Range, inner: Range) -> bool:
    """Tell whether the outer range covers the inner one whole."""
    return outer.covers(inner)


def _demand_code(code: str) -> None:
    if not is_code(code):
        raise ValueError(f"not a division code: {code!r}")
