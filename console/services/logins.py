"""Coming in and going out: by password, by SMS code, by logging out (SECURITY.md 3c; 云南手册 2.2, 3.1).

A stranger learns nothing: an unknown name and a wrong password get one answer after the same work. Tries are counted
and committed before the password is looked at: five in fifteen minutes from one network close the account for that
network, twenty in all close it for everybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import or_, select, update

from console import audit, crypt
from console import models as m
from console.database import session
from console.errors import DomainError, Fault, Faults, Invalid
from console.rules.deadlines import beijing_today
from console.rules.networks import network_of
from console.rules.phones import HONG_KONG, MACAO, MAINLAND, TAIWAN, dialling_codes
from console.rules.typed import half_width, without_blanks
from console.scope import acting_as, current_actor, system_work
from console.services import codes, messages
from console.services.attempts import Limit, Turn, forget, forget_below, give_back, reached, reached_below, take
from console.services.figures import figures
from console.services.passwords import matches
from console.services.personal import id_index, phone_index
from console.services.sessions import Limits, end_session, open_session
from console.services.unit import unit
from console.vocabulary import AccountKind, AccountState, AuditEvent, CodePurpose

EVERYWHERE = 20
"""Failures from anywhere that close an account for everybody (SECURITY.md 3c)."""

_a = m.Account


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where somebody comes from: address, and device in words."""

    ip: str
    device: str


@dataclass(frozen=True, slots=True)
class LockFigures:
    """When tries are refused, and for how long."""

    failures: int
    minutes: int

    @property
    def here(self) -> Limit:
        """Failures from one network."""
        return Limit(self.failures, dt.timedelta(minutes=self.minutes))

    @property
    def anywhere(self) -> Limit:
        """Failures from all networks together."""
        return Limit(max(EVERYWHERE, self.failures), dt.timedelta(minutes=self.minutes))

    @property
    def error(self) -> Invalid:
        """What the page says."""
        return Invalid("account_locked", f"账号已锁定，请{self.minutes}分钟后再试或联系技术支持")


def lock_figures(now: dt.datetime) -> LockFigures:
    """The figures in force."""
    found = figures("login_", beijing_today(now))
    return LockFigures(found.get("login_max_failures", 5), found.get("login_lock_minutes", 15))


def login(identifier: str, password: str, *, now: dt.datetime, limits: Limits, visitor: Visitor) -> str:
    """Log in by ID number, phone or login name and return the token of a new session. The captcha was demanded before.

    Invalid with one sentence for unknown names and wrong passwords; with others when the account is locked, disabled,
    without a role, or its initial password is too old: those only after the right password, but for the lock.
    """
    both_typed(identifier, password)
    with system_work("登录"):
        row = _find(identifier)
        who = f"{row.id}" if row is not None else f"#{crypt.fingerprint(_plain(identifier).upper())}"
        rules = lock_figures(now)
        here = _count(who, row, rules, now, visitor)
        right = matches(row.password_hash if row is not None else None, password)
        if row is None or not right:
            raise _failed(who, row, rules, here, now, visitor)
        with unit():
            give_back(_everywhere(who), forget(_here(who, visitor)))
        _stop_unless_usable(row, now)
        return _open(row.id, "密码", now, limits, visitor)


def login_by_code(phone: codes.Phone, code: str, *, now: dt.datetime, limits: Limits, visitor: Visitor) -> str:
    """Log in by a code sent to the phone. A lock of the password does not close this way to experts."""
    faults = codes.check(CodePurpose.LOGIN, phone, code, now=now)
    if faults:
        raise Invalid.of(faults)
    with system_work("短信登录"):
        row = _row(_a.phone_index == phone.index)
        if row is None:
            raise Invalid("code_wrong", "验证码不正确", "code")
        if row.kind is not AccountKind.EXPERT and _locked(row, now):
            raise lock_figures(now).error
        with unit():
            codes.redeem(CodePurpose.LOGIN, phone, code, now=now)
        _stop_unless_usable(row, now, by_password=False)
        return _open(row.id, "短信验证码", now, limits, visitor)


def logout(*, now: dt.datetime) -> None:
    """End the session of whoever acts; its cookie is worth nothing afterwards."""
    actor = current_actor()
    with unit() as db:
        end_session(actor.session_key, now=now)
        audit.record(db, AuditEvent.LOGOUT, at=now, table="account", record_id=actor.account_id or "")


# --- finding ----------------------------------------------------------------------------------------


def both_typed(identifier: str, password: str) -> None:
    """Invalid naming each of the two that is empty."""
    wanted = Faults()
    if not _plain(identifier):
        wanted.add([Fault("identifier_missing", "请输入账号", "identifier")])
    if not password:
        wanted.add([Fault("password_missing", "请输入密码", "password")])
    wanted.stop_if_any()


def _plain(identifier: str) -> str:
    return without_blanks(identifier)[:60]


def phone_indexes(typed: str) -> list[str]:
    """Blind indexes a typed number may have: as one of Greater China, or after + or 00 with any dialling code."""
    plain = without_blanks(half_width(typed))
    digits = plain.removeprefix("+") if plain.startswith("+") else plain.removeprefix("00")
    codes_tried = [MAINLAND, HONG_KONG, MACAO, TAIWAN]
    if digits != plain:
        known = set(dialling_codes())
        return [phone_index(digits[:n], digits[n:]) for n in (1, 2, 3) if digits[:n] in known]
    return [phone_index(code, plain) for code in codes_tried]


def _find(identifier: str) -> Any | None:
    plain = _plain(identifier)
    found = (_a.id_index == id_index(plain), _a.phone_index.in_(phone_indexes(plain)), _a.login == plain.lower())
    return _row(or_(*found))


