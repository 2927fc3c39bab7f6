"""Telephone numbers with their dialling code; a person is unique per (dialling code, number)."""

from __future__ import annotations

import re

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from console.errors import Fault
from console.rules.typed import half_width, without_blanks

MAINLAND = "86"
HONG_KONG = "852"
MACAO = "853"
TAIWAN = "886"

_SHAPES = {
    MAINLAND: re.compile(r"1[3-9][0-9]{9}"),
    HONG_KONG: re.compile(r"[4-9][0-9]{7}"),
    MACAO: re.compile(r"6[0-9]{7}"),
    TAIWAN: re.compile(r"9[0-9]{8}"),
}
_ELSEWHERE = re.compile(r"[0-9]{5,14}")
_SEPARATORS = str.maketrans("", "", "-()./\u2010\u2011\u2012\u2013\u2014")


def dialling_codes() -> tuple[str, ...]:
    """Every dialling code in use, the four of Greater China first, the rest by number; for the select field."""
    known = {str(code) for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() if regions != ("001",)}
    first = (MAINLAND, HONG_KONG, MACAO, TAIWAN)
    return first + tuple(sorted(known - set(first), key=int))


def normalise_country_code(text: str) -> str:
    """Return the dialling code as stored: digits only, without + or leading zeros; empty means mainland."""
    return without_blanks(text).lstrip("+0") or MAINLAND


def normalise_phone(country_code: str, number: str) -> str:
    """Return the national number as stored: digits, without separators, repeated dialling code or trunk zero.

    ``+86 138-0013-8000`` typed under 86 becomes ``13800138000``; ``0912345678`` under 886 becomes ``912345678``.
    """
    code = normalise_country_code(country_code)
    plain = without_blanks(half_width(number)).translate(_SEPARATORS)
    for prefix in (f"+{code}", f"00{code}"):
        if plain.startswith(prefix):
            plain = plain.removeprefix(prefix)
            break
    else:
        if code == MAINLAND and len(plain) == 13:
            plain = plain.removeprefix(MAINLAND)
    return plain.removeprefix("0") if code == TAIWAN else plain


def phone_faults(country_code: str, number: str | None, field: str = "phone") -> list[Fault]:
    """A mobile number has the shape of its dialling code; elsewhere 5-14 digits under a code that exists."""
    code = normalise_country_code(country_code)
    plain = normalise_phone(code, number or "")
    if not plain:
        return [Fault("phone_missing", "手机号不能为空", field)]
    known = code.isascii() and code.isdigit() and len(code) <= 3 and int(code) in COUNTRY_CODE_TO_REGION_CODE
    if not known or not _SHAPES.get(code, _ELSEWHERE).fullmatch(plain):
        return [Fault("phone_shape", "手机号格式不正确", field)]
    return []
