from pathlib import Path

from sqlalchemy import func, select

from console import models as m
from console.database import session
from console.services import seeding

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def count(*where):
    return session().scalar(select(func.count()).select_from(m.TaxonomyNode).where(*where))


def test_the_taxonomy_has_18_industries_49_fields_and_392_specialties_of_which_385_can_be_chosen(system):
    assert [count(m.TaxonomyNode.level == level) for level in (1, 2, 3)] == [18, 49, 392]
    assert count(m.TaxonomyNode.level == 3, m.TaxonomyNode.selectable) == 385


def test_the_divisions_are_34_provinces_333_prefectures_and_2845_districts_today(system):
    rows = session().execute(
        select(m.Region.level, func.count()).where(m.Region.valid_to.is_(None)).group_by(m.Region.level)
    )
    assert {level.value: number for level, number in rows} == {"province": 34, "prefecture": 333, "district": 2845}


def test_loading_twice_adds_nothing_and_leaves_the_bureaus_words(system):
    template = session().get(m.MessageTemplate, "reg_code")
    template.body = "本局自己的文字{code}"
    session().flush()
    assert set(seeding.load_all(SEEDS).values()) == {0}
    assert session().get(m.MessageTemplate, "reg_code").body == "本局自己的文字{code}"


def test_the_seeds_leave_no_trace_in_the_audit(system):
    tables = ("region", "organisation", "department", "taxonomy", "taxonomy_node", "programme", "parameter")
    seeded = select(func.count()).select_from(m.AuditEntry).where(m.AuditEntry.table_name.in_(tables))
    assert session().scalar(seeded) == 0
