"""Who stands above whom among accounts, and which roles an account can hold (MODEL.md 1.3, P19)."""

from __future__ import annotations

import re
from collections.abc import Collection

from console.errors import Fault
from console.rules.clauses import clause
from console.rules.regions import range_of
from console.rules.typed import without_blanks
from console.vocabulary import AccountKind, Role

ROLES_OF: dict[AccountKind, tuple[Role, ...]] = {
    AccountKind.EXPERT: (Role.EXPERT,),
    AccountKind.OFFICIAL: (Role.GOVERNMENT, Role.REVIEWER, Role.REGISTRAR, Role.BUREAU_ADMIN),
    AccountKind.SUPPORT: (Role.SUPPORT,),
    AccountKind.ADMINISTRATOR: (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN),
}
"""Roles that suit a kind of account; any other combination is refused."""

_RANKS = {AccountKind.EXPERT: 0, AccountKind.OFFICIAL: 1, AccountKind.SUPPORT: 3, AccountKind.ADMINISTRATOR: 4}
_BUREAU_ADMIN_RANK = 2
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,29}")


def rank(kind: AccountKind, roles: Collection[Role]) -> int:
    """0 expert, 1 official, 2 official who administers his bureau, 3 support, 4 administrators."""
    own = _RANKS[kind]
    return max(own, _BUREAU_ADMIN_RANK) if Role.BUREAU_ADMIN in roles else own


@clause("云南手册", "3.6", "政府用户可对专家用户进行密码重置")
def reset_faults(actor_rank: int, actor_region: str, target_rank: int, target_region: str) -> list[Fault]:
    """Somebody's password is reset from above: a higher rank, or the same rank at a higher place of the same region."""
    below = range_of(actor_region).contains(target_region) and actor_region != target_region
    if target_rank < actor_rank or (target_rank == actor_rank and below):
        return []
    return [Fault("reset_above_level", "无权重置该账号的密码")]


def role_faults(kind: AccountKind, role: Role) -> list[Fault]:
    """A role suits the kind of the account."""
    if role in ROLES_OF[kind]:
        return []
    return [Fault("role_unsuited", f"{kind.label}账号不能担任{role.label}", "role")]


def normalise_login(text: str) -> str:
    """A login name as stored: half width, small letters, no blanks."""
    return without_blanks(text).lower()


def login_faults(text: str | None, field: str = "login") -> list[Fault]:
    """A login name begins with a letter, so that it is never taken for a phone or ID number."""
    login = normalise_login(text or "")
    if not login:
        return [Fault("login_missing", "请填写登录名", field)]
    if not _LOGIN.fullmatch(login):
        return [Fault("login_shape", "登录名须为3-30位字母、数字、点或短横线，以字母开头", field)]
    return []
