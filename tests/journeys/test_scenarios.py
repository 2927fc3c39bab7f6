"""Acceptance scenarios of the first journey, as a user meets them; each test bears the number of its scenario."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.services.passwords import hash_password
from console.services.unit import unit
from console.vocabulary import AuditEvent, Role, ValidityKind
from tests import make
from tests.journeys import steps
from tests.journeys.person import words
from tests.journeys.reading import paper_words
from tests.journeys.steps import HAZCHEM, MINES, PROVINCE, SAFETY_OFFICE

BEIJING = dt.timezone(dt.timedelta(hours=8))


# --- 资料与申报 --------------------------------------------------------------------------------------


def test_97_saving_with_a_required_field_empty_saves_nothing_and_names_the_field(expert):
    page = expert.open("/my/information?step=2").fill(所学专业="", 毕业院校="改动的学校").press("保存并继续")
    assert page.errors == ["请填写所学专业"]
    assert page.soup.find(id="major")["aria-invalid"] == "true"
    assert page.soup.find(id="school")["value"] == "改动的学校"
    assert "改动的学校" not in expert.open("/my/information?all=1")


def test_98_without_employer_and_explanation_the_attachment_is_asked_for(newcomer):
    page = newcomer.open("/my/declare").tick(HAZCHEM).tick("我已阅读并同意申报须知，所填信息真实、完整").press("申报")
    assert "请上传任职单位同意申报附件或情况说明" in page
    assert page.status == 422


def test_100_a_declaration_needs_a_department(expert):
    page = expert.open("/my/declare").tick("我已阅读并同意申报须知，所填信息真实、完整").press("申报")
    assert page.errors == ["请选择审核业务部门"]


def test_100_two_departments_make_two_waiting_rows_one_each(expert, lihui, zhangjg):
    steps.declare(expert, HAZCHEM, MINES)
    for person, department in ((lihui, HAZCHEM), (zhangjg, MINES)):
        rows = person.open("/admin/review/").rows()
        assert len(rows) == 1
        assert department in rows[0]
        assert "待审核" in rows[0]


def test_101_the_own_department_decides_another_of_the_same_body_only_looks(declared, lihui, zhangjg):
    assert lihui.open("/admin/review/").links("审核")
    beside = zhangjg.open("/admin/review/?tab=body")
    row = beside.row(HAZCHEM)
    assert "查看" in words(row.get_text())
    page = beside.follow("查看", within=row)
    assert "通过并通知专家" not in page.buttons()
    refused = zhangjg.post(
        page.address, outcome="reject", return_reason="越权驳回。", lock_version="1", seen_change="0"
    )
    assert (refused.status, "页面不存在或无权访问" in refused) == (404, True)
    assert "待审核" in lihui.open(page.address)


# --- 审核 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"行业领域": "请选择"}, "请选择行业领域"),
        ({"聘书截止时间": ""}, "请选择聘书截止时间"),
        ({"聘书截止时间": "2026-11-19"}, "截止时间不能早于起始时间"),
    ],
)
def test_103_passing_names_what_is_missing(declared, lihui, typed, sentence):
    page = steps.passing(steps.desk(lihui, "段丽娟"), until="2036-11-19").fill(**typed)
    page = page.fill(专业类别="不注明专业").press("通过并通知专家")
    assert page.errors == [sentence]
    assert page.soup.find("input", {"name": "outcome", "checked": True})["value"] == "pass"


def test_103_passing_without_a_unit(declared, lihui):
    page = steps.passing(steps.desk(lihui, "段丽娟"))
    page.release("appointing_body_id")
    assert page.press("通过并通知专家").errors == ["请选择专家聘用单位"]


def test_104_a_rejection_without_text(declared, lihui):
    page = steps.desk(lihui, "段丽娟").tick("驳回").press("驳回并通知专家")
    assert page.errors == ["请填写驳回理由"]
    assert "待审核" in lihui.open("/admin/review/")


def test_106_one_passed_one_rejected_gives_one_task_one_reason_and_one_certificate(decided, wangmin):
    rows = wangmin.open("/admin/filing/").rows()
    assert len(rows) == 1
    assert HAZCHEM in rows[0]
    assert "矿山从业经历不足三年。" in decided.open("/my")
    steps.file(wangmin, "段丽娟")
    assert len(decided.open("/my/certificates").rows()) == 1


def test_107_both_passed_gives_two_certificates_each_of_its_own(declared, lihui, zhangjg, wangmin):
    steps.pass_on(lihui, "段丽娟")
    page = (
        steps.desk(zhangjg, "段丽娟").tick("通过").fill(行业领域="非煤矿山", 专业类别="不注明专业").tick(SAFETY_OFFICE)
    )
    assert "已通过" in page.tick("非长期").fill(聘书截止时间="2031-11-19").press("通过并通知专家")
    for department in (HAZCHEM, MINES):
        steps.file(wangmin, "段丽娟", department)
    read = declared.open("/my/certificates").rows()
    assert len(read) == 2
    by_number = sorted(read)
    assert PROVINCE in by_number[0]
    assert "长期" in by_number[0]
    assert SAFETY_OFFICE in by_number[1]
    assert "2031-11-19" in by_number[1]


# --- 备案与聘书 --------------------------------------------------------------------------------------


def test_109_the_number_counts_within_the_day_and_the_unit_is_named_twice(declared, lihui, zhangjg, wangmin):
    steps.pass_on(lihui, "段丽娟")
    page = steps.desk(zhangjg, "段丽娟").tick("通过").fill(行业领域="非煤矿山", 专业类别="不注明专业").tick("长期")
    assert "已通过" in page.press("通过并通知专家")
    assert "备案成功" in steps.file(wangmin, "段丽娟", HAZCHEM)
    assert "备案成功" in steps.file(wangmin, "段丽娟", MINES)
    assert [steps.issued(n).number for n in (0, 1)] == ["YNS20261120001", "YNS20261120002"]
    assert paper_words(lihui, steps.issued().id).count(PROVINCE) == 2


def test_110_the_safety_office_is_named_and_signs(declared, lihui, zhangjg, wangmin):
    steps.pass_on(lihui, "段丽娟", body=SAFETY_OFFICE)
    steps.reject(zhangjg, "段丽娟", "矿山从业经历不足三年。")
    steps.file(wangmin, "段丽娟")
    read = paper_words(declared, steps.issued().id)
    assert words(f"经{SAFETY_OFFICE}审核批准") in read
    assert words(f"{SAFETY_OFFICE} 2026年11月20日") in read


def test_112_before_filing_there_is_no_certificate(declared):
    assert "聘书尚未生成" in declared.open("/my/certificates")
    assert "聘书尚未生成" in declared.open("/my")


# --- 范围、历史、密码 --------------------------------------------------------------------------------

PEOPLE = {
    "段五华": ("530102", "km-yj-hazchem"),
    "段官渡": ("530111", "km-yj-hazchem"),
    "段麒麟": ("530302", "qj-yj-hazchem"),
}


@pytest.fixture
def everywhere(db):
    """One expert with a certificate in each of three districts."""
    found = {name: make.expert(name, region=region) for name, (region, _) in PEOPLE.items()}
    for name, row in found.items():
        make.certificate(row, PEOPLE[name][1])
    return {name: row.id for name, row in found.items()}


@pytest.mark.parametrize(
    ("department", "seen"),
    [
        ("yn-yj-hazchem", {"段五华", "段官渡", "段麒麟"}),
        ("km-yj-hazchem", {"段五华", "段官渡"}),
        ("wh-yj-safety", {"段五华"}),
    ],
)
def test_113_range_holds_in_list_search_export_and_address(app, everywhere, department, seen):
    person = steps.official(app, department)
    listed = person.open("/admin/expert/")
    assert {name for name in PEOPLE if name in listed} == seen
    searched = person.open("/search?q=段")
    assert {name for name in PEOPLE if name in searched} == seen
    exported = person.fetch("/admin/expert/export/csv/").get_data(as_text=True)
    assert {name for name in PEOPLE if name in exported} == seen
    opened = {name for name, key in everywhere.items() if person.open(f"/experts/{key}").status == 200}
    assert opened == seen


def test_115_the_history_tells_who_where_when_what_and_why_in_every_round(declared, lihui, zhangjg, clock, onlooker):
    steps.reject(lihui, "段丽娟", "请补充近三年业绩。")
    steps.reject(zhangjg, "段丽娟", "矿山从业经历不足三年。")
    steps.declare(declared, HAZCHEM)
    steps.pass_on(lihui, "段丽娟")
    page = onlooker.open(f"/experts/{declared.row.id}/history")
    lines = [words(li.get_text(" ")) for li in page.soup.select("main ol.timeline > li")]
    assert len(lines) >= 5
    assert [
        line
        for line in lines
        if "第1轮" in line and HAZCHEM in line and "李慧" in line and "请补充近三年业绩。" in line
    ]
    assert [line for line in lines if "第1轮" in line and MINES in line and "张建国" in line]
    assert [line for line in lines if "第2轮" in line and HAZCHEM in line and "通过" in line and "11-2010:30" in line]


@pytest.fixture
def with_password(db):
    """An expert with a password of his own, so that it can die."""
    row = make.ready_expert("段丽娟")
    with acting_as(steps.SYSTEM):
        account = session().get(m.Account, row.account_id)
        account.password_hash = hash_password(steps.PASSWORD)
        session().commit()
    row.mobile = make.account_of(row).phone
    return row


def test_116_a_weak_new_password_is_refused(with_password, onlooker):
    page = onlooker.open(f"/experts/{with_password.id}").follow("重置密码")
    page = page.fill(新密码="12345678", 再次输入新密码="12345678").press("确定")
    assert page.status == 422
    assert "密码须为8-20位" in page


def test_116_a_reset_ends_the_old_password_asks_for_a_change_and_is_in_the_log(app, with_password, onlooker):
    page = onlooker.open(f"/experts/{with_password.id}").follow("重置密码")
    page.fill(新密码="Erhai#2027x", 再次输入新密码="Erhai#2027x").press("确定")
    person = steps.browser(app)
    assert "用户名或密码错误" in steps.log_in(person, with_password.mobile, steps.PASSWORD)
    page = steps.log_in(person, with_password.mobile, "Erhai#2027x")
    assert "修改密码" in page.heading or "设置" in page.heading
    assert person.open("/my").address.startswith("/password")
    auditor = steps.browser(app)
    make.login(auditor.client, make.administrator(Role.AUDIT_ADMIN))
    (line,) = [row for row in auditor.open("/admin/audit/").rows() if AuditEvent.PASSWORD_RESET.label in row]
    assert "赵以宁" in line


# --- 终止 -------------------------------------------------------------------------------------------


def test_118_ending_asks_for_a_reason(filed, lihui):
    page = lihui.open(f"/certificates/{steps.issued().id}/terminate").press("终止聘书")
    assert page.errors == ["请输入终止原因"]


def test_118_an_ended_certificate_is_ended_from_today_out_of_the_pool_and_says_so_to_strangers(filed, lihui, stranger):
    paper = steps.issued()
    page = lihui.open(f"/certificates/{paper.id}/terminate").fill(终止原因="本人申请退出专家库。").press("终止聘书")
    assert "自 2026-11-20 起终止" in page
    assert "已终止" in lihui.open(f"/experts/{filed.row.id}")
    assert "段丽娟" not in lihui.open("/admin/expert/?tab=in_pool").main
    seen = stranger.open(f"/verify/{paper.number}/{paper.verify_code}")
    assert "证书已终止" in seen
    assert "自 2026年11月20日 起不得使用" in seen


def test_119_a_department_that_did_not_approve_cannot_end_it(filed, zhangjg):
    paper = steps.issued()
    assert "终止聘书" not in zhangjg.open(f"/certificates/{paper.id}")
    assert zhangjg.open(f"/certificates/{paper.id}/terminate").status == 404
    refused = zhangjg.post(f"/certificates/{paper.id}/terminate", end_reason="越权终止。", lock_version="1")
    assert refused.status == 404


# --- 目录 -------------------------------------------------------------------------------------------


def all_names(person, query):
    """Every name of a list of the catalogue, page after page, with the small line below it."""
    page, found = person.open(f"/admin/taxonomy/?size=100&{query}"), []
    while True:
        found += [words(row.get_text(" ")) for row in page.soup.select("tbody tr")]
        if not page.links("下一页"):
            return found
        page = page.follow("下一页")


def test_121_eighteen_forty_nine_and_three_hundred_ninety_two(onlooker):
    assert len(all_names(onlooker, "tab=industries")) == 18
    assert len(all_names(onlooker, "tab=fields")) == 49
    specialties = all_names(onlooker, "tab=specialties")
    assert len(specialties) == 392
    assert len(all_names(onlooker, "tab=specialties&selectable=yes")) == 385
    doubles = all_names(onlooker, "tab=specialties&selectable=no")
    assert len(doubles) == 7
    assert all("安全工程" in line for line in doubles)
    for original in ("在·", "泥土流防治", "地址工程"):
        assert [line for line in specialties if words(original) in line], original
    assert [line for line in specialties if line.startswith("泥石流防治")]


def test_122_the_first_specialty_of_civil_aviation_is_corrected(onlooker):
    with acting_as(steps.SYSTEM):
        field = session().scalars(select(m.TaxonomyNode).where(m.TaxonomyNode.name == "民航运输")).one()
    first = all_names(onlooker, f"tab=specialties&parent={field.code}")[0]
    assert first.startswith("公路运输，车辆、道路安全")


def test_124_the_login_page_names_phone_and_qq_of_the_support(stranger):
    page = stranger.open("/login")
    assert re.search(r"技术支持0871-\d{8}", page.text)
    assert re.search(r"QQ\d{5,}", page.text)


def test_125_a_node_in_use_is_retired_not_deleted(app, filed):
    admin = steps.official(app, "yn-yj-registrar", Role.BUREAU_ADMIN, "杨立新")
    listed = admin.open("/admin/taxonomy/?tab=specialties&search=010108")
    refused = listed.press("删除", within=listed.row("防火防爆"))
    assert "该类别已被使用，不能删除，可停用" in refused
    retired = listed.press("停用", within=listed.row("防火防爆"))
    assert "已停用“防火防爆”" in retired
    offered = steps.browser(app)
    make.login(offered.client, make.account_of(make.expert("郑新人", specialties=())))
    values = {o.get("value") for o in offered.open("/my/information?step=3").field("添加专业").find_all("option")}
    assert steps.specialty() not in values
    assert "省化工-防爆专家" in filed.open("/my/certificates")


# --- 各处 -------------------------------------------------------------------------------------------


def test_176_five_wrong_passwords_lock_and_the_support_unlocks(app, with_password):
    person = steps.browser(app)
    for _try in range(4):
        assert "用户名或密码错误" in steps.log_in(person, with_password.mobile, "Wrong#2026")
    locked = "账号已锁定，请15分钟后再试或联系技术支持"
    assert locked in steps.log_in(person, with_password.mobile, "Wrong#2026")
    assert locked in steps.log_in(person, with_password.mobile, steps.PASSWORD)
    support = steps.browser(app)
    make.login(support.client, make.support())
    page = support.open(f"/accounts/{with_password.account_id}")
    page.press("解锁")
    assert steps.log_in(person, with_password.mobile, steps.PASSWORD).address == "/my"


def test_178_two_officials_decide_at_once_and_the_second_reads_what_changed(app, declared, lihui):
    deputy = steps.official(app, name="何副处")
    mine, his = steps.desk(lihui, "段丽娟"), steps.desk(deputy, "段丽娟")
    assert "已通过" in steps.passing(mine).press("通过并通知专家")
    second = his.tick("驳回").fill(驳回理由="请补充近三年业绩。").press("驳回并通知专家")
    assert second.status == 409
    assert "该记录已被他人修改，请刷新后重试" in second
    for what in ("待审核", "待备案", "李慧"):
        assert what in second
    assert "待备案" in lihui.open(mine.address)


def test_179_a_post_without_token_changes_nothing(declared, lihui):
    page = steps.desk(lihui, "段丽娟").tick("驳回").fill(驳回理由="请补充近三年业绩。")
    for one in page.soup.find_all("input", {"name": "csrf_token"}):
        one.decompose()
    refused = page.press("驳回并通知专家")
    assert refused.status == 400
    assert "待审核" in lihui.open("/admin/review/")


def test_182_a_stranger_sees_a_masked_name_the_state_and_the_dates(filed, stranger):
    paper = steps.issued()
    page = stranger.open("/verify").fill(证书编号=paper.number, 姓名="段丽娟").press("查验")
    for shown in ("证书有效", "段**", paper.number, PROVINCE, "长期"):
        assert shown in page
    assert "丽娟" not in page.main
    assert "谨行" not in page
    unknown = stranger.open("/verify").fill(证书编号="YNS20261120999", 姓名="段丽娟").press("查验")
    assert (unknown.status, "未查询到该证书" in unknown) == (404, True)
    wrong = stranger.open("/verify").fill(证书编号=paper.number, 姓名="段丽华").press("查验")
    assert "未查询到该证书" in wrong


def test_184_the_last_day_counts_to_its_last_minute(stranger, clock):
    from console.services.certificates import expire_due

    paper = make.certificate(validity=ValidityKind.FIXED, valid_until=dt.date(2026, 12, 31))
    address = f"/verify/{paper.number}/{paper.verify_code}"
    clock.moment = dt.datetime(2026, 12, 31, 23, 59, tzinfo=BEIJING).astimezone(dt.UTC)
    assert "证书有效" in stranger.open(address)
    clock.moment += dt.timedelta(minutes=1)
    with acting_as(everything("到期")), unit():
        assert expire_due(clock.moment) == 1
    assert "证书已失效" in stranger.open(address)
    with acting_as(steps.SYSTEM):
        assert session().get(m.Certificate, paper.id, populate_existing=True).state.label == "已失效"


def test_185_thirty_idle_minutes_ask_for_a_new_login_and_lead_back(app, with_password, clock):
    person = steps.browser(app)
    steps.log_in(person, with_password.mobile, steps.PASSWORD)
    assert person.open("/my/certificates").status == 200
    clock.moment += dt.timedelta(minutes=31)
    page = person.open("/my/certificates")
    assert "登录已超时，请重新登录" in page
    page.fill(账号=with_password.mobile, 密码=steps.PASSWORD)
    assert steps.read_picture(page).press("登录").address == "/my/certificates"
