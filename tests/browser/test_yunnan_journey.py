"""The main journey in a real browser: four people, from the registration to a certificate anybody can verify."""

from __future__ import annotations

import datetime as dt
import os
import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests import make
from tests.browser.people import drag_puzzle, drop_file, faults_of, log_in, tab_to
from tests.journeys.steps import BACKGROUND, HAZCHEM, MINES, PASSWORD, PERSONAL, PROVINCE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SHOTS = "JUXIAN_SHOTS" in os.environ
NAME = "苏玉婵"
PHONE = "19911223344"
LONG = (
    "2003年至2012年任云南磷化安全技术中心工程师，2012年至今任云南谨行安全评价有限公司技术负责人，主持安全评价三十六项。"
)


@pytest.fixture
def look(shot):
    """``look(page, name)``: the picture, after everything a machine can check."""

    def take(page: Page, name: str) -> None:
        assert faults_of(page) == []
        if SHOTS and page.locator("iframe").count():
            page.wait_for_timeout(3000)  # the reader's viewer draws the certificate when it likes
        shot(page, name)

    return take


def scan() -> bytes:
    """A sheet of paper, scanned."""
    sheet = BytesIO()
    Image.new("RGB", (620, 877), "#f7f7f2").save(sheet, "PNG")
    return sheet.getvalue()


def press(page: Page, words: str) -> None:
    """Press the button that reads so."""
    page.get_by_role("button", name=words, exact=True).click()


def register(page: Page, live, look, name: str, phone: str, id_number: str) -> None:
    """2.1 with the puzzle and the code of the phone."""
    page.goto("/welcome")
    look(page, "welcome")
    page.goto("/login?as=expert")
    look(page, "login-expert")
    page.get_by_role("link", name="专家注册").click()
    page.locator("#phone").fill(phone)
    drag_puzzle(page, live)
    press(page, "发送验证码")
    expect(page.locator("#code-result")).to_contain_text("验证码已发送")
    page.locator("#code").fill(live.code(phone, "reg_code"))
    page.locator("#name").fill(name)
    page.locator("#id_number").fill(id_number)
    page.locator("#prefecture").select_option(label="昆明市")
    page.locator("#district").select_option(label="五华区")
    page.locator("#password").fill(PASSWORD)
    page.locator("#confirmation").fill(PASSWORD)
    page.locator("#agreed").check()
    look(page, "register")
    press(page, "注册")
    expect(page.get_by_role("heading", level=1)).to_have_text("恭喜您，注册成功！")
    look(page, "registered")


def fill_in(page: Page, look) -> None:
    """2.4 in three steps."""
    for label, value in PERSONAL.items():
        control = page.get_by_label(re.compile(f"^{label}(?!性质|地址)")).first
        control.select_option(label=value) if control.evaluate("c => c.tagName") == "SELECT" else control.fill(value)
    look(page, "information-1")
    press(page, "保存并继续")
    for field, value in zip(
        ("education", "school", "major", "title_level", "title"), BACKGROUND.values(), strict=False
    ):
        control = page.locator(f"#{field}")
        control.select_option(label=value) if control.evaluate("c => c.tagName") == "SELECT" else control.fill(value)
    page.locator("#resume").fill(LONG)
    look(page, "information-2")
    press(page, "保存并继续")


def upload_and_go(page: Page, look) -> None:
    """Specialty and the sealed consent."""
    page.locator("#occupation").fill("化工安全评价")
    page.locator("#practice_years").fill("23")
    page.get_by_label("行业类别", exact=True).select_option(label="化工（危险化学品）")
    page.get_by_label("重点领域", exact=True).select_option(label="石油化工（含精细化工）")
    page.locator("#specialty").select_option(label="防火防爆")
    press(page, "添加")
    expect(page.locator("#specialties")).to_contain_text("防火防爆")
    page.locator("#employer_consent").set_input_files(
        {"name": "同意申报.png", "mimeType": "image/png", "buffer": scan()}
    )
    page.locator("#employer_consent").locator("xpath=following-sibling::button").click()
    expect(page.locator("#attachments")).to_contain_text("同意申报.png")
    look(page, "information-3")
    press(page, "保存并去申报")


