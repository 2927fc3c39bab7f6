"""The demo world's applications and reviews: every state, with the steps that led there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from console import models as m
from console.rules.deadlines import add_working_days
from console.rules.numbering import application_number
from console.rules.validity import default_end
from console.services.demo.people import Person
from console.services.demo.world import Row, World, add
from console.vocabulary import ApplicationState, BodyKind, ReviewState, ValidityKind

REVIEW_DAYS = 10
FILING_DAYS = 5
STATES = {
    "withdrawn": ApplicationState.DRAFT,
    "pending": ApplicationState.PENDING,
    "part": ApplicationState.PART,
    "approved": ApplicationState.APPROVED,
    "rejected": ApplicationState.REJECTED,
    "in_pool": ApplicationState.FILED,
    "expired": ApplicationState.FILED,
    "terminated": ApplicationState.FILED,
}


@dataclass
class Stay:
    """One department's review under construction."""

    department: m.Department
    state: ReviewState
    decided: dt.date | None
    filed: dt.date | None


def make(world: World, people: list[Person]) -> list[Person]:
    """Insert applications, reviews and steps of everybody who applied; returns the people unchanged in order."""
    applied = [person for person in people if person.stage in STATES]
    applications = [_application(world, person) for person in applied]
    days = [application.pop("day") for application in applications]
    ids = add(m.Application, applications)
    reviews: list[Row] = []
    for person, application, day, key in zip(applied, applications, days, ids, strict=True):
        person.applied = True
        world.submitted[key] = application["submitted_at"]
        person.reviews = [_review(world, person, application, key, stay) for stay in _stays(world, person, day)]
        reviews += person.reviews
    for review, key in zip(reviews, add(m.Review, reviews), strict=True):
        review["id"] = key
    add(m.StepLog, [step for person in applied for step in _steps(world, person)])
    return people


def _application(world: World, person: Person) -> Row:
    submitted = min(person.row["created_at"] + dt.timedelta(hours=world.chance.randrange(2, 40)), world.now)
    day = (submitted + dt.timedelta(hours=8)).date()
    number = application_number("SB", day, world.count(f"application:{world.programme.code}", f"{day:%Y%m%d}"))
    state = STATES[person.stage]
    finished = _after(world, day, 9, 14) if state is ApplicationState.FILED else None
    return {
        "programme_id": world.programme.id,
        "expert_id": person.id,
        "region_code": person.region_code,
        "number": number,
        "state": state,
        "round": 1,
        "submitted_at": submitted,
        "finished_at": world.moment(finished) if finished else None,
        "day": day,
    }


def _after(world: World, day: dt.date, low: int, high: int) -> dt.date:
    return min(day + dt.timedelta(days=world.chance.randrange(low, high)), world.today)


def _stays(world: World, person: Person, day: dt.date) -> Iterable[Stay]:
    chosen = _departments(world, person)
    if person.stage == "part" and len(chosen) < 2:
        chosen = [*chosen, _another(world, person, chosen[0])]
    for order, department in enumerate(chosen):
        decided = _after(world, day, 2, 8)
        filed = None
        match person.stage:
            case "pending":
                state, decided_on = ReviewState.PENDING, None
            case "withdrawn":
                state, decided_on = ReviewState.WITHDRAWN, None
            case "part":
                state = ReviewState.PENDING if order == len(chosen) - 1 else ReviewState.PASSED
                decided_on = None if state is ReviewState.PENDING else decided
            case "approved":
                state, decided_on = ReviewState.PASSED, decided
            case "rejected":
                state, decided_on = ReviewState.REJECTED, decided
            case _:
                state = ReviewState.REJECTED if order and world.chance.random() < 0.3 else ReviewState.FILED
                decided_on, filed = decided, _after(world, decided, 1, 5) if state is ReviewState.FILED else None
        yield Stay(department, state, decided_on, filed)


def _departments(world: World, person: Person) -> list[m.Department]:
    found = _suitable(world, person)
    first = world.chance.choice(found)
    second = [department for department in found if department.organisation_id != first.organisation_id]
    return [first, world.chance.choice(second)] if second and world.chance.random() < 0.18 else [first]


def _another(world: World, person: Person, first: m.Department) -> m.Department:
    others = [department for department in _suitable(world, person, any_trade=True) if department.id != first.id]
    return world.chance.choice(others)


def _suitable(world: World, person: Person, *, any_trade: bool = False) -> list[m.Department]:
    """Departments that take the case: of the province, the prefecture or the district, and of the trade."""
    places = {"530000", f"{person.region_code[:4]}00", person.region_code}
    industry = world.nodes[world.nodes[person.leaves[0].parent_id or 0].parent_id or 0].code
    here = [each for each in world.departments if each.accepts_applications and each.region_code in places]
    trade = [each for each in here if industry in each.industries.split(",")]
    local = [each for each in trade if each.region_code != "530000"]
    if any_trade or not trade:
        return here
    return local if local and world.chance.random() < 0.7 else trade


