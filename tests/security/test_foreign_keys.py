"""A form that names a row out of reach writes nothing: the same body with a row in reach does (FLASK_ADMIN.md 2e)."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from console import models as m
from console.database import session
from console.extensions import db
from console.scope import acting_as
from tests import make
from tests.matrix.world import NOW, SYSTEM

INSIDE, OUTSIDE = "wuhua", "qilin"


def body_id(code: str) -> str:
    with acting_as(SYSTEM):
        found = str(session().scalars(select(m.Organisation.id).where(m.Organisation.code == code)).one())
    db.session.remove()
    return found


def department_id(code: str) -> str:
    with acting_as(SYSTEM):
        found = str(make.department(code).id)
    db.session.remove()
    return found


def shown(client: Any, path: str) -> dict[str, Any]:
    """The fields of the form of a page, as they stand there."""
    page = BeautifulSoup(client.get(path).data, "html.parser")
    form = next(form for form in page.find_all("form") if form.find(attrs={"name": "lock_version"}))
    found = {}
    for control in form.find_all(["input", "select", "textarea"]):
        if control.get("name") and control.get("type") not in ("checkbox", "radio", "submit"):
            chosen = control.find("option", selected=True) if control.name == "select" else None
            found[control["name"]] = (chosen or control).get("value") or (
                control.get_text() if control.name == "textarea" else ""
            )
        elif control.get("name") and control.has_attr("checked"):
            found[control["name"]] = control.get("value", "y")
    return found


ORGANISATION = {"name": "试验管理局", "short_name": "试验局", "code": "sy-yj", "kind": "bureau", "active": "y"}
DEPARTMENT = {"name": "试验科", "short_name": "试验科", "code": "sy-ke", "active": "y", "lock_version": ""}
OFFICIAL = {"kind": "official", "name": "新人甲", "login": "newcomer1", "phone_cc": "86", "phone": "19900009999"}


def organisation(asker, client, place):
    region = {INSIDE: "530102", OUTSIDE: "530302"}[place]
    return "/admin/organisation/new/", ORGANISATION | {"region": region}


def organisation_moved(asker, client, place):
    path = f"/admin/organisation/edit/?id={asker.world.ids['organisation', INSIDE]}"
    return path, shown(client, path) | {"region": {INSIDE: "530103", OUTSIDE: "530302"}[place]}


def department(asker, client, place):
    return "/admin/department/new/", DEPARTMENT | {"organisation": str(asker.world.ids["organisation", place])}


def department_moved(asker, client, place):
    path = f"/admin/department/edit/?id={asker.world.ids['department', INSIDE]}"
    other = {INSIDE: "panlong", OUTSIDE: OUTSIDE}[place]
    return path, shown(client, path) | {"organisation": str(asker.world.ids["organisation", other]), "name": "移来科"}


def role_given(asker, client, place):
    account = str(asker.world.ids["official_account", place])
    return "/admin/role_grant/new/", {"account": account, "role": "bureau_admin"}


def official(asker, client, place):
    return "/accounts/new", OFFICIAL | {"organisation_id": str(asker.world.ids["organisation", place])}


def official_elsewhere(asker, client, place):
    own = {"organisation_id": body_id("wh-yj")}
    return "/accounts/new", OFFICIAL | own | {
        "department_id": department_id({INSIDE: "wh-yj-safety", OUTSIDE: "ql-yj-safety"}[place])
    }


def verdict(asker, client, place):
    review = asker.world.ids["review_waiting", "kunming"]
    with acting_as(SYSTEM):
        node = str(make.node("01").id)
    db.session.remove()
    return f"/reviews/{review}", {
        "outcome": "pass",
        "industry_id": node,
        "appointing_body_id": body_id({INSIDE: "km-awb", OUTSIDE: "qj-yj"}[place]),
        "validity": "long_term",
        "valid_from": NOW.date().isoformat(),
        "lock_version": str(asker.world.versions["review_waiting", "kunming"]),
        "seen_change": str(asker.world.facts["change:kunming"]),
    }


FORMS = {
    "a new body": ("bureau_admin_kunming", organisation),
    "a body moved": ("bureau_admin_kunming", organisation_moved),
    "a new department": ("bureau_admin_kunming", department),
    "a department moved": ("bureau_admin_kunming", department_moved),
    "a role for somebody": ("security_admin_kunming", role_given),
    "a new official by an administrator of the bureau": ("bureau_admin_kunming", official),
    "a new official by the system administrator": ("system_admin_kunming", official),
    "a new official in a department of another body": ("bureau_admin_kunming", official_elsewhere),
    "the hiring body of a verdict": ("reviewer_kunming", verdict),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_row_out_of_reach_is_not_taken_and_one_in_reach_is(asker, name):
    person, build = FORMS[name]
    for place in (INSIDE, OUTSIDE):
        with asker.aside():
            client = asker.browser(person)
            path, data = build(asker, client, place)
            response = client.post(path, data=data | {"csrf_token": asker.world.token})
            changed = asker.changed()
            if place == INSIDE:
                assert response.status_code in (302, 303), BeautifulSoup(response.data, "html.parser").get_text(
                    " ", True
                )[:1500]
                assert changed
            else:
                assert changed == ""
                assert response.status_code in (200, 404, 409, 422)


@pytest.mark.parametrize(
    ("person", "path", "foreign"),
    [
        ("bureau_admin_kunming", "/admin/department/ajax/lookup/?name=organisation&query=&limit=100000", "麒麟"),
        ("bureau_admin_kunming", "/admin/organisation/ajax/lookup/?name=region&query=&limit=100000", "530302"),
        ("security_admin_kunming", "/admin/role_grant/ajax/lookup/?name=account&query=&limit=100000", "麒麟标"),
        ("bureau_admin_kunming", "/admin/department/ajax/lookup/?name=organisation&query=曲靖", "曲靖"),
        ("bureau_admin_kunming", "/admin/department/ajax/lookup/?name=organisation&query=%25", "麒麟"),
    ],
)
def test_a_lookup_offers_at_most_fifty_rows_in_reach(asker, person, path, foreign):
    with asker.aside():
        response = asker.browser(person).get(path)
        assert response.status_code == 200
        assert len(response.json) <= 50
        assert foreign not in response.get_data().decode("unicode_escape").encode("utf-16", "surrogatepass").decode(
            "utf-16"
        )


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("bureau_admin_kunming", "/accounts/new"),
        ("system_admin_kunming", "/accounts/new"),
        ("bureau_admin_kunming", "/admin/department/new/"),
        ("security_admin_kunming", "/admin/role_grant/new/"),
        ("expert_waiting_in_wuhua", "/my/information?step=1"),
        ("expert_of_wuhua", "/my/declare"),
    ],
)
def test_no_list_of_a_form_offers_a_body_of_another_prefecture(asker, person, path):
    with asker.aside():
        page = BeautifulSoup(asker.browser(person).get(path).data, "html.parser")
        offered = " ".join(
            option.get_text() for option in page.select("option, .department-choices label, fieldset label")
        )
        assert "曲靖市应急管理局" not in offered
        assert "麒麟标" not in page.get_text()


@pytest.mark.parametrize("field", ["state", "region_code", "lock_version_", "organisation_id", "id"])
def test_no_form_takes_a_column_it_does_not_show(asker, field):
    """Mass assignment: what is posted beside the fields of a form changes nothing (SECURITY.md 0.1)."""
    value = {"state": "filed", "region_code": "530302"}.get(field, "1")
    with asker.aside():
        client = asker.browser("bureau_admin_kunming")
        path = f"/admin/organisation/edit/?id={asker.world.ids['organisation', INSIDE]}"
        given = shown(client, path) | {"phone": "0871-60000119", "csrf_token": asker.world.token, field: value}
        assert client.post(path, data=given).status_code == 302
        with acting_as(SYSTEM):
            row = session().get_one(m.Organisation, asker.world.ids["organisation", INSIDE])
            assert (row.phone, row.region_code, row.code) == ("0871-60000119", "530102", "wh-yj")
