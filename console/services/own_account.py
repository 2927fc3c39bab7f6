"""What somebody does with his own account: a new password, sessions ended elsewhere, the language of the screen."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from console import audit
from console import models as m
from console.errors import Fault, Faults, Invalid, NotFound
from console.rules.deadlines import exact_time
from console.rules.passwords import confirm_faults
from console.scope import Actor, system_work
from console.services import codes, messages, passwords
from console.services.attempts import forget, forget_below, take
from console.services.logins import key_of, lock_figures
from console.services.sessions import Limits, end_all_sessions, end_session, own_sessions
from console.services.unit import unit
from console.vocabulary import AccountState, AuditEvent, CodePurpose


def change_password(old: str, new: str, confirmation: str, *, actor: Actor, now: dt.datetime, session_key: str) -> None:
    """Choose a new password; every other session ends and the owner is told.

    The old one is asked for unless it must be changed: then it was typed a moment ago. Invalid names every fault.
    """
    with unit() as db:
        account = db.get(m.Account, actor.account_id, with_for_update=True, populate_existing=True)
        if account is None:
            raise NotFound()
        forced = account.state is AccountState.MUST_CHANGE
        wanted = Faults()
        if not forced:
            wanted.add(_old_faults(account, old, now))
        wanted.add(_new_faults(account, new, confirmation, now, told=not wanted.found))
        if not wanted.found:
            passwords.store(account, new, now=now)
            end_all_sessions(account.id, now=now, but=session_key)
            _tell_changed(account.id, now)
    wanted.stop_if_any()  # after the commit: a wrong old password has been counted


def reset_by_code(phone: codes.Phone, code: str, new: str, confirmation: str, *, now: dt.datetime) -> None:
    """Choose a new password with a code sent to the phone (忘记密码); every session ends and the owner is told."""
    faults = Faults()
    faults.add(passwords.strength_faults(new, now=now, phone=phone.number))
    faults.add(confirm_faults(new, confirmation))
    faults.add(codes.check(CodePurpose.RESET, phone, code, now=now))
    faults.stop_if_any()
    with system_work("找回密码"), unit() as db:
        account = db.scalars(select(m.Account).where(m.Account.phone_index == phone.index).with_for_update()).first()
        if account is None:
            raise Invalid("code_wrong", "验证码不正确", "code")
        if account.state is AccountState.DISABLED:
            raise Invalid("account_disabled", "账号已停用")
        if passwords.was_used(account.id, account.password_hash, new, now=now):
            raise Invalid("password_reused", "新密码不能与原密码相同", "password")
        codes.redeem(CodePurpose.RESET, phone, code, now=now)
        passwords.store(account, new, now=now)
        end_all_sessions(account.id, now=now)
        forget_below(key_of(str(account.id)))
        audit.record(
            db,
            AuditEvent.PASSWORD_RESET,
            at=now,
            table="account",
            record_id=account.id,
            region_code=account.region_code,
            changes={"how": "短信验证码"},
        )
        _tell_changed(account.id, now)


def live_sessions(actor: Actor, *, now: dt.datetime, limits: Limits) -> list[m.UserSession]:
    """The sessions of whoever acts that still last, latest use first."""
    if actor.account_id is None:
        return []
    return [
        row for row in own_sessions(actor.account_id) if row.expires_at > now and now - row.last_seen_at <= limits.idle
    ]


def end_elsewhere(handle: str, *, actor: Actor, now: dt.datetime) -> None:
    """End one other session, named by the beginning of its key, or all others when ``handle`` is empty."""
    if actor.account_id is None:
        raise NotFound()
    with unit() as db:
        if handle:
            keys = [row.token_hash for row in own_sessions(actor.account_id) if row.token_hash.startswith(handle)]
            if len(keys) != 1:
                raise NotFound()
            end_session(keys[0], now=now)
        else:
            end_all_sessions(actor.account_id, now=now, but=actor.session_key)
        changes = {"how": "退出其他设备"}
        audit.record(db, AuditEvent.LOGOUT, at=now, table="account", record_id=actor.account_id, changes=changes)


def choose_locale(locale: str, *, actor: Actor) -> None:
    """Keep the language somebody chose with his account."""
    with unit() as db:
        account = db.get(m.Account, actor.account_id)
        if account is None:
            raise NotFound()
        account.locale = locale


def _old_faults(account: m.Account, old: str, now: dt.datetime) -> list[Fault]:
    """Whether the old password is right; counted, so that a borrowed session cannot guess it."""
    if not old:
        return [Fault("old_missing", "请输入原密码", "old_password")]
    rules, subject = lock_figures(now), f"old:{account.id}"
    if not take(subject, rules.here, now=now).granted:
        return [Fault("account_locked", rules.error.message, "old_password")]
    if not passwords.matches(account.password_hash, old):
        return [Fault("old_wrong", "原密码不正确", "old_password")]
    forget(subject)
    return []


def _new_faults(account: m.Account, new: str, confirmation: str, now: dt.datetime, *, told: bool) -> list[Fault]:
    # Whether it was used before is told only to somebody who knows the old one.
    reused = bool(new) and told and passwords.was_used(account.id, account.password_hash, new, now=now)
    found = passwords.strength_faults(new, now=now, phone=account.phone or "", reused=reused)
    return found + confirm_faults(new, confirmation)


def _tell_changed(account_id: int, now: dt.datetime) -> None:
    key = f"password:{account_id}:{now:%Y%m%d%H%M%S%f}"
    messages.tell(account_id, "password_changed", now=now, key=key, values={"time": exact_time(now)})
