"""Roles of an account, granted and taken by the security administrator (SECURITY.md R15; MODEL.md 1.1).

The three administrators exclude each other: the database says so (unique index), the sentence is in ``unit``. Nobody
grants to himself, and a role fits the kind of the account.
"""

from __future__ import annotations

from console import models as m
from console.database import session
from console.errors import Conflict, Invalid, NotFound
from console.scope import Actor
from console.vocabulary import AccountKind, Role

SUITABLE: dict[AccountKind, frozenset[Role]] = {
    AccountKind.EXPERT: frozenset({Role.EXPERT}),
    AccountKind.OFFICIAL: frozenset({Role.GOVERNMENT, Role.REVIEWER, Role.REGISTRAR, Role.BUREAU_ADMIN}),
    AccountKind.SUPPORT: frozenset({Role.SUPPORT}),
    AccountKind.ADMINISTRATOR: frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}),
}
"""Which roles an account of each kind may hold."""

ASSIGNABLE: tuple[Role, ...] = tuple(role for role in Role if role is not Role.SYSTEM)
"""Every role somebody may be given."""


def prepared(grant: m.RoleGrant, account: m.Account | None, *, actor: Actor) -> m.RoleGrant:
    """Fill a grant from its account and check it; call inside ``unit()``. Invalid or Conflict when it may not be.

    The account carries kind and region onto the grant, which is what both walls look at.
    """
    if account is None:
        raise Invalid("account_missing", "请选择账号", "account_id")
    if account.id == actor.account_id:
        raise Conflict("own_roles", "不能为本人的账号授予或收回角色")
    if grant.role not in SUITABLE[account.kind]:
        raise Invalid("role_unsuitable", f"{account.kind.label}的账号不能授予“{grant.role.label}”", "role")
    grant.account_id, grant.account_kind, grant.region_code = account.id, account.kind, account.region_code
    grant.granted_by_id = actor.account_id
    return grant


def revoke(grant_id: int, *, actor: Actor) -> m.RoleGrant:
    """Take a role back; call inside ``unit()``. It counts from the next request of its holder."""
    grant = session().get(m.RoleGrant, grant_id)
    if grant is None:
        raise NotFound()
    if grant.account_id == actor.account_id:
        raise Conflict("own_roles", "不能为本人的账号授予或收回角色")
    session().delete(grant)
    return grant