def declare(page: Page, look) -> None:
    """2.5 to two departments."""
    for department in (HAZCHEM, MINES):
        page.get_by_role("checkbox", name=re.compile(f"^{department}")).check(force=True)
    page.locator("#confirmed").check()
    look(page, "declare")
    press(page, "申报")
    expect(page.get_by_role("heading", level=1)).to_have_text("申报进度")
    look(page, "application")


def desk(page: Page, name: str) -> None:
    """From the list to the review."""
    page.goto(f"/admin/review/?search={name}")
    page.get_by_role("link", name="审核", exact=True).click()


def passes(page: Page, look) -> None:
    """3.7, head A: pass for five years."""
    page.goto("/tasks")
    look(page, "tasks")
    desk(page, NAME)
    look(page, "review")
    page.get_by_text("通过", exact=True).first.click()
    page.get_by_label(PROVINCE, exact=True).check()
    page.get_by_label("非长期", exact=True).check()
    page.locator("#valid_until").fill((dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1825)).isoformat())
    page.locator("#specialty_id").select_option(label="防火防爆")
    look(page, "review-pass")
    press(page, "通过并通知专家")
    expect(page.locator(".toasts")).to_contain_text("已通过")
    page.get_by_role("link", name="审核历史").first.click()
    look(page, "review-history")


def rejects(page: Page, look) -> None:
    """3.7, head B: reject with a mark and a reason."""
    desk(page, NAME)
    page.get_by_text("驳回", exact=True).first.click()
    row = page.locator(".mark-row").filter(has=page.locator(".mark-label", has_text=re.compile("^职称$")))
    row.locator(".mark-flag").click()
    row.locator("textarea").fill("请上传职称证书扫描件。")
    page.locator("#return_reason").fill("矿山从业经历不足三年，请补充非煤矿山业绩后再申报。")
    look(page, "review-reject")
    press(page, "驳回并通知专家")
    expect(page.locator(".toasts")).to_contain_text("已驳回")


def files(page: Page, look) -> str:
    """3.8; returns the number of the certificate."""
    page.goto(f"/admin/filing/?search={NAME}")
    look(page, "filing-list")
    page.get_by_role("link", name="备案", exact=True).click()
    look(page, "file")
    press(page, "备案并生成聘书")
    said = page.locator(".toasts")
    expect(said).to_contain_text("备案成功")
    number = re.search(r"YNS\d{11}", said.inner_text()).group()
    look(page, "certificate")
    return number


def paper_of(page: Page, live, number: str) -> tuple[bytes, str]:
    """The issued file, as its holder downloads it, and its code."""
    ((key, code),) = live.query("SELECT id, verify_code FROM certificate WHERE number = %s", number)
    answer = page.request.get(f"/certificates/{key}.pdf?download=1")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment")
    return answer.body(), code


def verifies(page: Page, number: str, paper: bytes, look) -> None:
    """A stranger checks the number, then drops the file, then another one."""
    page.goto("/verify")
    look(page, "verify")
    page.locator("#number").fill(number)
    page.locator("#name").fill(NAME)
    press(page, "查验")
    expect(page.get_by_role("heading", name="证书有效")).to_be_visible()
    expect(page.locator("main")).to_contain_text("苏**")
    drop_file(page, "#drop", "聘书.pdf", paper)
    expect(page.locator("#file-answer")).to_contain_text("与发证文件一致")
    look(page, "verify-valid")
    drop_file(page, "#drop", "改动.pdf", paper + b"\n")
    expect(page.locator("#file-answer")).to_contain_text("不是发证文件")


def ends(page: Page, live, number: str, look) -> None:
    """3.9: the approving department ends the certificate."""
    ((key,),) = live.query("SELECT id FROM certificate WHERE number = %s", number)
    page.goto(f"/certificates/{key}")
    page.get_by_role("link", name="终止聘书").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("终止原因").fill("本人申请退出专家库。")
    look(page, "terminate")
    dialog.get_by_role("button", name="终止聘书").click()
    expect(page.locator(".toasts")).to_contain_text("已终止聘书")
    look(page, "certificate-terminated")


