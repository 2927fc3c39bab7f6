"""Reference data: written through one unit, with version, scope and sentences; used rows are retired, never deleted."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.services.figures import figure
from console.vocabulary import AccountKind, AuditEvent, Role
from tests import make
from tests.views.listing import REGIONS, counts, names

TODAY = dt.date(2026, 11, 20)


@pytest.fixture
def admin(client, db, system):
    """The administrator of the provincial bureau, in his browser."""
    place = make.department("yn-yj-registrar")
    who = make.account(AccountKind.OFFICIAL, Role.BUREAU_ADMIN, region="530000", organisation_id=place.organisation_id)
    return make.login(client, who)


@pytest.fixture
def city_admin(client, db, system):
    """The administrator of the city's bureau."""
    place = make.department("km-yj-registrar")
    who = make.account(AccountKind.OFFICIAL, Role.BUREAU_ADMIN, region="530100", organisation_id=place.organisation_id)
    return make.login(client, who)


def form_of(client, url):
    """What a browser would send back of a form."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return fields(answer.text)


def fields(html):
    found = {}
    for control in BeautifulSoup(html, "html.parser").select(
        "form.admin-form input, form.admin-form select, form.admin-form textarea"
    ):
        if control.get("type") == "checkbox" and not control.has_attr("checked"):
            continue
        name = control.get("name")
        if name is None:
            continue
        if control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            found[name] = chosen["value"] if chosen else ""
        elif control.name == "textarea":
            found[name] = control.get_text().removeprefix("\n")
        else:
            found[name] = control.get("value", "y" if control.get("type") == "checkbox" else "")
    return found


def row_post(client, url, label):
    """The POST form in a row's menu with this label: address and fields."""
    page = BeautifulSoup(client.get(url).text, "html.parser")
    button = next(each for each in page.select("form button.menu-item") if each.get_text(strip=True) == label)
    form = button.find_parent("form")
    return form["action"], {each["name"]: each["value"] for each in form.select("input")}


def errors_of(html):
    return [
        each.get_text(strip=True)
        for each in BeautifulSoup(html, "html.parser").select(".field-error, .note, .error-summary li")
    ]


def of(model, **values):
    with acting_as(everything("测试")):
        session().expire_all()
        return session().scalars(select(model).filter_by(**values)).one()


# --- the catalogue (SCENARIOS.md 121, 122, 125) ---------------------------------------------------


def test_the_catalogue_has_18_industries_49_fields_392_specialties(admin):
    numbers = counts(admin.get("/admin/taxonomy/"))
    assert (numbers["行业类别"], numbers["重点领域"], numbers["专业类别"]) == ("18", "49", "392")
    assert "不可选" in admin.get("/admin/taxonomy/?tab=specialties&selectable=no").text
    assert len(names(admin.get("/admin/taxonomy/?tab=specialties&selectable=no"))) == 7


def test_civil_aviation_begins_with_road_transport(admin):
    code = of(m.TaxonomyNode, name="民航运输", level=2).code
    assert names(admin.get(f"/admin/taxonomy/?tab=all&parent={code}"))[0] == "公路运输，车辆、道路安全"


def test_a_used_category_is_not_deleted_and_the_page_says_what_can_be_done(admin):
    make.expert("段丽娟", region=REGIONS["五华"], specialties=("010108",))
    url, form = row_post(admin, "/admin/taxonomy/?tab=all&search=010108", "删除")
    page = admin.post(url, data=form, follow_redirects=True)
    assert "该类别已被使用，不能删除，可停用" in page.text
    assert of(m.TaxonomyNode, code="010108")


def test_an_unused_category_can_be_deleted(admin):
    values = form_of(admin, "/admin/taxonomy/new/")
    parent = of(m.TaxonomyNode, code="0101")
    values |= {"parent": str(parent.id), "code": "010199", "name": "试验专业", "sort_order": "10199"}
    assert admin.post("/admin/taxonomy/new/", data=values).status_code == 302
    made = of(m.TaxonomyNode, code="010199")
    assert (made.level, made.taxonomy_id) == (3, parent.taxonomy_id)
    url, form = row_post(admin, "/admin/taxonomy/?tab=all&search=010199", "删除")
    admin.post(url, data=form)
    with acting_as(everything("测试")):
        assert session().scalars(select(m.TaxonomyNode).filter_by(code="010199")).first() is None


