"""Passwords: argon2id, never one of the last three again, and a check that takes as long for nobody as for somebody.

Parameters: SECURITY.md 3c (2 passes, 19 MiB; at most four at once, so that a burst of logins cannot eat the memory).
"""

from __future__ import annotations

import datetime as dt
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Fault
from console.rules.deadlines import beijing_today
from console.rules.passwords import PasswordProfile, generate_password, password_faults
from console.services.figures import figures
from console.services.outside import outside
from console.vocabulary import AccountState

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turns = threading.BoundedSemaphore(4)
_NOBODY = _hasher.hash("nobody has this password")
"""What is verified when there is no account: the same work, never true."""


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    with _turns:
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one behind the hash. None, or what is no hash, costs the same time and is False."""
    with _turns:
        try:
            return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
        except InvalidHashError:
            pass
        except VerificationError:
            return False
        try:
            _hasher.verify(_NOBODY, password)
        except VerificationError:
            return False
    return False


def fresh_password() -> str:
    """A generated password that fulfils every profile."""
    return generate_password(outside().entropy.token(32))


def profile(today: dt.date) -> PasswordProfile:
    """The profile in force on a Beijing date."""
    return PasswordProfile.of(figures("password_", today))


def strength_faults(
    password: str, *, now: dt.datetime, phone: str = "", reused: bool = False, field: str = "password"
) -> list[Fault]:
    """What is wrong with a new password under the profile of the day."""
    strength = profile(beijing_today(now))
    return password_faults(password, phone=phone, previous_matches=reused, field=field, profile=strength)


def was_used(account_id: int, current_hash: str, password: str, *, now: dt.datetime) -> bool:
    """Whether the password is the current one or one of the last three (figure ``password_history``)."""
    count = figures("password_history", beijing_today(now)).get("password_history", 3)
    h = m.PasswordHistory
    former = session().scalars(
        select(h.password_hash).where(h.account_id == account_id).order_by(h.id.desc()).limit(count)
    )
    return any(matches(each, password) for each in (current_hash, *former))


def store(account: m.Account, password: str, *, now: dt.datetime, initial_for: dt.timedelta | None = None) -> None:
    """Give an account a new password; call inside ``unit()``. ``initial_for`` makes it one that must be changed."""
    session().add(
        m.PasswordHistory(
            account_id=account.id,
            account_kind=account.kind,
            region_code=account.region_code,
            password_hash=account.password_hash,
        )
    )
    account.password_hash = hash_password(password)
    account.locked_until = None
    account.password_changed_at = now if initial_for is None else account.password_changed_at
    account.initial_expires_at = None if initial_for is None else now + initial_for
    account.state = AccountState.ACTIVE if initial_for is None else AccountState.MUST_CHANGE
