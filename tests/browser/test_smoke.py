import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import log_in

pytestmark = pytest.mark.browser


def test_the_console_answers_and_is_ready(open_page, live):
    page = open_page()
    assert page.goto("/health").ok
    page.wait_for_timeout(500)
    ready = page.request.get("/ready")
    assert ready.json()["database"] == "ok"
    assert ready.json()["migrations"] == "ok"


def test_an_expert_finds_the_way_out_on_a_phone(open_page, live):
    page = open_page(375, 812)
    phone, password = live.experts["专家：已在库，有聘书"]
    log_in(page, live, phone, password, "expert")
    page.locator(".top-person summary").click()
    page.locator(".top-person").get_by_text("退出登录").click()
    expect(page).to_have_url(re.compile("/login|/welcome"))
