"""The conditions of the pool as a reviewer and a registrar see them: each judged, with its reason.

A case is judged by the figures of the day it was submitted (ARCHITECTURE.md 4); age and terms as of today.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import exists, select

from console import models as m
from console.database import session
from console.rules import eligibility
from console.rules.deadlines import beijing_today
from console.rules.eligibility import Appointment, Verdict
from console.scope import system_work
from console.services.expert_facts import candidate, profile
from console.vocabulary import ValidityKind


def review_verdicts(review: m.Review, today: dt.date) -> list[Verdict]:
    """Every condition judged, for the reviewer, who still decides."""
    return eligibility.verdicts(profile(_figures_day(review)), candidate(review.expert, today), today)


def filing_verdicts(review: m.Review, today: dt.date) -> list[Verdict]:
    """What may have changed since the review: age, title, ID number, end of the term (云南手册 3.8)."""
    appointment = Appointment(
        validity=review.validity or ValidityKind.LONG_TERM,
        valid_until=review.valid_until,
        shared_id_number=shares_id_number(review.expert),
    )
    subject = candidate(review.expert, today)
    return eligibility.filing_verdicts(profile(_figures_day(review)), subject, appointment, today)


def shares_id_number(expert: m.Expert) -> bool:
    """Whether another expert of the programme, wherever he lives, has the same ID number (asked by its index)."""
    if not expert.id_index:
        return False
    other = select(
        exists().where(
            m.Expert.programme_id == expert.programme_id,
            m.Expert.id_index == expert.id_index,
            m.Expert.id != expert.id,
        )
    )
    with system_work("核对证件号码是否重复"):
        return bool(session().scalar(other))


def _figures_day(review: m.Review) -> dt.date:
    return beijing_today(review.application.submitted_at or review.created_at)