def test_a_retired_category_is_not_offered_and_old_papers_keep_it(admin):
    expert = make.expert("段丽娟", region=REGIONS["五华"], specialties=("010108",))
    url, form = row_post(admin, "/admin/taxonomy/?tab=all&search=010108", "停用")
    admin.post(url, data=form)
    assert of(m.TaxonomyNode, code="010108").retired_on == TODAY
    assert "防火防爆" in names(admin.get("/admin/taxonomy/?tab=retired"))
    with acting_as(everything("测试")):
        held = session().scalars(select(m.ExpertSpecialty).filter_by(expert_id=expert.id)).one()
        assert held.node.name == "防火防爆"
    url, form = row_post(admin, "/admin/taxonomy/?tab=retired&search=010108", "恢复使用")
    admin.post(url, data=form)
    assert of(m.TaxonomyNode, code="010108").retired_on is None


def test_a_category_does_not_change_its_level(admin):
    node = of(m.TaxonomyNode, code="010108")
    values = form_of(admin, f"/admin/taxonomy/edit/?id={node.id}")
    values["parent"] = str(of(m.TaxonomyNode, code="01").id)
    page = admin.post(f"/admin/taxonomy/edit/?id={node.id}", data=values)
    assert any("不能改变类别的级别" in line for line in errors_of(page.text))


def test_the_administrator_of_a_city_reads_the_catalogue_but_does_not_write_it(city_admin):
    node = of(m.TaxonomyNode, code="010108")
    page = city_admin.get("/admin/taxonomy/?tab=all&search=010108").text
    assert "防火防爆" in page
    assert "/admin/taxonomy/edit/" not in page
    assert city_admin.get(f"/admin/taxonomy/edit/?id={node.id}").status_code == 404
    assert city_admin.get("/admin/taxonomy/new/").status_code == 404


# --- bodies and departments: one's own division -----------------------------------------------------


def test_a_body_of_the_own_division_is_changed_and_audited(city_admin):
    body = of(m.Organisation, code="wh-yj")
    url = f"/admin/organisation/edit/?id={body.id}"
    values = form_of(city_admin, url)
    assert values["region"] == "530102"
    assert city_admin.post(url, data={**values, "phone": "0871-60000001"}).status_code == 302
    assert of(m.Organisation, code="wh-yj").phone == "0871-60000001"
    with acting_as(everything("测试")):
        rows = (
            session().scalars(select(m.AuditEntry).filter_by(table_name="organisation", event=AuditEvent.UPDATE)).all()
        )
    assert rows[-1].changes["phone"][1] == "0871-60000001"


@pytest.mark.parametrize("code", ["yn-yj", "yn-awb"])
def test_a_body_outside_the_division_is_seen_but_not_written(city_admin, code):
    body = of(m.Organisation, code=code)
    assert body.name in city_admin.get(f"/admin/organisation/?search={code}").text
    url = f"/admin/organisation/edit/?id={body.id}"
    assert city_admin.get(url).status_code == 404
    own = form_of(city_admin, f"/admin/organisation/edit/?id={of(m.Organisation, code='wh-yj').id}")
    assert city_admin.post(url, data=own).status_code == 404
    assert of(m.Organisation, code=code).name == body.name


def test_a_body_cannot_be_moved_or_made_outside_the_division(city_admin):
    url = f"/admin/organisation/edit/?id={of(m.Organisation, code='wh-yj').id}"
    values = form_of(city_admin, url)
    page = city_admin.post(url, data={**values, "region": "530302"})
    assert page.status_code == 200
    assert any("管理范围" in line for line in errors_of(page.text))
    assert of(m.Organisation, code="wh-yj").region_code == "530102"
    new = {**form_of(city_admin, "/admin/organisation/new/"), "name": "外地应急局", "code": "xx-yj", "region": "530302"}
    assert any("管理范围" in line for line in errors_of(city_admin.post("/admin/organisation/new/", data=new).text))


