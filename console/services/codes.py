"""One-time codes by SMS: sent within budgets, checked with a counted try, used once (MODEL.md 2; SECURITY.md R6).

Whoever asks for a login or reset code gets the same answer, whether the number is known or not; for an unknown number
the same work is done and taken back, so that nothing is stored and nothing can be measured.
"""

from __future__ import annotations

import datetime as dt
import hmac
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert

from console import crypt
from console import models as m
from console.database import session
from console.errors import Fault, Invalid, TooMany
from console.rules.codes import CodePolicy, SentCode, check_faults, resend_faults
from console.rules.deadlines import beijing_today
from console.rules.networks import network_of
from console.rules.phones import normalise_country_code, normalise_phone, phone_faults
from console.rules.typed import without_blanks
from console.scope import system_work
from console.services import messages
from console.services.attempts import Limit, start, started, take
from console.services.figures import figures
from console.services.outside import outside
from console.services.personal import phone_index
from console.services.programmes import current_programme
from console.services.unit import unit
from console.vocabulary import CodePurpose

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PER_NETWORK = 60
PER_HOUR = 3000
"""Codes an hour to one network and to everybody; the figures code_per_network and code_per_hour change them."""

TEMPLATES = {CodePurpose.REGISTER: "reg_code", CodePurpose.LOGIN: "login_code", CodePurpose.RESET: "reset_code"}
_c = m.OneTimeCode


@dataclass(frozen=True, slots=True)
class Phone:
    """A number with its dialling code, as stored, and its blind index."""

    cc: str
    number: str
    index: str

    @classmethod
    def typed(cls, cc: str, number: str) -> Phone:
        """Read a number; Invalid at ``phone`` when it is none."""
        if faults := phone_faults(cc, number):
            raise Invalid.of(faults)
        code = normalise_country_code(cc)
        return cls(code, normalise_phone(code, number), phone_index(code, number))


def policy(now: dt.datetime) -> CodePolicy:
    """The figures in force."""
    return CodePolicy.of(figures("code_", beijing_today(now)))


def send(purpose: CodePurpose, phone: Phone, *, now: dt.datetime, ip: str) -> None:
    """Send a code; the captcha was demanded before. Invalid (too soon, taken) or TooMany (a budget is spent)."""
    with system_work("发送验证码"):
        account_id = _account_of(phone)
        if purpose is CodePurpose.REGISTER and account_id is not None:
            raise Invalid("phone_taken", "该手机号已注册", "phone")
        with unit():
            refused = _spend(phone, now, ip)
            if refused is None:
                _send(purpose, phone, account_id, now, ip)
        if refused is not None:
            raise refused


def check(purpose: CodePurpose, phone: Phone, typed: str, *, now: dt.datetime) -> list[Fault]:
    """What is wrong with a typed code; a wrong one is counted at once. A right one is not used up yet: ``redeem``."""
    rules = policy(now)
    with system_work("核对验证码"), unit():
        row = session().execute(_newest(purpose, phone).with_for_update()).one_or_none()
        sent = SentCode(row.created_at, row.attempts, row.used_at is not None) if row is not None else None
        if row is None and (asked := started(_asked(purpose, phone))) is not None:
            sent = SentCode(*asked)  # an unknown number fails in the same steps as a known one
        expected = row.code_hash if row is not None else ""
        right = hmac.compare_digest(expected, _hash(purpose, phone, typed))
        faults = check_faults(rules, typed, sent=sent, matches=right, now=now)
        if row is not None and not right and typed.strip():
            session().execute(
                update(_c)
                .where(_c.id == row.id)
                .values(attempts=_c.attempts + 1)
                .execution_options(synchronize_session=False)
            )
    return faults