def _row(condition: Any) -> Any | None:
    statement = select(
        _a.id, _a.kind, _a.name, _a.region_code, _a.state, _a.password_hash, _a.locked_until, _a.initial_expires_at
    )
    return session().execute(statement.where(condition).order_by(_a.id).limit(1)).one_or_none()


# --- counting ---------------------------------------------------------------------------------------


def _here(who: str, visitor: Visitor) -> str:
    return f"{key_of(who)}{network_of(visitor.ip)}"


def _everywhere(who: str) -> str:
    return f"{key_of(who)}*"


def key_of(who: str) -> str:
    """The beginning of every counter of failures of an account's id, or of the fingerprint of an unknown name."""
    return f"login:{who}:"


def locked_until(account: m.Account, *, now: dt.datetime) -> dt.datetime | None:
    """Until when an account is closed, for everybody or for one network; None when it is open."""
    who, rules = str(account.id), lock_figures(now)
    ends = (
        account.locked_until if account.state is AccountState.LOCKED else None,
        reached(_everywhere(who), rules.anywhere, now=now),
        reached_below(key_of(who), rules.here, now=now, but=_everywhere(who)),
    )
    return max((end for end in ends if end is not None and end > now), default=None)


def open_again(account: m.Account) -> None:
    """Forget every failure and lock of an account; call inside ``unit()``."""
    forget_below(key_of(str(account.id)))
    forget(f"old:{account.id}")
    if account.state is AccountState.LOCKED:
        account.state, account.locked_until = state_when_unlocked(account), None


def _locked(row: Any, now: dt.datetime) -> bool:
    return row.state is AccountState.LOCKED and row.locked_until is not None and row.locked_until > now


def _count(who: str, row: Any | None, rules: LockFigures, now: dt.datetime, visitor: Visitor) -> tuple[Turn, Turn]:
    """Count this try before the password is looked at; the lock's error when there are none left."""
    with unit():
        here = take(_here(who, visitor), rules.here, now=now)
        anywhere = take(_everywhere(who), rules.anywhere, now=now) if here.granted else here
    if not here.granted or not anywhere.granted or (row is not None and _locked(row, now)):
        raise rules.error
    return here, anywhere


def _failed(
    who: str, row: Any | None, rules: LockFigures, turns: tuple[Turn, Turn], now: dt.datetime, visitor: Visitor
) -> DomainError:
    here, anywhere = turns
    locked_here, locked_everywhere = here.count >= rules.here.most, anywhere.count >= rules.anywhere.most
    with unit() as db:
        # An unknown name may be a password typed into the wrong field: only its fingerprint is kept.
        changes = {"locked": locked_here or locked_everywhere} | ({} if row is not None else {"name": who})
        audit.record(
            db,
            AuditEvent.LOGIN_FAILED,
            at=now,
            table="account",
            record_id=row.id if row is not None else "",
            region_code=row.region_code if row is not None else None,
            changes=changes,
        )
        if row is not None and locked_everywhere:
            _lock(row.id, rules, now)
        if row is not None and (locked_here or locked_everywhere):
            values = {"minutes": str(rules.minutes)}
            key = f"locked:{row.id}:{now:%Y%m%d%H}"  # once an hour: guessing must not become a way to send messages
            messages.tell(row.id, "account_locked", now=now, key=key, values=values)
    return rules.error if locked_here or locked_everywhere else Invalid("login_wrong", "用户名或密码错误")


def _lock(account_id: int, rules: LockFigures, now: dt.datetime) -> None:
    account = session().get(m.Account, account_id, with_for_update=True, populate_existing=True)
    if account is not None and account.state in {AccountState.ACTIVE, AccountState.MUST_CHANGE, AccountState.LOCKED}:
        account.state = AccountState.LOCKED
        account.locked_until = now + rules.anywhere.window


# --- opening ----------------------------------------------------------------------------------------


def _stop_unless_usable(row: Any, now: dt.datetime, *, by_password: bool = True) -> None:
    if row.state is AccountState.DISABLED:
        raise Invalid("account_disabled", "账号已停用")
    expired = row.initial_expires_at is not None and row.initial_expires_at <= now
    if by_password and expired:
        raise Invalid("initial_expired", "初始密码已失效，请通过“忘记密码”重新设置，或联系技术支持")
    if session().scalar(select(m.RoleGrant.id).where(m.RoleGrant.account_id == row.id).limit(1)) is None:
        raise Invalid("no_role", "账号尚未分配角色，请联系安全管理员")


def _open(account_id: int, how: str, now: dt.datetime, limits: Limits, visitor: Visitor) -> str:
    with unit() as db:
        account = db.get_one(m.Account, account_id, with_for_update=True, populate_existing=True)
        if account.state is AccountState.LOCKED:
            account.state, account.locked_until = state_when_unlocked(account), None
        token = open_session(account, now=now, limits=limits, ip=visitor.ip, device=visitor.device)
        with _as(account):
            audit.record(db, AuditEvent.LOGIN, at=now, table="account", record_id=account_id, changes={"how": how})
        db.execute(
            update(_a).where(_a.id == account_id).values(last_login_at=now),
            execution_options={"synchronize_session": False},
        )
    return token


def state_when_unlocked(account: m.Account) -> AccountState:
    """What an account was before it was locked: a password that has to be changed still has to be."""
    return AccountState.MUST_CHANGE if account.initial_expires_at is not None else AccountState.ACTIVE


@contextmanager
def _as(account: m.Account) -> Iterator[None]:
    asked = current_actor()
    known = replace(asked, account_id=account.id, name=account.name, region_code=account.region_code)
    with acting_as(known):
        yield