def test_a_code_taken_already_is_said_at_its_field_and_what_was_typed_stays(city_admin):
    new = {**form_of(city_admin, "/admin/organisation/new/"), "name": "第二应急局", "code": "wh-yj", "region": "530102"}
    page = city_admin.post("/admin/organisation/new/", data=new)
    assert page.status_code == 200
    assert fields(page.text)["name"] == "第二应急局"
    assert errors_of(page.text)


def test_a_lookup_offers_only_the_own_division_and_never_more_than_fifty(city_admin):
    rows = city_admin.get("/admin/organisation/ajax/lookup/?name=region&query=5&limit=100000").get_json()
    assert 0 < len(rows) <= 50
    assert all(key.startswith("5301") for key, _words in rows)
    assert city_admin.get("/admin/organisation/ajax/lookup/?name=region&query=%25").get_json() == []
    assert city_admin.get("/admin/organisation/ajax/lookup/?name=nothing&query=1").status_code == 404
    for odd in ("offset=-5", "limit=-1", "limit=x", "offset=99999999999999999999", "query=%00"):
        assert city_admin.get(f"/admin/organisation/ajax/lookup/?name=region&{odd}").status_code in (200, 400)


def test_two_administrators_at_once_the_second_reads_what_changed(city_admin):
    body = of(m.Organisation, code="wh-yj")
    url = f"/admin/organisation/edit/?id={body.id}"
    first, second = form_of(city_admin, url), form_of(city_admin, url)
    assert city_admin.post(url, data={**first, "phone": "111"}).status_code == 302
    page = city_admin.post(url, data={**second, "phone": "222"})
    assert page.status_code == 409
    assert "该记录已被他人修改，请刷新后重试" in page.text
    assert "111" in page.text
    assert "222" in page.text
    assert of(m.Organisation, code="wh-yj").phone == "111"


@pytest.mark.parametrize("version", ["", "0", "x", "-1", None])
def test_a_form_without_its_version_is_stale(city_admin, version):
    url = f"/admin/organisation/edit/?id={of(m.Organisation, code='wh-yj').id}"
    values = form_of(city_admin, url)
    values.pop("lock_version")
    if version is not None:
        values["lock_version"] = version
    assert city_admin.post(url, data=values).status_code == 409


# --- figures ---------------------------------------------------------------------------------------


def test_a_new_figure_is_a_new_row_from_a_day_on_and_the_old_one_stays(admin):
    values = form_of(admin, "/admin/parameter/new/?key=review_working_days")
    assert values["key"] == "review_working_days"
    values |= {"value": "15", "valid_from": "2026-12-01"}
    assert admin.post("/admin/parameter/new/", data=values).status_code == 302
    with acting_as(everything("测试")):
        assert figure("review_working_days", dt.date(2026, 11, 30)) == 10
        assert figure("review_working_days", dt.date(2026, 12, 1)) == 15
        rows = session().scalars(select(m.Parameter).filter_by(key="review_working_days")).all()
        assert {row.label for row in rows} == {"部门审核期限"}
    assert names(admin.get("/admin/parameter/?tab=coming")) == ["部门审核期限"]


def test_a_new_figure_begins_with_the_one_in_force_and_ranks_are_said_in_words(admin):
    values = form_of(admin, "/admin/parameter/new/?key=eligibility_min_education")
    assert values["value"] == "2"
    assert values["note"].strip().startswith("1 中专及以下")
    row = BeautifulSoup(admin.get("/admin/parameter/?key=eligibility_min_education").text, "html.parser").tbody
    assert "大专" in row.get_text().replace("2 大专", "")
    assert "2 个" not in row.get_text()


def test_a_figure_that_has_been_in_force_is_read_only(admin):
    row = of(m.Parameter, key="review_working_days")
    page = admin.get("/admin/parameter/?key=review_working_days").text
    assert f"/admin/parameter/edit/?id={row.id}" not in page
    assert admin.get(f"/admin/parameter/edit/?id={row.id}").status_code == 404
    token = form_of(admin, "/admin/parameter/new/")["csrf_token"]
    assert admin.post("/admin/parameter/delete/", data={"id": row.id, "csrf_token": token}).status_code == 404
    assert of(m.Parameter, key="review_working_days").value == 10


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"valid_from": "2026-11-19"}, "生效日期不能早于今天"),
        ({"value": "-1"}, "请填写不小于 0 的整数"),
        ({"valid_from": ""}, ""),
        ({"value": "十"}, ""),
        ({"value": "99999999999"}, ""),
    ],
)
def test_a_figure_nobody_can_mean_is_refused_at_its_field(admin, typed, said):
    values = form_of(admin, "/admin/parameter/new/?key=review_working_days")
    values |= {"value": "15", "valid_from": "2026-12-01", **typed}
    page = admin.post("/admin/parameter/new/", data=values)
    assert page.status_code == 200
    assert "Failed to" not in page.text
    assert any(said in line for line in errors_of(page.text))
    assert of(m.Parameter, key="review_working_days").value == 10