def test_from_registration_to_a_certificate_anybody_can_verify(open_page, live, look):
    expert, head_a, head_b, registrar, stranger = (open_page() for _ in range(5))
    register(expert, live, look, NAME, PHONE, make.id_number(dt.date(1978, 4, 9), "530102", 12))
    log_in(expert, live, PHONE, PASSWORD, "expert")
    look(expert, "workstation-new")
    expert.goto("/my/information?step=1")
    fill_in(expert, look)
    upload_and_go(expert, look)
    declare(expert, look)
    log_in(head_a, live, "lihui", live.logins["lihui"])
    passes(head_a, look)
    expert.goto("/my/information")
    expect(expert.locator("main")).to_contain_text("处室已审核通过，专家信息不可再修改")
    look(expert, "information-locked")
    log_in(head_b, live, "zhangjg", live.logins["zhangjg"])
    rejects(head_b, look)
    log_in(registrar, live, "wangmin", live.logins["wangmin"])
    number = files(registrar, look)
    assert number in live.sms(PHONE, "expert_filed")
    expert.goto("/my")
    look(expert, "workstation")
    expert.goto("/my/certificates")
    expect(expert.locator("main")).to_contain_text(number)
    look(expert, "certificates")
    paper, code = paper_of(expert, live, number)
    assert len(PdfReader(BytesIO(paper)).pages) == 1
    verifies(stranger, number, paper, look)
    ends(head_a, live, number, look)
    stranger.goto(f"/verify/{number}/{code}")
    expect(stranger.get_by_role("heading", name="证书已终止")).to_be_visible()
    look(stranger, "verify-terminated")


def test_an_expert_registers_fills_in_and_declares_on_a_phone(open_page, live, look):
    page = open_page(375, 812)
    register(page, live, look, "杨素芬", "19911223355", make.id_number(dt.date(1981, 7, 2), "530102", 14))
    log_in(page, live, "19911223355", PASSWORD, "expert")
    look(page, "workstation-new")
    page.goto("/my/information?step=1")
    fill_in(page, look)
    upload_and_go(page, look)
    declare(page, look)


def test_a_holder_and_a_stranger_on_a_phone(open_page, live, look):
    holder, stranger = open_page(375, 812), open_page(375, 812)
    phone, password = live.experts["专家：已在库，有聘书"]
    log_in(holder, live, phone, password, "expert")
    look(holder, "workstation")
    holder.goto("/my/certificates")
    look(holder, "certificates")
    number = re.search(r"YN[A-Z]+\d{11}", holder.inner_text("main")).group()
    paper, code = paper_of(holder, live, number)
    stranger.goto(f"/V/{number}/{code}".upper())
    expect(stranger.get_by_role("heading", name="证书有效")).to_be_visible()
    stranger.locator("input[type=file]").set_input_files(
        {"name": "聘书.pdf", "mimeType": "application/pdf", "buffer": paper}
    )
    expect(stranger.locator("#file-answer")).to_contain_text("与发证文件一致")
    look(stranger, "verify-valid")


def test_a_head_logs_in_and_rejects_with_the_keyboard_alone(open_page, live):
    page = open_page()
    page.goto("/login")
    tab_to(page, "账号") if page.evaluate("document.activeElement.id") != "identifier" else None
    page.keyboard.type("lihui")
    tab_to(page, "密码")
    page.keyboard.type(live.logins["lihui"])
    tab_to(page, "拼图验证")
    expect(page.locator("[data-slider-words]")).to_have_text(re.compile("按住滑块"))
    steps_ = round(
        int(
            live.query("SELECT answer FROM captcha_challenge WHERE kind = 'slider' ORDER BY created_at DESC LIMIT 1")[
                0
            ][0]
        )
        / 3
    )
    for _press in range(steps_):
        page.keyboard.press("ArrowRight", delay=8)
    page.keyboard.press("Enter")
    expect(page.locator("[data-slider-track]")).to_have_class(re.compile(r"\bsolved\b"))
    tab_to(page, "登录")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("待办")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # 跳到正文
    tab_to(page, "审核")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^审核："))
    here = page.url
    tab_to(page, "通过", most=120)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#return_reason")).to_be_visible()
    tab_to(page, "驳回理由")
    page.keyboard.type("请补充近三年的安全评价业绩。")
    tab_to(page, "驳回并通知专家")
    page.keyboard.press("Enter")
    expect(page.locator(".toasts")).to_contain_text("已驳回")
    assert page.url == here
