"""The Yunnan manual, sections 3 to 5: what government users do, help, and the appendix (seed 003)."""

from __future__ import annotations

import re

import pytest

from console.services.passwords import hash_password
from console.vocabulary import AccountKind, Role
from tests import make
from tests.journeys import steps
from tests.journeys.person import words
from tests.journeys.reading import docx_words, paper_words
from tests.journeys.steps import HAZCHEM, MINES, PROVINCE, SAFETY_OFFICE

# --- 三、政府端操作说明 ------------------------------------------------------------------------------


def test_3_1_a_government_user_logs_in_with_name_password_and_puzzle(app, stranger):
    place = make.department("yn-yj-hazchem")
    make.account(
        AccountKind.OFFICIAL,
        Role.GOVERNMENT,
        Role.REVIEWER,
        name="李慧",
        login="lihui",
        organisation_id=place.organisation_id,
        department_id=place.id,
        password_hash=hash_password(steps.PASSWORD),
    )
    page = steps.log_in(stranger, "lihui", steps.PASSWORD)
    assert page.address.startswith("/tasks")
    assert page.heading == "待办"


@pytest.fixture
def three_experts(db):
    """An expert in Wuhua, one in another district of Kunming, one in Qujing; all in the pool."""
    for name, region, department in (
        ("段五华", "530102", "km-yj-hazchem"),
        ("段官渡", "530111", "km-yj-hazchem"),
        ("段麒麟", "530302", "qj-yj-hazchem"),
    ):
        make.certificate(make.expert(name, region=region), department)


@pytest.mark.parametrize(
    ("department", "seen"),
    [
        ("yn-yj-hazchem", {"段五华", "段官渡", "段麒麟"}),
        ("km-yj-hazchem", {"段五华", "段官渡"}),
        ("wh-yj-safety", {"段五华"}),
        ("qj-yj-hazchem", {"段麒麟"}),
    ],
)
def test_3_2_everybody_lists_the_experts_of_his_own_range(app, three_experts, department, seen):
    page = steps.official(app, department).open("/admin/expert/")
    assert {name for name in ("段五华", "段官渡", "段麒麟") if name in page} == seen


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("prefecture=530300", {"段麒麟"}),
        ("industry=01", {"段五华", "段官渡", "段麒麟"}),
        ("industry=02", set()),
        ("search=段五", {"段五华"}),
    ],
)
def test_3_2_the_list_is_narrowed_by_conditions_of_ones_own(onlooker, three_experts, query, seen):
    page = onlooker.open(f"/admin/expert/?{query}")
    assert {name for name in ("段五华", "段官渡", "段麒麟") if name in page} == seen


def test_3_3_the_details_the_word_file_and_the_attachments_of_an_expert(declared, onlooker):
    page = onlooker.open("/admin/expert/?tab=all").follow("段丽娟")
    for value in ("段丽娟", "高级工程师", "云南谨行安全评价有限公司", "防火防爆"):
        assert value in page
    assert make.account_of(declared.row).id_number not in page.text
    assert "段丽娟" in docx_words(onlooker.fetch(page.links("Word")[0]))
    file = onlooker.fetch(page.links("同意申报.pdf")[0])
    assert file.data == make.PDF
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_3_4_the_history_says_who_decided_when_and_what(decided, onlooker):
    page = onlooker.open(f"/experts/{decided.row.id}/history")
    for value in (HAZCHEM, "李慧", "通过", MINES, "张建国", "驳回", "矿山从业经历不足三年。", "11-20 10:30"):
        assert value in page


def test_3_5_government_users_see_the_certificate_after_filing(filed, onlooker):
    listed = onlooker.open("/admin/certificate/")
    page = listed.follow("查看聘书", within=listed.row("YNS20261120001"))
    assert "省化工-防爆专家" in page
    assert page.soup.find("iframe") is not None
    assert "段丽娟同志：" in paper_words(onlooker, steps.issued().id)


def test_3_6_a_government_user_resets_the_password_of_an_expert(app, newcomer, who, onlooker):
    listed = onlooker.open("/admin/expert/?tab=all")
    page = listed.follow(who.name).follow("重置密码")
    page = page.fill(新密码="Erhai#2027x", 再次输入新密码="Erhai#2027x").press("确定")
    assert page.status == 200
    assert "用户名或密码错误" in steps.log_in(steps.browser(app), who.phone, who.password)
    page = steps.log_in(steps.browser(app), who.phone, "Erhai#2027x")
    assert "修改密码" in page.heading or "密码" in page.heading
    assert "登录" in newcomer.open("/my").heading


