"""The programme this installation runs, as plain values: names and support contacts for pages and messages."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from console import models as m
from console.database import session
from console.vocabulary import CaptchaKind, PasswordResetMode


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """What pages and messages say of a programme."""

    id: int
    code: str
    name: str
    pool_name: str
    organiser: str
    region_code: str
    login_captcha: CaptchaKind
    staff_reset_mode: PasswordResetMode
    support_reset_mode: PasswordResetMode
    support_phone: str
    support_qq: str


def current_programme() -> ProgrammeFacts:
    """The active programme: the first one while an installation serves one bureau. NoResultFound when there is none."""
    p = m.Programme
    row = session().execute(
        select(
            p.id,
            p.code,
            p.name,
            p.pool_name,
            p.organiser,
            p.region_code,
            p.login_captcha,
            p.staff_reset_mode,
            p.support_reset_mode,
            p.support_phone,
            p.support_qq,
        )
        .where(p.active)
        .order_by(p.id)
        .limit(1)
    )
    return ProgrammeFacts(**row.mappings().one())
