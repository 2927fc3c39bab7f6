"""The three ways in which scoping loses data (FLASK_ADMIN.md 2c), on PostgreSQL with row-level security on."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from werkzeug.datastructures import MultiDict

from console import models as m
from console.database import session
from console.extensions import db as flask_db
from console.permissions import Permission
from console.scope import Walls, acting_as, everything
from console.views.lists import Rows
from console.views.paging import Sort
from console.views.reference import ReferenceView
from console.vocabulary import AccountKind, Role
from tests import make

HERE, AWAY = "530102", "530302"


class _Experts(ReferenceView):
    kind = m.Expert
    title = noun = "专家"
    endpoint_name = "keep_expert"
    permission = manage_permission = Permission.EXPERT_VIEW
    form_columns = ("name", "account")
    sorts = {"id": Sort(m.Expert.id)}

    def may_change(self, row):
        return True

    def selected(self) -> Rows:
        raise NotImplementedError


class _LookedUp(_Experts):
    endpoint_name = "keep_expert_ajax"
    lookups = {"account": {"fields": ("name",)}}


class _Applications(_Experts):
    kind = m.Application
    endpoint_name = "keep_application"
    form_columns = ("round", "reviews")
    lookups = {"reviews": {"fields": ("return_reason",)}}
    sorts = {"id": Sort(m.Application.id)}


@pytest.fixture(autouse=True, params=["both walls", "events alone"])
def walls(request, monkeypatch):
    """Below row-level security the stored row cannot be read; without it the relation still shows it."""
    monkeypatch.setattr(Walls, "rows", request.param == "both walls")


@pytest.fixture
def official(db, system):
    return make.actor(make.official(department_code="wh-yj-safety"))


@pytest.fixture
def row(official):
    """An expert of this district whose account belongs to another one."""
    expert = make.expert("段丽娟", region=HERE)
    with acting_as(everything("测试")):
        owner = make.account(AccountKind.EXPERT, Role.EXPERT, name="甲", region=AWAY)
        expert.account_id = owner.id
        session().flush()
        session().expire(expert, ["account"])
    return expert.id


def post(view_class, row_id, actor, app, kind=m.Expert, **values):
    """What the edit page does with a posted form; returns (saved, errors)."""
    session().expunge_all()
    with app.test_request_context("/admin/organisation/edit/", method="POST", data=MultiDict(values)), acting_as(actor):
        view = view_class(flask_db)
        record = session().get(kind, row_id)
        form = view.edit_form(obj=record)
        saved = form.validate() and view.update_model(form, record)
        return saved, form.errors


def stored(row_id):
    session().expunge_all()
    with acting_as(everything("测试")):
        return session().get(m.Expert, row_id).account_id


def version(row_id, kind=m.Expert):
    with acting_as(everything("测试")):
        return session().get(kind, row_id).lock_version


def sent(view_class, row_id, actor, app, kind=m.Expert):
    """What a browser sends back when its user touches nothing."""
    session().expunge_all()
    with app.test_request_context("/admin/organisation/edit/"), acting_as(actor):
        view = view_class(flask_db)
        page = "".join(str(field()) for field in view.edit_form(obj=session().get(kind, row_id)))
    found = {}
    for control in BeautifulSoup(page, "html.parser").select("input, select"):
        chosen = control.select_one("option[selected]") or control.select_one("option")
        found[control["name"]] = chosen["value"] if control.name == "select" else control.get("value", "")
    return found


@pytest.mark.parametrize("view", [_Experts, _LookedUp])
def test_an_innocent_save_keeps_a_value_the_reader_cannot_see(app, official, row, view):
    before = stored(row)
    values = {**sent(view, row, official, app), "name": "段丽娟二"}
    assert post(view, row, official, app, **values) == (True, {})
    assert stored(row) == before is not None
    with acting_as(everything("测试")):
        assert session().get(m.Expert, row).name == "段丽娟二"


@pytest.mark.parametrize("view", [_Experts, _LookedUp])
def test_a_form_without_the_field_changes_nothing_of_it(app, official, row, view):
    before = stored(row)
    values = {key: value for key, value in sent(view, row, official, app).items() if key != "account"}
    assert post(view, row, official, app, **values) == (True, {})
    assert stored(row) == before is not None


@pytest.mark.parametrize("view", [_Experts, _LookedUp])
@pytest.mark.parametrize("foreign", ["away", "999999999", "x", "1,2"])
def test_a_foreign_id_for_a_nullable_key_is_refused_and_changes_nothing(app, official, row, view, foreign):
    before = stored(row)
    with acting_as(everything("测试")):
        other = make.account(AccountKind.EXPERT, Role.EXPERT, name="乙", region=AWAY)
    value = str(other.id) if foreign == "away" else foreign
    saved, errors = post(view, row, official, app, name="段", account=value, lock_version=str(version(row)))
    assert not saved
    assert "account" in errors
    assert stored(row) == before


@pytest.mark.parametrize("view", [_Experts, _LookedUp])
def test_a_visible_value_replaces_a_hidden_one(app, official, row, view):
    with acting_as(everything("测试")):
        mine = make.account(AccountKind.EXPERT, Role.EXPERT, name="丙", region=HERE)
    saved, errors = post(view, row, official, app, name="段", account=str(mine.id), lock_version=str(version(row)))
    assert (saved, errors) == (True, {})
    assert stored(row) == mine.id


@pytest.fixture
def case(official):
    """An application with one review in this district and one that lies elsewhere."""
    expert = make.expert("段丽娟", region=HERE)
    with acting_as(everything("测试")):
        now = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
        found = m.Application(
            programme_id=expert.programme_id,
            number="SB20261120-0001",
            state="pending",
            submitted_at=now,
            region_code=HERE,
            expert_id=expert.id,
        )
        session().add(found)
        session().flush()
        for code, region in (("wh-yj-safety", HERE), ("yn-yj-hazchem", AWAY)):
            place = make.department(code)
            session().add(
                m.Review(
                    application_id=found.id,
                    organisation_id=place.organisation_id,
                    department_id=place.id,
                    round=1,
                    due_on=now.date(),
                    region_code=region,
                    expert_id=expert.id,
                )
            )
        session().flush()
    return found.id


def members(case_id):
    session().expunge_all()
    with acting_as(everything("测试")):
        return sorted((review.id, review.region_code) for review in session().get(m.Application, case_id).reviews)


def test_an_innocent_save_of_a_list_keeps_members_the_reader_cannot_see(app, official, case):
    before = members(case)
    values = {**sent(_Applications, case, official, app, m.Application), "round": "2"}
    assert post(_Applications, case, official, app, m.Application, **values) == (True, {})
    assert members(case) == before
    assert len(before) == 2


def test_a_foreign_member_of_a_list_is_refused_and_changes_nothing(app, official, case):
    before = members(case)
    with acting_as(everything("测试")):
        stranger = make.expert("王敏", region=AWAY)
        there = m.Application(programme_id=stranger.programme_id, region_code=AWAY, expert_id=stranger.id)
        session().add(there)
        session().flush()
        place = make.department("yn-yj-hazchem")
        foreign = m.Review(
            application_id=there.id,
            organisation_id=place.organisation_id,
            department_id=place.id,
            round=1,
            due_on=dt.date(2026, 11, 20),
            region_code=AWAY,
            expert_id=stranger.id,
        )
        session().add(foreign)
        session().flush()
    values = sent(_Applications, case, official, app, m.Application)
    values["reviews"] += f",{foreign.id}"
    saved, errors = post(_Applications, case, official, app, m.Application, **values)
    assert not saved
    assert "reviews" in errors
    assert members(case) == before
