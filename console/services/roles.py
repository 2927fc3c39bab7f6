"""Granting and taking roles: the security administrator's work, never on one's own account (SECURITY.md R15)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Conflict, Invalid, NotFound
from console.rules.account_levels import role_faults
from console.scope import Actor
from console.services.unit import unit
from console.vocabulary import Role


def grant(account_id: int, role: Role, *, actor: Actor, now: dt.datetime) -> None:
    """Give an account a role. Invalid when it does not suit the kind, Conflict when it excludes one held already."""
    with unit() as db:
        account = _other(account_id, actor)
        if faults := role_faults(account.kind, role):
            raise Invalid.of(faults)
        db.add(
            m.RoleGrant(
                account_id=account.id,
                account_kind=account.kind,
                region_code=account.region_code,
                role=role,
                granted_by_id=actor.account_id,
                created_at=now,
            )
        )
        db.flush()


def revoke(account_id: int, role: Role, *, actor: Actor) -> None:
    """Take a role away; it counts with the next request, because roles are read with the session."""
    with unit() as db:
        account = _other(account_id, actor)
        g = m.RoleGrant
        held = db.scalars(select(g).where(g.account_id == account.id, g.role == role)).first()
        if held is None:
            raise NotFound()
        db.delete(held)


def _other(account_id: int, actor: Actor) -> m.Account:
    account = session().scalars(select(m.Account).where(m.Account.id == account_id)).first()
    if account is None:
        raise NotFound()
    if account.id == actor.account_id:
        raise Conflict("own_roles", "不能为本人授予或收回角色")
    return account
