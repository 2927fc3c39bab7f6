"""Invented experts of the demo world: names, numbers, careers that fit each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from console import models as m
from console.rules.identity import id_number_faults
from console.rules.masking import mask_id_number, mask_phone
from console.services.demo.world import Row, World, add
from console.services.personal import id_index, phone_index, tail_index
from console.services.readings import name_key
from console.vocabulary import (
    Degree,
    Education,
    EmployerKind,
    Gender,
    PoliticalStatus,
    PoolState,
    TitleLevel,
)

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
TITLES = (
    (TitleLevel.FULL_SENIOR, 18),
    (TitleLevel.SENIOR, 52),
    (TitleLevel.INTERMEDIATE, 28),
    (TitleLevel.JUNIOR, 2),
)
STUDIES = (
    (Education.DOCTOR, Degree.DOCTOR, 8),
    (Education.MASTER, Degree.MASTER, 24),
    (Education.BACHELOR, Degree.BACHELOR, 52),
    (Education.COLLEGE, Degree.NONE, 16),
)
YOUNG = 0.33
SHARES = (
    ("registered", 12),
    ("filled", 11),
    ("withdrawn", 1),
    ("pending", 12),
    ("part", 5),
    ("approved", 7),
    ("rejected", 6),
    ("in_pool", 39),
    ("expired", 5),
    ("terminated", 2),
)
"""Percent of the experts by what the demo world shows of them."""


@dataclass
class Person:
    """One invented expert and what becomes of him."""

    stage: str
    region_code: str
    row: Row
    leaves: list[m.TaxonomyNode]
    id: int = 0
    account_id: int = 0
    phone: str = ""
    reviews: list[Row] = field(default_factory=list)
    applied: bool = False


def make(world: World, number: int) -> list[Person]:
    """Invent ``number`` experts and insert them; the first ones bear the names that break careless software."""
    found = [_person(world, order) for order in range(number)]
    for person, key in zip(found, add(m.Expert, [person.row for person in found]), strict=True):
        person.id = key
    specialties = [
        {
            "expert_id": person.id,
            "region_code": person.region_code,
            "node_id": leaf.id,
            "field_id": leaf.parent_id,
            "industry_id": world.nodes[leaf.parent_id or 0].parent_id,
            "created_at": person.row["created_at"],
        }
        for person in found
        for leaf in person.leaves
    ]
    add(m.ExpertSpecialty, specialties)
    return found


def _person(world: World, order: int) -> Person:
    chance = world.chance
    stage = chance.choices([name for name, _ in SHARES], [share for _, share in SHARES])[0]
    district = chance.choices(world.districts, [_pull(region.code) for region in world.districts])[0]
    name, gender, ethnicity = _name(world, order)
    birth = world.today - dt.timedelta(days=chance.randrange(31 * 365, 66 * 365))
    created = _created(world, stage)
    leaves = _leaves(world) if stage != "registered" else []
    number = _id_number(world, district.code, birth, gender, order)
    phone = f"199{order + 10_000:08d}"
    row: Row = {
        "programme_id": world.programme.id,
        "region_code": district.code,
        "pool_state": PoolState.NEW,
        "name": name,
        "sort_key": name_key(name),
        "gender": gender,
        "birth_date": birth,
        "id_number": number,
        "id_index": id_index(number),
        "id_mask": mask_id_number(number),
        "id_tail": tail_index(number[-4:]),
        "phone_cc": "86",
        "phone": phone,
        "phone_index": phone_index("86", phone),
        "phone_mask": mask_phone(phone),
        "ethnicity": ethnicity,
        "created_at": created,
        "updated_at": created,
        **(_career(world, district.code, birth, leaves) if leaves else _nothing_yet()),
    }
    return Person(stage, district.code, row, leaves, phone=phone)


def _pull(code: str) -> int:
    """Half of the experts live in Kunming, as they do."""
    return 20 if code.startswith("5301") else 5 if code.startswith("5303") else 2


def _name(world: World, order: int) -> tuple[str, Gender, str]:
    whole = world.words["whole_names"]
    if order < len(whole):
        return whole[order]["name"], Gender(whole[order]["gender"]), whole[order]["ethnicity"]
    chance, given = world.chance, world.words["given_characters"]
    gender = Gender.MALE if chance.random() < 0.72 else Gender.FEMALE
    pool = given[gender.value] + given["either"]
    long = chance.random() < world.words["two_character_share"]
    name = world.weighted(world.words["surnames"])["name"] + "".join(chance.sample(pool, 2 if long else 1))
    return name, gender, world.weighted(world.words["ethnicities"])["name"]


def _id_number(world: World, region: str, birth: dt.date, gender: Gender, order: int) -> str:
    serial = (order * 2 + (1 if gender is Gender.MALE else 0)) % 1000
    body = f"{region}{birth:%Y%m%d}{serial:03d}"
    number = body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]
    if faults := id_number_faults(number, today=world.today):
        raise ValueError(faults[0].message)
    return number


def _created(world: World, stage: str) -> dt.datetime:
    spans = {
        "registered": (0, 200),
        "filled": (0, 300),
        "withdrawn": (3, 60),
        "pending": (1, 16),
        "part": (4, 12),
        "approved": (6, 12),
        "rejected": (10, 180),
        "expired": (1500, 2300),
    }
    # A third of the pool is young, so that the last eight weeks have something to show.
    usual = (14, 70) if world.chance.random() < YOUNG else (70, 1400)
    low, high = spans.get(stage, usual)
    return world.moment(world.today - dt.timedelta(days=world.chance.randrange(low, high)))


def _leaves(world: World) -> list[m.TaxonomyNode]:
    first = world.chance.choice(world.leaves)
    kin = [leaf for leaf in world.leaves if leaf.parent_id == first.parent_id and leaf is not first]
    return [first, *world.chance.sample(kin, min(len(kin), world.chance.choice((0, 0, 1, 1, 2, 3))))]


def _nothing_yet() -> Row:
    empty = dict.fromkeys(
        ("school", "major", "title", "qualification", "employer", "position", "occupation", "health"), ""
    )
    choices = dict.fromkeys(
        ("education", "degree", "title_level", "employer_kind", "practice_years", "political_status"), None
    )
    return {**empty, **choices, "resume": "", "achievements": ""}


def _career(world: World, region: str, birth: dt.date, leaves: list[m.TaxonomyNode]) -> Row:
    chance, words = world.chance, world.words
    area = world.nodes[leaves[0].parent_id or 0]
    industry = world.nodes[area.parent_id or 0]
    employer = _employer(world, region)
    level = chance.choices([title for title, _ in TITLES], [share for _, share in TITLES])[0]
    education, degree, _share = chance.choices(STUDIES, [share for *_words, share in STUDIES])[0]
    years = max(5, (world.today - birth).days // 365 - chance.randrange(23, 27))
    position = chance.choice(words["positions"])
    facts = {
        "years": years,
        "field": area.name,
        "employer": employer["name"],
        "position": position,
        "year": world.today.year - years,
        "place": world.regions[f"{region[:4]}00"].name,
        "count": chance.randrange(3, 40),
    }
    phrases = words["resume_phrases"]
    return {
        "education": education,
        "degree": degree,
        "school": chance.choice(words["schools"]),
        "major": chance.choice(words["majors"][industry.code]),
        "title_level": level,
        "title": chance.choice(words["titles"][level.value]),
        "qualification": chance.choice(["", *words["qualifications"]]),
        "employer": employer["name"],
        "employer_kind": EmployerKind(employer["kind"]),
        "position": position,
        "occupation": area.name[:60],
        "practice_years": min(years, 60),
        "health": "良好",
        "political_status": chance.choice((PoliticalStatus.PARTY, PoliticalStatus.MASSES, PoliticalStatus.MASSES)),
        "resume": chance.choice(phrases["career"]).format(**facts) + chance.choice(phrases["strength"]).format(**facts),
        "achievements": "".join(phrase.format(**facts) for phrase in chance.sample(phrases["achievement"], 2)),
    }


def _employer(world: World, region: str) -> Row:
    near = [each for each in world.words["employers"] if str(each["region"])[:4] == region[:4]]
    found: Row = world.chance.choice(near or world.words["employers"])
    return found
