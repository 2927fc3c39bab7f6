"""证书验真: what a stranger may learn of a certificate he holds (MODEL.md 3.3; scenario 182).

Unknown number, wrong code and wrong name get one answer. Columns are read as the system; names leave masked only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Invalid, TooMany
from console.rules.certificate_text import validity_words
from console.rules.deadlines import beijing_today, paper_date
from console.rules.identity import normalise_name
from console.rules.masking import mask_name
from console.rules.numbering import normalise_certificate_number
from console.rules.typed import without_blanks
from console.rules.validity import status_on
from console.scope import system_work
from console.services.attempts import Limit, take
from console.services.unit import unit
from console.vocabulary import CertificateState

UNKNOWN = "未查询到该证书"
MISSES = Limit(30, dt.timedelta(minutes=10))
"""Wrong guesses one address may make; right ones cost nothing."""

_TITLES = {
    CertificateState.VALID: "证书有效",
    CertificateState.EXPIRED: "证书已失效",
    CertificateState.TERMINATED: "证书已终止",
    CertificateState.REVOKED: "证书已撤销",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the verification page prints; the name is masked already."""

    number: str
    code: str
    paper: str
    name: str
    unit: str
    validity: str
    state: CertificateState
    sentence: str
    issued_on: dt.date
    sha256: str

    @property
    def title(self) -> str:
        """The verdict in words."""
        return _TITLES[self.state]


def by_code(number: str, code: str, *, ip: str, now: dt.datetime) -> Shown | None:
    """The certificate a QR code names; None when number or code is wrong."""
    typed = without_blanks(code).upper()
    return _answer(number, lambda row: hmac.compare_digest(row.verify_code.encode(), typed.encode()), ip, now)


def by_form(number: str, name: str, code: str, *, ip: str, now: dt.datetime) -> Shown | None:
    """The certificate of this number if the holder's name or the code printed on it is right as well."""
    if not normalise_certificate_number(number):
        raise Invalid("number_missing", "请输入证书编号", "number")
    if code.strip():
        return by_code(number, code, ip=ip, now=now)
    holder = normalise_name(name)
    if not holder:
        raise Invalid("proof_missing", "请输入证书上的姓名或验真码", "name")
    return _answer(number, lambda row: normalise_name(row.holder_name) == holder, ip, now)


def _answer(number: str, proves: Callable[[Any], bool], ip: str, now: dt.datetime) -> Shown | None:
    row = _row(normalise_certificate_number(number))
    if row is not None and proves(row):
        return _shown(row, beijing_today(now))
    with unit():
        turn = take(f"verify:{ip}", MISSES, now=now)
    if not turn.granted:
        raise TooMany("verify_limit", "查询过于频繁，请10分钟后再试", retry_after=600)
    return None


def _row(number: str) -> Any:
    c, d, p = m.Certificate, m.Document, m.Programme
    found = (
        select(
            c.number,
            c.verify_code,
            c.holder_name,
            c.unit_name,
            c.validity,
            c.valid_from,
            c.valid_until,
            c.state,
            c.ended_on,
            c.issued_on,
            d.sha256,
            p.certificate_title,
        )
        .join(d, d.id == c.document_id)
        .join(p, p.id == c.programme_id)
        .where(c.number == number)
    )
    with system_work("证书验真"):
        return session().execute(found).one_or_none()


def _shown(row: Any, today: dt.date) -> Shown:
    state = status_on(
        today,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        terminated_on=row.ended_on if row.state is CertificateState.TERMINATED else None,
        revoked_on=row.ended_on if row.state is CertificateState.REVOKED else None,
    )
    return Shown(
        number=row.number,
        code=row.verify_code,
        paper=row.certificate_title,
        name=mask_name(row.holder_name),
        unit=row.unit_name,
        validity=validity_words(row.valid_from, row.valid_until),
        state=state,
        sentence=_sentence(row, state, today),
        issued_on=row.issued_on,
        sha256=row.sha256,
    )


def _sentence(row: Any, state: CertificateState, today: dt.date) -> str:
    if state is CertificateState.VALID:
        if today < row.valid_from:
            return f"与登记信息一致，自 {paper_date(row.valid_from)} 起生效"
        return "与登记信息一致"
    since = row.ended_on
    if state is CertificateState.EXPIRED and row.valid_until is not None:
        since = row.valid_until + dt.timedelta(days=1)
    return f"自 {paper_date(since)} 起不得使用" if since else "不得使用"


def is_issued_file(shown: Shown, content: bytes) -> bool:
    """Whether these bytes are the file that was issued."""
    return hashlib.sha256(content).hexdigest() == shown.sha256