def test_3_7_the_waiting_applications_are_listed_and_only_the_department_decides(
    declared, lihui, zhangjg, onlooker, app
):
    fireman = steps.official(app, "yn-yj-fire", name="李云峰")
    listed = fireman.open("/admin/review/?tab=body")
    assert listed.row(HAZCHEM)
    page = listed.follow("查看", within=listed.row(HAZCHEM))
    assert f"等待{HAZCHEM}审核。您可以查看，不能审核。" in page
    assert "通过并通知专家" not in page.buttons()
    refused = fireman.post(page.address, outcome="pass", lock_version="1")
    assert refused.status == 404
    assert "页面不存在或无权访问" in refused
    looking = onlooker.open("/admin/review/")
    assert "审核" not in [words(a.get_text()) for a in looking.soup.select("tbody a.btn")]
    assert "通过并通知专家" in steps.desk(lihui, "段丽娟").buttons()


def test_3_7_passing_asks_for_industry_body_and_term(declared, lihui):
    page = steps.desk(lihui, "段丽娟").tick("通过").fill(行业领域="请选择")
    page.release("appointing_body_id")
    page = page.press("通过并通知专家")
    assert page.status == 422
    for sentence in ("请选择行业领域", "请选择专家聘用单位", "请选择聘书有效期类型"):
        assert sentence in page.errors
    page = page.fill(行业领域="化工（危险化学品）", 聘书截止时间="").tick("非长期").tick(PROVINCE)
    assert page.press("通过并通知专家").errors == ["请选择聘书截止时间"]


def test_3_7_long_term_needs_nothing_more(declared, lihui):
    page = steps.pass_on(lihui, "段丽娟")
    assert "长期，自 2026-11-20 起" in page
    assert "待备案" in page


def test_3_7_a_rejection_carries_its_reason_to_the_expert(declared, zhangjg):
    page = steps.desk(zhangjg, "段丽娟").tick("驳回").press("驳回并通知专家")
    assert page.errors == ["请填写驳回理由"]
    steps.reject(zhangjg, "段丽娟", "矿山从业经历不足三年。", {"职称": "证书看不清"})
    assert "矿山从业经历不足三年。" in declared.open("/my")
    assert "证书看不清" in declared.open("/my/information?step=2")
    assert "矿山从业经历不足三年。" in steps.last_message("expert_rejected", make.account_of(declared.row).phone)


def test_3_7_the_body_chosen_is_the_one_on_the_certificate(declared, lihui, zhangjg, wangmin):
    steps.pass_on(lihui, "段丽娟", body=SAFETY_OFFICE)
    steps.reject(zhangjg, "段丽娟", "矿山从业经历不足三年。")
    steps.file(wangmin, "段丽娟")
    read = paper_words(lihui, steps.issued().id)
    assert read.count(SAFETY_OFFICE) == 2
    assert PROVINCE not in read


def test_3_8_what_was_passed_waits_for_the_registrar_of_the_body(app, decided, wangmin, lihui):
    kunming = steps.registrar(app, "km-yj-registrar")
    assert "段丽娟" not in kunming.open("/admin/filing/").main or not kunming.open("/admin/filing/").links("备案")
    looking = lihui.open("/admin/filing/")
    assert looking.row("段丽娟")
    assert "备案" not in [words(a.get_text()) for a in looking.soup.select("tbody a.btn")]
    page = steps.file(wangmin, "段丽娟")
    assert "备案成功" in page
    assert "YNS20261120001" in page
    assert "聘书尚未生成" not in decided.open("/my/certificates")


def test_3_9_the_department_ends_its_own_certificate_with_a_reason(filed, lihui, zhangjg):
    paper = steps.issued()
    assert "终止聘书" not in zhangjg.open(f"/certificates/{paper.id}").buttons()
    page = lihui.open(f"/certificates/{paper.id}").follow("终止聘书").press("终止聘书")
    assert page.errors == ["请输入终止原因"]
    page = page.fill(终止原因="本人申请退出专家库。").press("终止聘书")
    assert "已终止聘书 YNS20261120001" in page
    assert "自 2026-11-20 起终止，不得使用" in page
    assert "已终止" in filed.open("/my/certificates")
    assert "本人申请退出专家库。" in steps.last_message("cert_terminated", make.account_of(filed.row).phone)


# --- 四、系统帮助 ------------------------------------------------------------------------------------


def test_4_1_the_manual_is_opened_from_the_corner_of_every_page(lihui, expert):
    for person in (lihui, expert):
        page = person.open("/").follow("帮助")
        assert page.status == 200
        assert re.search("审核|申报", page.main)


def test_4_2_the_login_page_names_the_support(stranger):
    page = stranger.open("/login")
    assert re.search(r"技术支持0871-\d{8}", page.text)
    assert re.search(r"QQ\d{5,}", page.text)


# --- 五、附录 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tab", "count"), [("industries", 18), ("fields", 49), ("specialties", 392)])
def test_5_the_appendix_is_there_row_by_row(onlooker, tab, count):
    page = onlooker.open(f"/admin/taxonomy/?tab={tab}&size=20")
    assert f"共{count}项" in page.main
