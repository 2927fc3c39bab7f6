"""Sorting Chinese names as a dictionary does, without a collation of the database."""

from __future__ import annotations

from collections.abc import Mapping

KEY_LENGTH = 160  # the column ``expert.sort_key``
_LONGEST_SURNAME = 2


def sort_key(name: str, table: Mapping[str, str], surnames: Mapping[str, str]) -> str:
    """Return a plain ASCII key that sorts names by pinyin, then tone: 张立志 becomes ``zhang1 li4 zhi4``.

    ``table`` maps a character to its reading with the tone as digit; ``surnames`` maps surnames of one or two
    characters that are read otherwise (单 ``shan4``, 尉迟 ``yu4 chi2``). Latin letters sort as themselves, what has
    no reading comes last by its code point.
    """
    surname = next((name[:size] for size in (_LONGEST_SURNAME, 1) if name[:size] in surnames), "")
    parts = [surnames[surname]] if surname else []
    parts += [_syllable(sign, table) for sign in name[len(surname) :] if sign not in "· '-."]
    return " ".join(parts)[:KEY_LENGTH]


def _syllable(sign: str, table: Mapping[str, str]) -> str:
    if sign in table:
        return table[sign]
    return sign.lower() if sign.isascii() and sign.isalnum() else f"~{ord(sign):05x}"
