"""Acts of the desk that live on scripts: ticking rows, dialogs, numbers shown for a minute."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import faults_of, log_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_a_registrar_files_several_at_once(open_page, live, shot):
    page = open_page()
    log_in(page, live, "wangmin", live.logins["wangmin"])
    page.goto("/admin/filing/")
    boxes = page.locator("tbody .action-checkbox")
    waiting = boxes.count()
    assert waiting >= 2
    for place in (0, 1):
        boxes.nth(place).check()
    expect(page.get_by_text("已选 2 件")).to_be_visible()
    page.get_by_role("button", name="备案所选").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("批量备案")
    assert faults_of(page) == []
    shot(page, "file-many")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("2 人已备案")
    page.goto("/admin/filing/?size=100")
    assert page.locator("tbody .action-checkbox").count() < max(waiting, 21)


def test_numbers_are_shown_for_a_purpose_and_a_password_is_reset_in_a_dialog(open_page, live, shot):
    page = open_page()
    log_in(page, live, "zhaoyn", live.logins["zhaoyn"])
    page.goto("/admin/expert/?tab=in_pool")
    page.locator("tbody a.name").first.click()
    assert faults_of(page) == []
    shot(page, "expert")
    page.get_by_role("link", name="显示完整号码").click()
    page.get_by_role("dialog").get_by_role("button", name="显示完整号码").click()
    expect(page.locator("[data-secret=id_number]").first).to_have_text(re.compile(r"^\d{17}[\dX]$"))
    page.reload()
    expect(page.locator("[data-secret=id_number]").first).to_contain_text("*")
    page.get_by_text("更多", exact=True).click()
    page.get_by_role("link", name="重置密码").click()
    page.get_by_label("新密码", exact=True).fill("12345678")
    page.get_by_label("再次输入新密码").fill("12345678")
    shot(page, "reset-password")
    page.get_by_role("button", name="确定").click()
    expect(page.locator("main")).to_contain_text("密码须为8-20位")
    page.get_by_label("新密码", exact=True).fill("Erhai#2027x")
    page.get_by_label("再次输入新密码").fill("Erhai#2027x")
    page.get_by_role("button", name="确定").click()
    expect(page.locator(".toasts")).to_contain_text("密码已重置")
