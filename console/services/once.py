"""The same form sent twice is carried out once: the second answer is the first one's (SECURITY.md R5)."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from console import models as m
from console.database import session

LONGEST = 64


def claim(key: str, account_id: int | None) -> str | None:
    """Take the key of a rendered form; None when it is new, else where its first sending led ('' when unknown).

    Call first inside ``unit()``: a simultaneous twin waits here until the first has committed or given up. An empty
    key claims nothing.
    """
    if not key:
        return None
    keys = m.IdempotencyKey
    statement = insert(keys).values(key=key[:LONGEST], account_id=account_id, location="")
    fresh = session().execute(statement.on_conflict_do_nothing().returning(keys.key)).scalar()
    if fresh is not None:
        return None
    found = select(keys.location).where(keys.key == key[:LONGEST], keys.account_id == account_id)
    return session().scalar(found) or ""


def settle(key: str, location: str) -> None:
    """Remember where the form led."""
    if key:
        keys = m.IdempotencyKey
        session().execute(update(keys).where(keys.key == key[:LONGEST]).values(location=location[:300]))
