"""Numbers of certificates and applications: written, read back, and cleaned when typed (MODEL.md 3.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from console.errors import Fault
from console.rules.clauses import clause
from console.rules.typed import without_blanks

_PREFIX = re.compile(r"[A-Z]{2,10}")
# The counter has three digits and grows when a day needs more: no zero may stand before four.
_CERTIFICATE = re.compile(r"([A-Z]{2,10})([0-9]{8})([0-9]{3}|[1-9][0-9]{3,8})")
_APPLICATION = re.compile(r"([A-Z]{2,10})([0-9]{8})-([0-9]{4}|[1-9][0-9]{4,8})")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−_", "-"))


@dataclass(frozen=True, slots=True)
class IssuedNumber:
    """The parts of a number: prefix of the issuing body, Beijing day of issue, counter of that day from 1."""

    prefix: str
    day: date
    counter: int


@clause("云南手册", "1.3", "证书编号：YNS20201015001（前缀、备案日期、当日序号）")
def certificate_number(prefix: str, day: date, n: int) -> str:
    """``YNS20251015001``: prefix, Beijing day of filing, counter of the day with at least three digits.

    Raises ValueError for a prefix that is not 2-10 capitals or a counter below 1.
    """
    _demand(prefix, n)
    return f"{prefix}{day:%Y%m%d}{n:03d}"


def application_number(prefix: str, day: date, n: int) -> str:
    """``SB20261109-0032``: prefix, Beijing day of the first submission, counter of the day with four digits."""
    _demand(prefix, n)
    return f"{prefix}{day:%Y%m%d}-{n:04d}"


def normalise_number(typed: str) -> str:
    """Return what was meant by a typed number: half width, capitals, no blanks, plain hyphens."""
    return without_blanks(typed).translate(_DASHES).upper()


def normalise_certificate_number(typed: str) -> str:
    """Return a typed certificate number as stored; hyphens and dots people put between its parts are dropped."""
    return normalise_number(typed).replace("-", "").replace(".", "")


def parse_certificate_number(typed: str) -> IssuedNumber | None:
    """Return the parts of a certificate number, or None when it cannot be one."""
    return _parts(_CERTIFICATE.fullmatch(normalise_certificate_number(typed)))


def parse_application_number(typed: str) -> IssuedNumber | None:
    """Return the parts of an application number, or None when it cannot be one."""
    return _parts(_APPLICATION.fullmatch(normalise_number(typed)))


def certificate_number_faults(typed: str | None, field: str = "number") -> list[Fault]:
    """A certificate number to look up is given and has the shape of one."""
    if not normalise_certificate_number(typed or ""):
        return [Fault("certificate_number_missing", "请输入证书编号", field)]
    if parse_certificate_number(typed or "") is None:
        return [
            Fault("certificate_number_shape", "证书编号格式不正确，应为字母前缀加日期和序号，如 YNS20201015001", field)
        ]
    return []


def _parts(match: re.Match[str] | None) -> IssuedNumber | None:
    if match is None:
        return None
    digits = match[2]
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    counter = int(match[3])
    return IssuedNumber(match[1], day, counter) if counter else None


def _demand(prefix: str, n: int) -> None:
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"not a prefix of 2-10 capitals: {prefix!r}")
    if n < 1:
        raise ValueError(f"a counter starts at 1, got {n}")
