"""The Yunnan manual, section by section, without scripts: the number in each name is the section (seed 003)."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from docx import Document
from pypdf import PdfReader

from console.vocabulary import Role
from tests import make
from tests.journeys import steps
from tests.journeys.person import words
from tests.journeys.steps import HAZCHEM, MINES, PROVINCE, SAFETY_OFFICE

INDUSTRIES = (
    "化工（危险化学品） 烟花爆竹 工贸 非煤矿山 建筑消防 交通运输 安全生产执法 应急指挥 应急救援 抢险救灾应急与救援 森林草原防灭火"
    " 水旱灾害应急抢险救灾 风险监测和综合减灾 法规、标准、基础理论研究，科技研发与管理 经济财会类 信息传输、软件和信息技术服务 应急科普 其他行业"
).split()


def pdf_words(person, address):
    """The words of a PDF, as a reader copies them."""
    answer = person.fetch(address)
    assert answer.mimetype == "application/pdf"
    return words("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages))


def docx_words(answer):
    """The words of a Word file."""
    assert answer.mimetype.endswith("wordprocessingml.document")
    document = Document(io.BytesIO(answer.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return words("".join(p.text for p in document.paragraphs) + "".join(cells))


# --- 一、系统整体说明 --------------------------------------------------------------------------------


def test_1_1_there_are_eighteen_industries(onlooker):
    page = onlooker.open("/admin/taxonomy/?tab=industries")
    assert [words(name.get_text()) for name in page.soup.select("tbody .name")] == INDUSTRIES
    assert len(page.rows()) == 18


def test_1_2_the_hiring_body_is_one_of_three_kinds(declared, lihui):
    page = steps.desk(lihui, "段丽娟")
    (group,) = [one for one in page.soup.find_all("fieldset") if "专家聘用单位" in one.legend.get_text()]
    offered = [words(label.get_text()) for label in group.find_all("label")]
    assert offered == [PROVINCE, SAFETY_OFFICE, "云南省自然灾害应急管理委员会办公室"]


def test_1_3_the_certificate_reads_as_the_sample_and_bears_no_seal(filed):
    read = pdf_words(filed, f"/certificates/{steps.issued().id}.pdf")
    assert words("段丽娟同志：") in read
    assert words(f"经{PROVINCE}审核批准，聘请你为省化工-防爆专家。") in read
    assert words("证书编号：YNS20261120001") in read
    assert words("证书有效期限：长期") in read
    assert words(f"{PROVINCE} 2026年11月20日") in read
    pages = PdfReader(io.BytesIO(filed.fetch(f"/certificates/{steps.issued().id}.pdf").data)).pages
    assert len(pages) == 1
    assert "盖章" not in read


def test_1_3_a_fixed_term_is_printed_with_its_two_days(declared, lihui, zhangjg, wangmin):
    steps.pass_on(lihui, "段丽娟", until="2036-11-19")
    steps.reject(zhangjg, "段丽娟", "矿山从业经历不足三年。")
    steps.file(wangmin, "段丽娟")
    read = pdf_words(declared, f"/certificates/{steps.issued().id}.pdf")
    assert words("证书有效期限：2026年11月20日 至 2036年11月19日") in read


@pytest.mark.parametrize(
    ("login", "entries"),
    [
        ("lihui", ["待审核", "待备案", "专家库", "聘书"]),
        ("wangmin", ["待审核", "待备案", "专家库", "聘书"]),
    ],
)
def test_1_4_the_government_side_offers_its_menu(request, login, entries):
    page = request.getfixturevalue(login).open("/tasks")
    menu = [words(a.get_text()) for a in page.soup.select("nav[aria-label=主菜单] a")]
    for entry in entries:
        assert any(one.startswith(entry) for one in menu), menu


def test_1_4_the_expert_side_offers_information_declaration_certificate_and_word(expert):
    page = expert.open("/my")
    read = page.text
    for entry in ("基本信息", "申报", "聘书", "导出基本信息"):
        assert entry in read


def test_1_5_the_whole_way_from_registration_to_certificate_and_early_end(newcomer, who, lihui, zhangjg, wangmin):
    steps.fill_in(newcomer)
    assert "待审核" in steps.declare(newcomer, HAZCHEM, MINES)
    assert "待备案" in steps.pass_on(lihui, who.name)
    assert "已驳回" in steps.reject(zhangjg, who.name, "矿山从业经历不足三年。")
    assert "备案成功" in steps.file(wangmin, who.name)
    number = steps.issued().number
    assert number in newcomer.open("/my/certificates")
    assert number in steps.last_message("expert_filed", who.phone)
    ended = lihui.open(f"/certificates/{steps.issued().id}/terminate").fill(终止原因="本人申请退出专家库。")
    assert "已终止" in ended.press("终止聘书")


# --- 二、专家用户操作说明 ----------------------------------------------------------------------------


def test_2_1_an_expert_registers_with_a_code_sent_to_his_phone(stranger, who):
    page = steps.register(stranger, who)
    assert page.status == 200
    assert "恭喜您，注册成功！" in page


def test_2_1_the_password_of_the_registration_opens_the_system(stranger, who):
    steps.register(stranger, who)
    assert steps.log_in(stranger, who.phone, who.password).address == "/my"


def test_2_1_without_the_code_nobody_is_registered(stranger, who):
    page = steps.registration(stranger.open("/register"), who)
    page.fill(短信验证码="000000", 姓名=who.name, 身份证号码=who.id_number, 州市=who.prefecture)
    page.fill(设置密码=who.password, 再次输入密码=who.password)
    page = page.tick("我已阅读并同意《用户服务协议》和《个人信息保护说明》").press("注册")
    assert "验证码不正确" in page
    assert "用户名或密码错误" in steps.log_in(stranger, who.phone, who.password)


def test_2_1_2_registration_is_reached_from_the_login_page(stranger):
    assert stranger.open("/login?as=expert").follow("专家注册").heading == "专家注册"


@pytest.mark.parametrize("name", ["phone", "id_number"])
def test_2_2_an_expert_logs_in_by_id_number_or_phone(stranger, who, name):
    steps.register(stranger, who)
    assert steps.log_in(stranger, getattr(who, name), who.password).address == "/my"


def test_2_2_without_the_puzzle_nobody_gets_in(stranger, who):
    steps.register(stranger, who)
    page = stranger.open("/login?as=expert").fill(身份证号码或手机号=who.phone, 密码=who.password).press("登录")
    assert "图形验证码错误" in page
    assert page.status == 422


def test_2_3_after_the_login_the_expert_stands_in_his_system(newcomer):
    page = newcomer.open("/")
    assert page.address.startswith("/my")
    assert page.follow("基本信息").status == 200


def test_2_4_the_basic_information_is_filled_and_saved(newcomer):
    page = steps.fill_in(newcomer)
    assert page.heading == "专家信息申报"
    shown = newcomer.open("/my/information?all=1")
    for value in ("云南谨行安全评价有限公司", "高级工程师", "化学工程与工艺", "防火防爆", "同意申报.pdf"):
        assert value in shown


def test_2_4_the_basic_information_is_exported_as_word(newcomer, who):
    steps.fill_in(newcomer)
    answer = newcomer.fetch(newcomer.open("/my").links("导出基本信息")[0])
    read = docx_words(answer)
    for value in (who.name, who.id_number, "云南谨行安全评价有限公司", "高级工程师"):
        assert value in read


@pytest.mark.parametrize(
    ("step", "field", "sentence"),
    [
        (1, "姓名", "请填写姓名"),
        (1, "所在州市/县区", "请选择所在州市/县区"),
        (2, "最高学历", "请选择最高学历"),
        (2, "所学专业", "请填写所学专业"),
        (2, "职称等级", "请选择职称等级"),
    ],
)
def test_2_4_a_required_field_left_empty_is_named_and_nothing_is_saved(expert, step, field, sentence):
    page = expert.open(f"/my/information?step={step}")
    control = page.field(field)
    page._typed[id(control)] = ""
    if step == 1:
        page.fill(职务="改动")
    refused = page.press("保存并继续")
    assert refused.status == 422
    assert sentence in refused.errors
    assert "改动" not in expert.open("/my/information?all=1")


def test_2_4_no_declaration_without_the_consent_of_the_employer(newcomer):
    page = newcomer.open("/my/information?step=1").fill(**steps.PERSONAL).press("保存并继续")
    page = page.fill(**steps.BACKGROUND).press("保存并继续")
    page.fill(从事专业="化工安全评价", 从事专业年限="20", 添加专业=steps.specialty())
    page = page.press("添加").press("保存并去申报")
    assert "请上传任职单位同意申报附件或情况说明" in page


def test_2_4_who_has_no_employer_uploads_an_explanation(newcomer):
    page = newcomer.open("/my/information?step=1").press("保存并继续")
    page = page.fill(**steps.BACKGROUND).press("保存并继续")
    page.fill(从事专业="化工安全评价", 从事专业年限="20", 添加专业=steps.specialty())
    page = page.press("添加").attach("无任职单位情况说明", "情况说明.pdf", make.PDF).press("保存并去申报")
    assert page.heading == "专家信息申报"
    assert "已申报，请等待审核结果" in steps.declare(newcomer, HAZCHEM)


def test_2_4_other_certificates_are_uploaded_as_further_attachments(expert):
    page = expert.open("/my/information?step=3").attach("其他附件（证书、证明）", "职称证书.pdf", make.PDF)
    page = page.press("上传", within=page.field("其他附件（证书、证明）").parent)
    assert "职称证书.pdf" in page
    assert "职称证书.pdf" in expert.open("/my/information?all=1")


def test_2_5_departments_of_province_and_prefecture_are_chosen_several_at_once(expert):
    page = expert.open("/my/declare")
    for body in (PROVINCE, "昆明市应急管理局", "五华区应急管理局"):
        assert body in page
    assert "曲靖市应急管理局" not in page
    page = steps.declare(expert, HAZCHEM, MINES, "矿山安全监督管理科")
    assert page.main.count("前办结，剩") == 3


def test_2_5_until_a_department_has_passed_the_expert_may_change_his_information(declared, lihui):
    page = declared.open("/my/information?step=1").fill(职务="总工程师").press("保存并继续")
    assert "已保存，修改的 1 项已告知审核部门" in page
    assert "总工程师" in steps.desk(lihui, "段丽娟")


def test_2_5_once_passed_the_information_is_locked_with_the_words_of_the_manual(decided):
    page = decided.open("/my/information")
    assert "处室已审核通过，专家信息不可再修改" in page
    assert "修改资料" not in page.buttons()
    refused = decided.post("/my/information?step=1", position="改动", do="save")
    assert refused.status in (409, 422)
    assert "改动" not in decided.open("/my/information?all=1")


def test_2_5_then_the_approving_department_changes_it_on_written_request(decided, lihui):
    page = lihui.open(f"/experts/{decided.row.id}").follow("更正资料").fill(职务="总工程师")
    assert page.press("保存更正").status == 422
    page = lihui.open(f"/experts/{decided.row.id}/correct").fill(职务="总工程师")
    page = page.attach("修改资料书面申请", "书面申请.pdf", make.PDF).press("保存更正")
    assert "已更正职务" in page
    assert "总工程师" in page
    history = lihui.open(f"/experts/{decided.row.id}/history")
    assert "职务" in history
    assert "李慧" in history


def test_2_5_the_specialties_are_those_of_the_appendix(newcomer):
    page = newcomer.open("/my/information?step=3")
    control = page.field("添加专业")
    assert len(control.find_all("option")) == 385 + 1
    groups = [words(group["label"]).partition("/")[0] for group in control.find_all("optgroup")]
    assert list(dict.fromkeys(groups)) == INDUSTRIES


def test_2_6_after_filing_the_certificate_is_seen_enlarged_downloaded_and_printed(filed):
    page = filed.open("/my").follow("查看聘书")
    page = page.follow("查看聘书") if "打印" not in page else page
    assert "YNS20261120001" in page
    assert {"打印", "下载"} <= set(page.buttons())
    assert "缩放" in page
    saved = filed.fetch(page.links("下载")[0])
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert saved.data.startswith(b"%PDF-")
    assert page.soup.find("iframe") is not None


def test_2_6_before_filing_there_is_no_certificate_to_see(decided):
    assert "聘书尚未生成" in decided.open("/my/certificates")


# --- 三、政府端操作说明 ------------------------------------------------------------------------------


def test_3_1_a_government_user_logs_in_with_name_password_and_puzzle(app, stranger):
    from console.services.passwords import hash_password
    from console.vocabulary import AccountKind

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
    assert "段丽娟同志：" in pdf_words(onlooker, f"/certificates/{steps.issued().id}.pdf")


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
    for box in page.soup.find_all("input", {"name": "appointing_body_id"}):
        page._typed[id(box)] = False
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
    read = pdf_words(lihui, f"/certificates/{steps.issued().id}.pdf")
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


def test_5_the_day_of_this_test_is_the_day_of_its_certificates(db):
    assert steps.beijing_today() == dt.date(2026, 11, 20)
