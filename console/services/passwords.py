"""Hashing and checking passwords: argon2id (19 MiB, 2 passes), at most four at once (SECURITY.md 3c)."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = BoundedSemaphore(4)


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether the password belongs to the hash; False for a hash that is none."""
    try:
        with _AT_ONCE:
            return _HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
