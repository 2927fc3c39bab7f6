"""专业方向: 385 of the 392 may be chosen; retired ones are not offered, chosen ones stay."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from console import models as m
from console.database import session
from console.errors import Conflict, Invalid, NotFound, Stale
from console.scope import acting_as
from console.services import changes, specialties
from tests import make

TODAY = dt.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _seen_by_the_test(system):
    """What the test looks at it sees; the use cases run as whoever acts."""


@pytest.fixture
def expert(db):
    return make.ready_expert(specialties=("010108",))


def as_owner(expert, act, *given, clock, **more):
    session().commit()
    session().refresh(expert)
    mine = make.actor(make.account_of(expert))
    with acting_as(mine):
        return act(expert.id, *given, actor=mine, now=clock.now(), **{"version": expert.lock_version} | more)


def names(expert):
    return [one.specialty for one in specialties.chosen(expert.id)]


def offered(expert):
    return {
        node_id
        for industry in specialties.catalogue(expert.programme_id, TODAY)
        for field in industry.fields
        for node_id, _ in field.specialties
    }


def test_the_catalogue_offers_18_industries_49_fields_and_385_specialties(expert):
    found = specialties.catalogue(expert.programme_id, TODAY)
    assert (len(found), sum(len(one.fields) for one in found), len(offered(expert))) == (18, 49, 385)


def test_industries_and_specialties_stand_in_the_order_of_the_manual(expert):
    found = specialties.catalogue(expert.programme_id, TODAY)
    assert found[0].name == "化工（危险化学品）"
    (air,) = [field for industry in found for field in industry.fields if field.name == "民航运输"]
    assert air.specialties[0][1] == "公路运输，车辆、道路安全"


def test_a_retired_specialty_is_not_offered_but_stays_with_whoever_chose_it(expert, clock):
    leaf = make.node("010108")
    leaf.retired_on = TODAY
    session().commit()
    assert leaf.id not in offered(expert)
    assert names(expert) == ["防火防爆"]
    with pytest.raises(Invalid, match="不在可选范围内"):
        as_owner(make.ready_expert("赵以宁", specialties=("010101",)), specialties.add, leaf.id, clock=clock)


def test_adding_puts_it_in_the_order_of_the_catalogue(expert, clock):
    version = as_owner(expert, specialties.add, make.node("010101").id, clock=clock)
    assert names(expert) == ["基础化学", "防火防爆"]
    assert version == session().scalar(select(m.Expert.lock_version).where(m.Expert.id == expert.id))


@pytest.mark.parametrize("code", ["01", "0101", "010112"])
def test_an_industry_a_field_and_a_doubled_leaf_cannot_be_chosen(expert, clock, code):
    with pytest.raises(Invalid, match="不在可选范围内"):
        as_owner(expert, specialties.add, make.node(code).id, clock=clock)


@pytest.mark.parametrize("node_id", [0, 10**15])
def test_what_is_no_specialty_at_all_cannot_be_chosen(expert, clock, node_id):
    with pytest.raises(Invalid, match="不在可选范围内"):
        as_owner(expert, specialties.add, node_id, clock=clock)


def test_adding_without_choosing_says_so(expert, clock):
    with pytest.raises(Invalid, match="请先在列表中选择专业"):
        as_owner(expert, specialties.add, None, clock=clock)


def test_the_same_specialty_is_added_once(expert, clock):
    with pytest.raises(Invalid, match="不用重复添加"):
        as_owner(expert, specialties.add, make.node("010108").id, clock=clock)


def test_removing_takes_it_away(expert, clock):
    as_owner(expert, specialties.remove, make.node("010108").id, clock=clock)
    assert names(expert) == []


def test_what_was_not_chosen_cannot_be_removed(expert, clock):
    with pytest.raises(NotFound):
        as_owner(expert, specialties.remove, make.node("010101").id, clock=clock)


def test_a_page_shown_before_another_window_added_one_is_stale(expert, clock):
    before = expert.lock_version
    as_owner(expert, specialties.add, make.node("010101").id, clock=clock)
    with pytest.raises(Stale):
        as_owner(expert, specialties.add, make.node("010102").id, clock=clock, version=before)


def test_while_a_department_reads_one_must_remain(expert, clock):
    make.case(expert)
    with pytest.raises(Conflict, match="至少保留一个专业"):
        as_owner(expert, specialties.remove, make.node("010108").id, clock=clock)


def test_while_a_department_reads_a_new_one_is_recorded_with_the_old(expert, clock):
    case = make.case(expert)
    as_owner(expert, specialties.add, make.node("010101").id, clock=clock)
    (found,) = changes.of_application(case.id)
    assert (found.label, found.before) == ("专业方向", "化工（危险化学品） · 石油化工（含精细化工） · 防火防爆")
    assert found.after.startswith("化工（危险化学品） · 石油化工（含精细化工） · 基础化学、")


def test_after_a_pass_specialties_are_locked(expert, clock):
    make.passed(make.case(expert))
    with pytest.raises(Conflict, match="处室已审核通过，专家信息不可再修改"):
        as_owner(expert, specialties.add, make.node("010101").id, clock=clock)
    assert session().scalar(select(func.count()).select_from(m.ExpertSpecialty)) == 1
