"""The life of a certificate after its issue: what it is on a day, early end, expiry and reminders (云南手册 3.9; P02).

Nothing waits for a tick to be true: pages and queries ask ``status`` of today; the tick only writes it down.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import insert

from console import models as m
from console.database import session
from console.rules.deadlines import beijing_today, paper_date
from console.rules.reasons import reason_faults
from console.rules.validity import due_reminders, status_on
from console.scope import Actor, everything, system_work
from console.services import messages
from console.services.figures import figure
from console.services.once import claim, settle
from console.services.pool import refresh_pool_state as refresh
from console.services.transitions import Step, effect, fire, locked
from console.services.unit import unit
from console.vocabulary import CertificateState
from console.workflow.certificate import CERTIFICATE, CertificateFacts

BATCH = 500
"""Certificates one tick looks after; the next tick takes the rest."""


def status(certificate: m.Certificate, today: dt.date) -> CertificateState:
    """What the certificate is on a Beijing date, whatever the nightly tick has written down so far."""
    ended = certificate.ended_on
    return status_on(
        today,
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        terminated_on=ended if certificate.state is CertificateState.TERMINATED else None,
        revoked_on=ended if certificate.state is CertificateState.REVOKED else None,
    )


def valid_on(today: dt.date) -> ColumnElement[bool]:
    """The same in a query: valid on a Beijing date."""
    until = m.Certificate.valid_until
    return and_(m.Certificate.state == CertificateState.VALID, or_(until.is_(None), until >= today))


# --- early end ------------------------------------------------------------------------------------


def terminate(
    certificate_id: int, reason: str, *, version: int, actor: Actor, now: dt.datetime, once: str = ""
) -> bool:
    """End a certificate today; False when the same form had been carried out before.

    Only a reviewer of the department that approved may; for anybody else it does not exist (NotFound).
    """
    with unit():
        if claim(once, actor.account_id) is not None:
            return False
        certificate = locked(m.Certificate, certificate_id, version)
        today = beijing_today(now)
        words = reason.strip()
        facts = CertificateFacts(
            past_end=status(certificate, today) is CertificateState.EXPIRED,
            reason_faults=tuple(reason_faults(words, "end_reason", "终止原因", "请输入终止原因")),
        )
        certificate.ended_on, certificate.end_reason, certificate.ended_by_id = today, words, actor.account_id
        fire(CERTIFICATE, "terminate", certificate, actor=actor, now=now, facts=facts, answers={"end_reason": words})
        settle(once, str(certificate_id))
    return True


@effect
def refresh_pool_state(step: Step) -> None:
    """The expert's place in the pool follows his certificates."""
    refresh(step.record.expert_id, beijing_today(step.now))


@effect
def tell_terminated(step: Step) -> None:
    """Tell the holder that his certificate was ended, by whom and why."""
    certificate = step.record
    _tell_holder(
        certificate,
        "cert_terminated",
        step.now,
        f"certificate:{certificate.id}:{step.transition.action}",
        {
            "date": paper_date(certificate.ended_on),
            "dept": step.actor.department_name or step.actor.name,
            "reason": certificate.end_reason,
        },
    )


def _tell_holder(certificate: m.Certificate, template: str, now: dt.datetime, key: str, more: dict[str, str]) -> None:
    with system_work("通知持证人"):
        account_id = session().scalar(select(m.Expert.account_id).where(m.Expert.id == certificate.expert_id))
    if account_id is None:
        return
    values = {"cert_no": certificate.number, **more}
    messages.tell(account_id, template, now=now, key=key, values=values, link=f"/my/certificates/{certificate.id}")


# --- ticks ----------------------------------------------------------------------------------------


def expire_due(now: dt.datetime) -> int:
    """Write down what has expired: every certificate whose last day is over. Call inside ``unit()`` as the system."""
    today, c = beijing_today(now), m.Certificate
    over = session().scalars(
        select(c)
        .where(c.state == CertificateState.VALID, c.valid_until < today)
        .order_by(c.valid_until, c.id)
        .limit(BATCH)
        .with_for_update(of=c, skip_locked=True)
    )
    done = 0
    for certificate in over.all():
        fire(
            CERTIFICATE,
            "expire",
            certificate,
            actor=everything("有效期届满"),
            now=now,
            facts=CertificateFacts(past_end=True),
        )
        if certificate.valid_until is not None:
            words = {"valid_to": paper_date(certificate.valid_until)}
            _tell_holder(certificate, "cert_expired", now, f"certificate:{certificate.id}:expired", words)
        done += 1
    return done


def remind_due(now: dt.datetime) -> int:
    """Remind holders 90 and 30 days before the end, each once. Call inside ``unit()`` as the system."""
    today, c = beijing_today(now), m.Certificate
    limits = reminder_days(today)
    soon = session().scalars(
        select(c)
        .where(c.state == CertificateState.VALID, c.valid_until.between(today, today + dt.timedelta(days=max(limits))))
        .order_by(c.valid_until, c.id)
    )
    return sum(_remind(certificate, limits, today, now) for certificate in soon.all())


def reminder_days(today: dt.date) -> tuple[int, int]:
    """How many days before the end a holder is reminded, the wider first."""
    return figure("certificate_first_reminder_days", today), figure("certificate_second_reminder_days", today)


def _remind(certificate: m.Certificate, limits: tuple[int, int], today: dt.date, now: dt.datetime) -> int:
    r = m.CertificateReminder
    sent = set(session().scalars(select(r.days).where(r.certificate_id == certificate.id)))
    done = 0
    for days in due_reminders(certificate.valid_until, today, sent, limits):
        # The key decides: a second worker on the same morning inserts nothing and tells nobody.
        fresh = insert(r).values(certificate_id=certificate.id, days=days, sent_at=now).on_conflict_do_nothing()
        if session().execute(fresh.returning(r.days)).scalar() is None or certificate.valid_until is None:
            continue
        words = {"valid_to": paper_date(certificate.valid_until)}
        _tell_holder(certificate, "cert_expiring", now, f"certificate:{certificate.id}:{days}", words)
        done += 1
    return done
