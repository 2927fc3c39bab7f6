"""Login sessions: opened, resumed on every request, ended. Who acts is built here, as plain values (SECURITY.md 3c).

Only the hash of a token is stored. Idle and absolute limits are checked on every request; a permission that changed a
moment ago counts at once, because the roles are read with the session.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from console import models as m
from console.database import session
from console.rules.regions import range_of
from console.scope import Actor, system_work
from console.services.outside import outside
from console.vocabulary import AccountKind, AccountState, Role

GOVERNMENT = frozenset({Role.GOVERNMENT, Role.REVIEWER, Role.REGISTRAR})
TOUCH = dt.timedelta(seconds=60)
"""A session's last use is written at most once a minute: a list page must not cost a write."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: without use, and at most."""

    idle: dt.timedelta
    absolute: dt.timedelta


@dataclass(frozen=True, slots=True)
class Resumed:
    """A session that goes on: who acts, until when, and whether the password must be changed first."""

    actor: Actor
    account_state: AccountState
    locale: str
    idle_left: dt.timedelta
    phone_cc: str = ""


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(account: m.Account, *, now: dt.datetime, limits: Limits, ip: str, device: str) -> str:
    """Begin a session for an account and return its token; call inside ``unit()`` under system work."""
    token = outside().entropy.token(32).hex()
    session().add(
        m.UserSession(
            token_hash=token_hash(token),
            account_id=account.id,
            account_kind=account.kind,
            region_code=account.region_code,
            last_seen_at=now,
            expires_at=now + limits.absolute,
            ip=ip[:45],
            device=device[:120],
        )
    )
    return token


def resume(token: str, *, now: dt.datetime, limits: Limits, ip: str = "", request_id: str = "") -> Resumed | None:
    """Who this token speaks for; None when it is unknown, ended, idle too long or too old."""
    key = token_hash(token)
    with system_work("会话恢复"):
        row = _row(key)
        if row is None or row.revoked_at or now >= row.expires_at or now - row.last_seen_at > limits.idle:
            return None
        if row.state is AccountState.DISABLED:
            return None
        if now - row.last_seen_at > TOUCH:
            session().execute(update(m.UserSession).where(m.UserSession.token_hash == key).values(last_seen_at=now))
            session().commit()
        roles = frozenset(session().scalars(select(m.RoleGrant.role).where(m.RoleGrant.account_id == row.id)))
    left = min(limits.idle, row.expires_at - now)
    return Resumed(_actor(row, roles, ip, request_id, key), row.state, row.locale, left)


def _row(key: str) -> Any:
    s, a = m.UserSession, m.Account
    return (
        session()
        .execute(
            select(
                s.revoked_at,
                s.expires_at,
                s.last_seen_at,
                a.id,
                a.kind,
                a.name,
                a.state,
                a.locale,
                a.region_code,
                a.organisation_id,
                a.department_id,
                m.Organisation.name.label("organisation_name"),
                m.Department.name.label("department_name"),
                m.Expert.id.label("expert_id"),
            )
            .join(a, a.id == s.account_id)
            .outerjoin(m.Organisation, m.Organisation.id == a.organisation_id)
            .outerjoin(m.Department, m.Department.id == a.department_id)
            .outerjoin(m.Expert, m.Expert.account_id == a.id)
            .where(s.token_hash == key)
        )
        .one_or_none()
    )


def _actor(row: Any, roles: frozenset[Role], ip: str, request_id: str, key: str) -> Actor:
    return actor_of(
        account_id=row.id,
        name=row.name,
        kind=row.kind,
        roles=roles,
        region_code=row.region_code,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name or "",
        department_id=row.department_id,
        department_name=row.department_name or "",
        expert_id=row.expert_id,
        ip=ip,
        request_id=request_id,
        session_key=key,
    )


def actor_of(
    *,
    account_id: int,
    name: str,
    kind: AccountKind,
    roles: frozenset[Role],
    region_code: str,
    organisation_id: int | None = None,
    organisation_name: str = "",
    department_id: int | None = None,
    department_name: str = "",
    expert_id: int | None = None,
    ip: str = "",
    request_id: str = "",
    session_key: str = "",
) -> Actor:
    """Turn an account and its roles into an actor with the ranges those roles open (MODEL.md 1.2)."""
    span = range_of(region_code)
    here, nowhere = (span.lo, span.hi), ("", "")
    kinds = _kinds_looked_after(roles)
    return Actor(
        account_id=account_id,
        name=name,
        kind=kind,
        roles=roles,
        case_range=here if roles & GOVERNMENT else nowhere,
        account_range=here if kinds else nowhere,
        account_kinds=kinds,
        audit_range=here if Role.AUDIT_ADMIN in roles else nowhere,
        reference_range=here if roles & {Role.BUREAU_ADMIN, Role.SYSTEM_ADMIN} else nowhere,
        region_code=region_code,
        organisation_id=organisation_id,
        organisation_name=organisation_name,
        department_id=department_id,
        department_name=department_name,
        expert_id=expert_id if Role.EXPERT in roles else None,
        ip=ip,
        request_id=request_id,
        session_key=session_key,
    )


def _kinds_looked_after(roles: frozenset[Role]) -> tuple[str, ...]:
    kinds: set[AccountKind] = set()
    if roles & GOVERNMENT:
        kinds |= {AccountKind.EXPERT}
    if roles & {Role.BUREAU_ADMIN, Role.SUPPORT}:
        kinds |= {AccountKind.EXPERT, AccountKind.OFFICIAL}
    if roles & {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}:
        kinds |= set(AccountKind)
    return tuple(sorted(kind.value for kind in kinds))


def actor_for(account_id: int) -> Actor:
    """The actor an account would be now, without a session (worker, tests, commands)."""
    with system_work("构造操作人"):
        a = m.Account
        row = (
            session()
            .execute(
                select(
                    a.id,
                    a.kind,
                    a.name,
                    a.region_code,
                    a.organisation_id,
                    a.department_id,
                    m.Organisation.name.label("organisation_name"),
                    m.Department.name.label("department_name"),
                    m.Expert.id.label("expert_id"),
                )
                .outerjoin(m.Organisation, m.Organisation.id == a.organisation_id)
                .outerjoin(m.Department, m.Department.id == a.department_id)
                .outerjoin(m.Expert, m.Expert.account_id == a.id)
                .where(a.id == account_id)
            )
            .one()
        )
        roles = frozenset(session().scalars(select(m.RoleGrant.role).where(m.RoleGrant.account_id == account_id)))
    return _actor(row, roles, "", "", "")


def end_session(key: str, *, now: dt.datetime) -> None:
    """End one session by its key (the hash); call inside ``unit()``."""
    session().execute(update(m.UserSession).where(m.UserSession.token_hash == key).values(revoked_at=now))


def end_all_sessions(account_id: int, *, now: dt.datetime, but: str = "") -> None:
    """End every session of an account, except the one with the key ``but``; call inside ``unit()``."""
    session().execute(
        update(m.UserSession)
        .where(
            m.UserSession.account_id == account_id,
            m.UserSession.revoked_at.is_(None),
            m.UserSession.token_hash != but,
        )
        .values(revoked_at=now)
    )


def own_sessions(account_id: int) -> list[m.UserSession]:
    """The sessions of an account that still last, latest use first."""
    return list(
        session().scalars(
            select(m.UserSession)
            .where(m.UserSession.account_id == account_id, m.UserSession.revoked_at.is_(None))
            .order_by(m.UserSession.last_seen_at.desc())
            .limit(50)
        )
    )