# --- texts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("您的验证码为{code}，{idnumber}", "短信内容中的变量{idnumber}不可用"),
        ("您好", "短信内容必须保留变量{code}"),
        ("", ""),
    ],
)
def test_a_text_with_a_placeholder_of_another_message_is_refused(admin, text, said):
    url = "/admin/message_template/edit/?id=reg_code"
    values = form_of(admin, url)
    page = admin.post(url, data={**values, "body": text})
    assert page.status_code == 200
    assert any(said in line for line in errors_of(page.text))
    assert "{code}" in of(m.MessageTemplate, code="reg_code").body


def test_a_text_is_changed_with_its_own_placeholders(admin):
    url = "/admin/message_template/edit/?id=reg_code"
    values = form_of(admin, url)
    assert admin.post(url, data={**values, "body": "验证码{code}，{ttl}分钟内有效。"}).status_code == 302
    assert of(m.MessageTemplate, code="reg_code").body == "验证码{code}，{ttl}分钟内有效。"


# --- days ------------------------------------------------------------------------------------------


def test_a_day_to_come_is_added_and_a_past_one_refused(admin):
    values = form_of(admin, "/admin/calendar/new/")
    assert admin.post("/admin/calendar/new/", data={**values, "day": "2031-01-01", "name": "元旦"}).status_code == 302
    assert of(m.CalendarDay, day=dt.date(2031, 1, 1)).name == "元旦"
    page = admin.post("/admin/calendar/new/", data={**values, "day": "2020-01-02", "name": "过去"})
    assert any("只能维护今天及以后的日期" in line for line in errors_of(page.text))


# --- roles -----------------------------------------------------------------------------------------


@pytest.fixture
def security(client, db, system):
    return make.login(client, make.administrator(Role.SECURITY_ADMIN))


def test_a_role_is_granted_and_taken_back(security):
    who = make.account(
        AccountKind.OFFICIAL, name="新人", organisation_id=make.department("wh-yj-safety").organisation_id
    )
    values = {**form_of(security, "/admin/role_grant/new/"), "account": str(who.id), "role": "government"}
    assert security.post("/admin/role_grant/new/", data=values).status_code == 302
    grant = of(m.RoleGrant, account_id=who.id)
    assert (grant.role, grant.region_code) == (Role.GOVERNMENT, who.region_code)
    url, form = row_post(security, f"/admin/role_grant/?tab=all&account={who.id}", "收回")
    security.post(url, data=form)
    with acting_as(everything("测试")):
        assert session().scalars(select(m.RoleGrant).filter_by(account_id=who.id)).first() is None


def test_nobody_is_two_of_the_three_administrators(security):
    who = make.administrator(Role.AUDIT_ADMIN, name="审计")
    values = {**form_of(security, "/admin/role_grant/new/"), "account": str(who.id), "role": "system_admin"}
    page = security.post("/admin/role_grant/new/", data=values, follow_redirects=True)
    assert "系统、安全、审计三类管理员不能由同一账号兼任" in page.text


def test_nobody_grants_to_himself(security):
    with acting_as(everything("测试")):
        own = session().scalars(select(m.RoleGrant).filter_by(role=Role.SECURITY_ADMIN)).one()
    values = {**form_of(security, "/admin/role_grant/new/"), "account": str(own.account_id), "role": "audit_admin"}
    page = security.post("/admin/role_grant/new/", data=values, follow_redirects=True)
    assert "本人" in page.text
    assert of(m.RoleGrant, account_id=own.account_id).role is Role.SECURITY_ADMIN