def _review(world: World, person: Person, application: Row, key: int, stay: Stay) -> Row:
    submitted = (application["submitted_at"] + dt.timedelta(hours=8)).date()
    decided = stay.decided is not None
    passed = stay.state in (ReviewState.PASSED, ReviewState.FILED)
    industry = world.nodes[world.nodes[person.leaves[0].parent_id or 0].parent_id or 0]
    row: Row = {
        "application_id": key,
        "expert_id": person.id,
        "region_code": person.region_code,
        "organisation_id": stay.department.organisation_id,
        "department_id": stay.department.id,
        "round": 1,
        "state": stay.state,
        "due_on": add_working_days(world.calendar, submitted, REVIEW_DAYS),
        "decided_at": world.moment(stay.decided) if stay.decided else None,
        "decided_by_id": _clerk(world, stay.department) if decided else None,
        "return_reason": "",
        "industry_id": industry.id if passed else None,
        "specialty_id": person.leaves[0].id if passed else None,
        "appointing_body_id": _body(world, stay.department).id if passed else None,
        "filing_due_on": None,
        "filed_at": world.moment(stay.filed) if stay.filed else None,
        "filed_by_id": _clerk(world, _registrar(world, stay.department)) if stay.filed else None,
        **_validity(world, person, stay.filed or stay.decided, passed=passed),
    }
    if stay.state is ReviewState.REJECTED:
        row["return_reason"] = world.chance.choice(world.words["review_phrases"]["reject"])
    if stay.state is ReviewState.PASSED and stay.decided:
        row["filing_due_on"] = add_working_days(world.calendar, stay.decided, FILING_DAYS)
    return row


def _body(world: World, department: m.Department) -> m.Organisation:
    kinds = (BodyKind.BUREAU, BodyKind.BUREAU, BodyKind.BUREAU, BodyKind.SAFETY_COMMITTEE, BodyKind.DISASTER_COMMITTEE)
    return world.appointing(department.region_code, world.chance.choice(kinds))


def _registrar(world: World, department: m.Department) -> m.Department:
    """The department of the same body that files (科信)."""
    return next(
        (
            each
            for each in world.departments
            if each.organisation_id == department.organisation_id and each.is_registrar
        ),
        department,
    )


def _clerk(world: World, department: m.Department) -> int:
    """Who decided: any account of the body; the demo world knows one."""
    return world.clerks.get(department.id) or world.clerks[0]


def _validity(world: World, person: Person, day: dt.date | None, *, passed: bool) -> Row:
    nothing: Row = {"validity": None, "valid_from": None, "valid_until": None}
    if not passed or day is None:
        return nothing
    if person.stage == "expired":
        end = world.today - dt.timedelta(days=world.chance.randrange(5, 300))
        return {"validity": ValidityKind.FIXED, "valid_from": day, "valid_until": max(end, day)}
    if world.chance.random() < 0.15:
        return {"validity": ValidityKind.LONG_TERM, "valid_from": day, "valid_until": None}
    if person.stage == "in_pool" and world.chance.random() < 0.08:
        end = world.today + dt.timedelta(days=world.chance.randrange(1, 90))
        return {"validity": ValidityKind.FIXED, "valid_from": day, "valid_until": end}
    return {
        "validity": ValidityKind.FIXED,
        "valid_from": day,
        "valid_until": default_end(day, world.chance.choice((5, 10))),
    }


def _steps(world: World, person: Person) -> Iterable[Row]:
    first = person.reviews[0]
    submitted = world.submitted[first["application_id"]]
    yield _step(person, "application", first["application_id"], submitted, "submit", "申报", "draft", "pending")
    for review in person.reviews:
        if review["decided_at"] is None:
            continue
        rejected = review["state"] is ReviewState.REJECTED
        action, label, after = ("reject", "驳回", "rejected") if rejected else ("pass", "通过", "passed")
        note = review["return_reason"] or world.chance.choice(world.words["review_phrases"]["pass"])
        yield _step(
            person, "review", review["id"], review["decided_at"], action, label, "pending", after, review, world, note
        )
        if review["filed_at"] is not None:
            yield _step(
                person, "review", review["id"], review["filed_at"], "file", "备案", "passed", "filed", review, world
            )


def _step(
    person: Person,
    workflow: str,
    record_id: int,
    at: dt.datetime,
    action: str,
    label: str,
    before: str,
    after: str,
    review: Row | None = None,
    world: World | None = None,
    note: str = "",
) -> Row:
    place = None
    if world and review:
        own = world.by_id[review["department_id"]]
        place = world.places[(_registrar(world, own) if action == "file" else own).id]
    return {
        "at": at,
        "workflow": workflow,
        "record_id": record_id,
        "application_id": person.reviews[0]["application_id"],
        "round": 1,
        "action": action,
        "label": label,
        "before": before,
        "after": after,
        "actor_id": (review["filed_by_id"] if action == "file" else review["decided_by_id"])
        if review
        else person.account_id or None,
        "actor_name": place[1] if place else person.row["name"],
        "department_name": place[0] if place else "",
        "note": note,
        "expert_id": person.id,
        "region_code": person.region_code,
    }
