"""The menu: every list has an entry, every entry a page its reader may open, and every page the frame of its reader."""

import pytest
from bs4 import BeautifulSoup
from flask import current_app

from console.permissions import PERMISSIONS
from console.views import menu
from console.vocabulary import Role
from tests import make

STAFF = (Role.GOVERNMENT, Role.REVIEWER, Role.REGISTRAR, Role.BUREAU_ADMIN)
ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


def reader(role):
    if role is Role.SUPPORT:
        return make.support()
    if role is Role.EXPERT:
        return make.account_of(make.expert("段丽娟", region="530102"))
    if role in ADMINISTRATORS:
        return make.administrator(role)
    place = make.department("km-yj-hazchem")
    from console.vocabulary import AccountKind

    return make.account(
        AccountKind.OFFICIAL, role, region="530100", organisation_id=place.organisation_id, department_id=place.id
    )


def test_every_generated_list_is_in_the_menu_or_left_out_on_purpose(app, db):
    entries = {entry.endpoint.partition(".")[0] for _caption, group in menu.BUREAU for entry in group}
    lists = {view.endpoint for view in current_app.extensions["admin_views"]}
    assert lists - entries == menu.EXCLUDED
    assert entries - lists == {"home"}


def test_every_entry_of_the_registry_leads_to_a_page(app, db):
    endpoints = [entry.endpoint for _caption, group in menu.BUREAU for entry in group]
    endpoints += [entry.endpoint for entry in menu.EXPERT]
    endpoints += [endpoint for _label, endpoint in menu.PUBLIC]
    endpoints += [endpoint for _label, endpoint, _icon, _post in menu.PERSON]
    assert [endpoint for endpoint in endpoints if endpoint not in current_app.view_functions] == []


def test_an_entry_asks_the_permission_its_list_asks(app, db):
    views = {view.endpoint: view for view in current_app.extensions["admin_views"]}
    for _caption, group in menu.BUREAU:
        for entry in group:
            view = views.get(entry.endpoint.partition(".")[0])
            if view is not None:
                assert set(entry.needs) == set(view.access("index_view")), entry.endpoint


@pytest.mark.parametrize("role", [*STAFF, *ADMINISTRATORS, Role.SUPPORT])
def test_every_entry_a_reader_sees_opens_and_everything_else_is_shut(client, db, system, role):
    make.login(client, reader(role))
    page = BeautifulSoup(client.get("/tasks").text, "html.parser")
    shown = {link["href"] for link in page.select(".side nav a")}
    assert "/tasks" in shown
    for url in shown:
        assert client.get(url).status_code == 200, url
    for view in current_app.extensions["admin_views"]:
        if view.endpoint != "admin" and f"/admin/{view.endpoint}/" not in shown:
            assert view.permission not in PERMISSIONS[role]
            assert client.get(f"/admin/{view.endpoint}/").status_code == 403


def test_the_entry_of_the_page_shown_is_marked(client, db, system):
    make.login(client, reader(Role.REVIEWER))
    page = BeautifulSoup(client.get("/admin/certificate/").text, "html.parser")
    assert [link.get_text(strip=True) for link in page.select(".side a[aria-current=page]")] == ["聘书"]


def test_the_top_bar_says_scope_person_and_department(client, db, system):
    make.login(client, reader(Role.REVIEWER))
    text = " ".join(
        BeautifulSoup(client.get("/tasks").text, "html.parser").select_one("header.top").get_text(" ").split()
    )
    assert "昆明市（含 14 个县区）" in text
    assert "危险化学品安全监督管理科" in text


def test_an_expert_and_a_stranger_have_faces_of_their_own(client, db, system):
    stranger = client.get("/verify")
    assert "face-public" in stranger.text
    make.login(client, reader(Role.EXPERT))
    page = client.get("/my")
    assert "face-expert" in page.text
    words = [word.get_text(strip=True) for word in BeautifulSoup(page.text, "html.parser").select(".words-links a")]
    assert words == ["工作站", "基本信息", "专家信息申报", "我的聘书", "消息"]
    assert client.get("/admin/expert/").status_code == 403
    assert client.get("/tasks").status_code == 302


def test_an_access_that_is_not_declared_is_shut(app, db):
    for view in current_app.extensions["admin_views"]:
        assert view.access("no_such_method") is None
        for method in ("ajax_update", "create_view", "edit_view", "delete_view"):
            opened = view.access(method)
            assert opened is None or getattr(view, "manage_permission", None) in opened