def redeem(purpose: CodePurpose, phone: Phone, typed: str, *, now: dt.datetime) -> None:
    """Use a right code up, inside the ``unit()`` of what it allows; of two at once one gets 验证码已失效."""
    row = session().execute(_newest(purpose, phone).with_for_update()).one_or_none()
    if row is None or row.used_at is not None or not hmac.compare_digest(row.code_hash, _hash(purpose, phone, typed)):
        raise Invalid("code_void", "验证码已失效", "code")
    session().execute(
        update(_c).where(_c.id == row.id).values(used_at=now).execution_options(synchronize_session=False)
    )


def _newest(purpose: CodePurpose, phone: Phone) -> Select[Any, Any, Any, Any, Any]:
    return (
        select(_c.id, _c.code_hash, _c.created_at, _c.attempts, _c.used_at)
        .where(_c.purpose == purpose, _c.phone_index == phone.index)
        .order_by(_c.id.desc())
        .limit(1)
    )


def _account_of(phone: Phone) -> int | None:
    return session().scalar(select(m.Account.id).where(m.Account.phone_index == phone.index))


def _spend(phone: Phone, now: dt.datetime, ip: str) -> Invalid | TooMany | None:
    """Count one sending, known number or not; what refuses it, else None."""
    rules, day = policy(now), beijing_today(now)
    subject, wait = f"sms:{phone.index}", dt.timedelta(seconds=rules.resend_seconds)
    soon = take(subject, Limit(1, wait), now=now)
    last = soon.free_at - wait if soon.free_at is not None else None
    today = take(f"{subject}:{day}", Limit(rules.per_day, 2 * DAY), now=now) if soon.granted else None
    sent = 0 if today is None else today.count - (1 if today.granted else 0)
    if faults := resend_faults(rules, now=now, last_sent_at=last, sent_today=sent):
        return Invalid.of(faults)
    budgets = figures("code_per_", day)
    for name, most in (
        (f"sms-net:{network_of(ip)}", budgets.get("code_per_network", PER_NETWORK)),
        ("sms-all", budgets.get("code_per_hour", PER_HOUR)),
    ):
        if not take(name, Limit(most, HOUR), now=now).granted:
            return TooMany("code_budget", "获取验证码过于频繁，请稍后再试", retry_after=3600)
    return None


def _send(purpose: CodePurpose, phone: Phone, account_id: int | None, now: dt.datetime, ip: str) -> None:
    known = account_id is not None or purpose is CodePurpose.REGISTER
    with session().begin_nested() as attempt:
        code = outside().entropy.text("0123456789", policy(now).digits)
        _store(purpose, phone, code, account_id, now, ip)
        if not known:
            attempt.rollback()
    if not known:
        start(_asked(purpose, phone), now=now)


def _asked(purpose: CodePurpose, phone: Phone) -> str:
    return f"asked:{purpose.value}:{phone.index}"


def _store(purpose: CodePurpose, phone: Phone, code: str, account_id: int | None, now: dt.datetime, ip: str) -> None:
    rules = policy(now)
    statement = insert(_c).values(
        purpose=purpose,
        phone_index=phone.index,
        code_hash=_hash(purpose, phone, code),
        expires_at=now + rules.lifetime,
        attempts=0,
        ip=ip[:45],
        created_at=now,
    )
    key = f"code:{session().scalar(statement.returning(_c.id))}"
    values = {"code": code, "ttl": str(rules.lifetime_minutes)}
    if account_id is not None:
        messages.tell(account_id, TEMPLATES[purpose], now=now, key=key, values=values, confidential=True)
        return
    messages.text_to(
        phone.cc,
        phone.number,
        TEMPLATES[purpose],
        now=now,
        key=key,
        values=values,
        region_code=current_programme().region_code,
        confidential=True,
    )


def _hash(purpose: CodePurpose, phone: Phone, code: str) -> str:
    # Keyed: six digits behind a plain hash would be read back in a second.
    return crypt.blind_index(f"{purpose.value}\0{phone.index}\0{without_blanks(code)}", "one_time_code")
