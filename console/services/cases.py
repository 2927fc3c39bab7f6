"""Which case of an expert is open, and which certificates bind him: asked by everything that may change him."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import or_, select

from console import models as m
from console.database import session
from console.scope import system_work
from console.vocabulary import ApplicationState, CertificateState, ReviewState

UNDER_REVIEW = frozenset({ApplicationState.PENDING, ApplicationState.PART, ApplicationState.APPROVED})
"""States in which somebody in the bureau has the case on his desk."""


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate valid on a day, as far as rules need it: its department, and the region of the body that passed."""

    id: int
    number: str
    department_id: int
    body_name: str
    body_region: str


def open_case(expert_id: int, *, lock: bool = False) -> m.Application | None:
    """The expert's open application (at most one, the database sees to that), locked for this transaction if asked.

    Lock order everywhere: reviews, then application, then expert.
    """
    found = select(m.Application).where(
        m.Application.expert_id == expert_id, m.Application.state != ApplicationState.FILED
    )
    if lock:
        found = found.with_for_update(of=m.Application).execution_options(populate_existing=True)
    return session().scalar(found)


def current_case(expert_id: int) -> m.Application | None:
    """The open application, else the one finished last; None before the first."""
    latest = (
        select(m.Application)
        .where(m.Application.expert_id == expert_id)
        .order_by(m.Application.state == ApplicationState.FILED, m.Application.id.desc())
        .limit(1)
    )
    return session().scalar(latest)


def someone_passed(application: m.Application | None) -> bool:
    """Whether a department has passed the present round (云南手册 2.5: from then on nothing may be changed)."""
    if application is None:
        return False
    found = select(m.Review.id).where(
        m.Review.application_id == application.id,
        m.Review.round == application.round,
        m.Review.state.in_((ReviewState.PASSED, ReviewState.FILED)),
    )
    return session().scalar(found.limit(1)) is not None


def valid_certificates(expert_id: int, today: dt.date) -> list[HeldCertificate]:
    """Certificates of the expert that are valid on a Beijing date, wherever he lived when they were issued."""
    certificate, body = m.Certificate, m.Organisation
    found = (
        select(certificate.id, certificate.number, certificate.department_id, body.name, body.region_code)
        .join(m.Department, m.Department.id == certificate.department_id)
        .join(body, body.id == m.Department.organisation_id)
        .where(
            certificate.expert_id == expert_id,
            certificate.state == CertificateState.VALID,
            or_(certificate.valid_until.is_(None), certificate.valid_until >= today),
        )
        .order_by(certificate.id)
    )
    session().flush()  # what is pending is written as whoever acts, not as the system
    with system_work("核对有效聘书"):
        return [HeldCertificate(*row) for row in session().execute(found)]


def certificates_of(expert_id: int) -> list[m.Certificate]:
    """Every certificate of the expert the actor may see, newest first."""
    found = select(m.Certificate).where(m.Certificate.expert_id == expert_id)
    return list(session().scalars(found.order_by(m.Certificate.issued_on.desc(), m.Certificate.id.desc())))
