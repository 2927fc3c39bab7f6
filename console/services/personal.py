"""Personal numbers of accounts and experts: sealed together with the index that finds and the mask that shows them.

The only place that writes these columns, so that an account and an expert with the same number have the same index.
"""

from __future__ import annotations

from console import crypt
from console import models as m
from console.rules.identity import normalise_id_number
from console.rules.masking import mask_id_number, mask_phone
from console.rules.phones import normalise_country_code, normalise_phone

TAIL = 4


def phone_index(country_code: str, number: str) -> str:
    """The blind index of a phone number as typed with its dialling code."""
    code = normalise_country_code(country_code)
    return crypt.blind_index(f"{code}{normalise_phone(code, number)}", "phone")


def id_index(number: str) -> str:
    """The blind index of an ID number."""
    return crypt.blind_index(normalise_id_number(number), "id_number")


def tail_index(tail: str) -> str:
    """The blind index of the last four characters of an ID number (list search 证件号后4位)."""
    return crypt.blind_index(tail, "id_tail")


def seal_phone(row: m.Account | m.Expert, country_code: str, number: str) -> None:
    """Store a phone number: encrypted, indexed, masked."""
    code = normalise_country_code(country_code)
    plain = normalise_phone(code, number)
    row.phone_cc, row.phone = code, plain
    row.phone_index = phone_index(code, plain)
    row.phone_mask = mask_phone(plain, code)


def seal_id_number(row: m.Account | m.Expert, number: str) -> None:
    """Store an ID number: encrypted, indexed, masked; an expert's last four characters get an index of their own."""
    plain = normalise_id_number(number)
    row.id_number = plain
    row.id_index = id_index(plain)
    row.id_mask = mask_id_number(plain)
    if isinstance(row, m.Expert):
        row.id_tail = tail_index(plain[-TAIL:])
