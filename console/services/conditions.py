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
from console.rules.eligibility import Appointment, Candidate, Profile, Verdict
from console.scope import system_work
from console.services.expert_facts import information_faults
from console.services.figures import figures
from console.vocabulary import ValidityKind

PREFIX = "eligibility_"


def profile_on(day: dt.date) -> Profile:
    """The entry conditions in force on a Beijing date, each with its source."""
    found = select(m.Parameter.key, m.Parameter.clause).where(
        m.Parameter.key.startswith(PREFIX, autoescape=True), m.Parameter.valid_from <= day
    )
    clauses = dict(iter(session().execute(found.order_by(m.Parameter.key, m.Parameter.valid_from))))
    return Profile.of(figures(PREFIX, day), clauses)


def candidate_of(expert: m.Expert, today: dt.date) -> Candidate:
    """What the conditions need to know of an expert."""
    return Candidate(
        birth_date=expert.birth_date,
        education=expert.education,
        title_level=expert.title_level,
        title_expires_on=expert.title_expires_on,
        practice_years=expert.practice_years,
        bad_record=expert.bad_record,
        missing=tuple(information_faults(expert, today)),
    )


def expert_verdicts(expert: m.Expert, today: dt.date) -> list[Verdict]:
    """Every condition in force today judged, for the expert before he submits."""
    return eligibility.verdicts(profile_on(today), candidate_of(expert, today), today)


def review_verdicts(review: m.Review, today: dt.date) -> list[Verdict]:
    """Every condition judged, for the reviewer, who still decides."""
    return eligibility.verdicts(profile_on(_figures_day(review)), candidate_of(review.expert, today), today)


def filing_verdicts(review: m.Review, today: dt.date) -> list[Verdict]:
    """What may have changed since the review: age, title, ID number, end of the term (云南手册 3.8)."""
    appointment = Appointment(
        validity=review.validity or ValidityKind.LONG_TERM,
        valid_until=review.valid_until,
        shared_id_number=shares_id_number(review.expert),
    )
    subject = candidate_of(review.expert, today)
    return eligibility.filing_verdicts(profile_on(_figures_day(review)), subject, appointment, today)


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
