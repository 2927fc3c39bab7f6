"""What a reviewer reads: the application field by field, what changed since he last looked, and his neighbours in line.

Numbers are masked; a department that was overruled or a former round is never hidden.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from sqlalchemy import select, tuple_

from console import models as m
from console.database import session
from console.errors import NotFound
from console.rules.completeness import Step, label_of, step_of
from console.rules.deadlines import WorkCalendar, deadline
from console.rules.identity import age_on
from console.scope import Actor
from console.services import changes
from console.services.attachments import of_expert
from console.services.expert_facts import COLUMNS
from console.services.figures import work_calendar
from console.services.review_choices import declared
from console.services.reviews import decides
from console.vocabulary import ReviewState
from console.workflow.application import APPLICATION
from console.workflow.review import REVIEW

SHOWN = (*COLUMNS[:4], "phone", *COLUMNS[4:])
"""Fields in the order of the basic information; the phone comes from the account."""


@dataclass(frozen=True, slots=True)
class Line:
    """One field as the reviewer sees it; ``secret`` ones are masked and can be shown on demand."""

    field: str
    label: str
    value: str
    changed: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class File:
    """One attachment under review."""

    row: m.Attachment
    changed: bool


@dataclass(frozen=True, slots=True)
class Former:
    """What the same department said in an earlier round."""

    round: int
    state: ReviewState
    reason: str


def seen(review_id: int) -> m.Review:
    """A review as far as the actor sees it, with an applicant he sees; NotFound else."""
    review = session().get(m.Review, review_id)
    if review is None or review.expert is None:
        raise NotFound()
    return review


def sections(expert: m.Expert, today: dt.date, changed: Collection[str] = ()) -> list[Section]:
    """Every field of the basic information by page; ``changed`` names the fields to mark as 已改."""
    pages = [(step, list(names)) for step, names in groupby(SHOWN, key=step_of)]
    found = []
    for step, names in pages:
        if step is Step.SPECIALTY:
            names.insert(0, "specialties")
        found.append(Section(step.label, tuple(_line(expert, name, today, name in changed) for name in names)))
    return found


def _line(expert: m.Expert, name: str, today: dt.date, changed: bool) -> Line:
    secret = name in ("id_number", "phone")
    return Line(name, label_of(name), shown(expert, name, today), changed, secret)


def shown(expert: m.Expert, name: str, today: dt.date) -> str:
    """A field as it is read on the screen; personal numbers as their masks."""
    if name in ("id_number", "phone"):
        return expert.id_mask if name == "id_number" else expert.phone_mask
    if name == "region_code":
        return region_words(expert.region_code)
    if name == "specialties":
        return "\n".join(specialty_words(row) for row in declared(expert.id))
    value = getattr(expert, name)
    if name == "birth_date" and value is not None:
        return f"{value}（{age_on(value, today)} 岁）"
    if name == "practice_years" and value is not None:
        return f"{value} 年"
    if isinstance(value, Enum):
        return str(getattr(value, "label", value.value))
    return "" if value is None else str(value)


def region_words(code: str) -> str:
    """Prefecture and district by name: 昆明市五华区."""
    region = session().get(m.Region, code)
    if region is None:
        return code
    above = session().get(m.Region, region.parent_code) if region.parent_code else None
    return f"{above.name if above is not None and above.parent_code else ''}{region.name}"


def specialty_words(row: m.ExpertSpecialty) -> str:
    """A declared specialty with its field and industry: 化工（危险化学品） / 石油化工 / 防火防爆."""
    leaf = row.node
    above = leaf.parent
    names = [above.parent.name, above.name] if above is not None and above.parent is not None else []
    return " / ".join([*names, leaf.name])


def short_specialty(row: m.ExpertSpecialty) -> str:
    """A declared specialty as a tag: 化工 · 防火防爆."""
    above = row.node.parent.parent if row.node.parent is not None else None
    return f"{above.short_name or above.name} · {row.node.name}" if above is not None else row.node.name


def changed_fields(review: m.Review) -> list[changes.Change]:
    """What the expert changed for this round, or during it; the newest first."""
    return changes.of_application(review.application_id, review.round)


def files(review: m.Review) -> list[File]:
    """The attachments, each with whether it is newer than what was submitted the last time."""
    since = _last_submission(review)
    return [File(row, since is not None and row.created_at > since) for row in of_expert(review.expert_id)]


def _last_submission(review: m.Review) -> dt.datetime | None:
    if review.round == 1:
        return review.application.submitted_at
    before = (
        select(m.StepLog.at)
        .where(
            m.StepLog.workflow == APPLICATION.code,
            m.StepLog.record_id == review.application_id,
            m.StepLog.action == "submit",
            m.StepLog.round < review.round,
        )
        .order_by(m.StepLog.id.desc())
    )
    return session().scalar(before.limit(1))


def former(review: m.Review) -> Former | None:
    """What this department said of the application the last time."""
    r = m.Review
    row = session().scalar(
        select(r)
        .where(
            r.application_id == review.application_id,
            r.department_id == review.department_id,
            r.round < review.round,
            r.state != ReviewState.WITHDRAWN,
        )
        .order_by(r.round.desc())
        .limit(1)
    )
    return Former(row.round, row.state, row.return_reason) if row is not None else None


def side_by_side(review: m.Review) -> list[m.Review]:
    """The reviews of all departments in this round, in the order they were asked."""
    r = m.Review
    found = select(r).where(r.application_id == review.application_id, r.round == review.round)
    return list(session().scalars(found.order_by(r.id)))


def neighbours(review: m.Review, actor: Actor) -> tuple[int | None, int | None]:
    """The reviews before and after this one in the actor's own list (by deadline); none for who only looks."""
    r = m.Review
    mine = select(r.id).where(r.department_id == actor.department_id, r.state == ReviewState.PENDING)
    if not decides(review, actor):
        return None, None
    place, here = tuple_(r.due_on, r.id), (review.due_on, review.id)
    before = mine.where(place < here).order_by(r.due_on.desc(), r.id.desc()).limit(1)
    after = mine.where(place > here).order_by(r.due_on, r.id).limit(1)
    return session().scalar(before), session().scalar(after)


def days_left(due_on: dt.date, today: dt.date, calendar: WorkCalendar | None = None) -> int:
    """Working days until a deadline; negative when it is over."""
    return deadline(due_on, today, calendar or work_calendar(today)).left_working_days


def decided_by(review: m.Review) -> str:
    """Who decided, by the step of the workflow: his account need not be visible to the reader."""
    s = m.StepLog
    found = select(s.actor_name).where(s.workflow == REVIEW.code, s.record_id == review.id)
    return session().scalar(found.where(s.action.in_(("pass", "reject"))).order_by(s.id.desc()).limit(1)) or ""
