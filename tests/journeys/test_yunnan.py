"""The Yunnan manual, section by section, without scripts: the number in each name is the section (seed 003).

Sections 1 and 2, what an expert does; sections 3 to 5 stand in test_yunnan_government.py.
"""

from __future__ import annotations

import pytest

from tests import make
from tests.journeys import steps
from tests.journeys.person import words
from tests.journeys.reading import INDUSTRIES, docx_words, paper_words
from tests.journeys.steps import HAZCHEM, MINES, PROVINCE, SAFETY_OFFICE

# --- 一、系统整体说明 --------------------------------------------------------------------------------


def test_1_1_there_are_eighteen_industries(onlooker):
    page = onlooker.open("/admin/taxonomy/?tab=industries")
    assert [words(name.get_text()) for name in page.soup.select("tbody .name")] == list(INDUSTRIES)
    assert len(page.rows()) == 18


def test_1_2_the_hiring_body_is_one_of_three_kinds(declared, lihui):
    page = steps.desk(lihui, "段丽娟")
    (group,) = [one for one in page.soup.find_all("fieldset") if "专家聘用单位" in one.legend.get_text()]
    offered = [words(label.get_text()) for label in group.find_all("label")]
    assert offered == [PROVINCE, SAFETY_OFFICE, "云南省自然灾害应急管理委员会办公室"]


def test_1_3_the_certificate_reads_as_the_sample_and_bears_no_seal(filed):
    read = paper_words(filed, steps.issued().id)
    assert words("段丽娟同志：") in read
    assert words(f"经{PROVINCE}审核批准，聘请你为省化工-防爆专家。") in read
    assert words("证书编号：YNS20261120001") in read
    assert words("证书有效期限：长期") in read
    assert words(f"{PROVINCE} 2026年11月20日") in read
    assert "盖章" not in read


def test_1_3_a_fixed_term_is_printed_with_its_two_days(declared, lihui, zhangjg, wangmin):
    steps.pass_on(lihui, "段丽娟", until="2036-11-19")
    steps.reject(zhangjg, "段丽娟", "矿山从业经历不足三年。")
    steps.file(wangmin, "段丽娟")
    read = paper_words(declared, steps.issued().id)
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
    page.fill(**{field: ""})
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
    assert list(dict.fromkeys(groups)) == list(INDUSTRIES)


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
