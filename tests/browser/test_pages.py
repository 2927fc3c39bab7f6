"""Every page of every role, reached by its own menu: answers, fits 1440 and 375 px, speaks Chinese, is allowed."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Page

from tests.browser.people import faults_of, log_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

ROLES = {
    "lihui": {"/admin/expert/", "/admin/review/", "/admin/filing/", "/admin/certificate/", "/admin/application/"},
    "wangmin": {"/admin/filing/"},
    "zhaoyn": {"/admin/expert/", "/admin/certificate/"},
    "admin.yn": {"/admin/organisation/", "/admin/department/", "/admin/taxonomy/", "/admin/parameter/"},
    "support": {"/admin/account/", "/admin/outbox/"},
    "sysadmin": {"/admin/account/", "/admin/parameter/"},
    "secadmin": {"/admin/account/", "/admin/role_grant/"},
    "auditor": {"/admin/audit/"},
}
STAGES = ("专家：已填资料，尚未申报", "专家：已申报，待审核", "专家：被驳回，可修改后重新申报", "专家：已在库，有聘书")
DEEP = {"lihui", "admin.yn", "support", "sysadmin", "secadmin", "auditor"}
"""Roles whose records and filters are opened as well; the others read the same ones."""
SHOTS = "JUXIAN_SHOTS" in os.environ
PICTURES = {
    ("lihui", "/tasks"): "tasks",
    ("lihui", "/admin/review/"): "review-list",
    ("lihui", "/admin/expert/"): "experts",
    ("lihui", "/admin/expert/?panel=1"): "experts-filter",
    ("lihui", "/admin/certificate/"): "certificate-list",
    ("lihui", "/admin/application/"): "application-list",
    ("wangmin", "/tasks"): "tasks-registrar",
    ("wangmin", "/admin/filing/"): "filing-list",
    ("admin.yn", "/tasks"): "tasks-admin",
    ("admin.yn", "/admin/organisation/"): "organisations",
    ("admin.yn", "/admin/department/"): "departments",
    ("admin.yn", "/admin/taxonomy/"): "taxonomy",
    ("admin.yn", "/admin/parameter/"): "parameters",
    ("admin.yn", "/admin/calendar/"): "calendar",
    ("admin.yn", "/admin/message_template/"): "message-templates",
    ("support", "/tasks"): "tasks-support",
    ("support", "/admin/account/"): "accounts",
    ("support", "/admin/outbox/"): "outbox",
    ("sysadmin", "/accounts/new"): "account-new",
    ("secadmin", "/admin/role_grant/"): "roles",
    ("auditor", "/admin/audit/"): "audit",
    ("public", "/login"): "login",
    ("public", "/forgot"): "forgot",
    ("public", "/login/sms"): "login-sms",
    ("expert1", "/my"): "workstation-pending",
    ("expert2", "/my"): "workstation-rejected",
}
"""Pages whose pictures the manual shows, with their names there."""
PUBLIC = (
    "/welcome",
    "/login",
    "/login?as=staff",
    "/login/sms",
    "/register",
    "/forgot",
    "/verify",
    "/agreement",
    "/help",
)


def walk(page: Page, addresses, shot, prefix: str) -> list[str]:
    """Open each address wide, then narrow; returns everything that is wrong."""
    found = []
    for address in addresses:
        page.set_viewport_size({"width": 1440, "height": 900})
        answer = page.goto(address)
        if answer.status != 200:
            found.append(f"{address}: {answer.status}")
            continue
        for width, height in ((1440, 900), (375, 812)):
            page.set_viewport_size({"width": width, "height": height})
            wrong = faults_of(page)
            found += [f"{width}: {each}" for each in wrong]
            if SHOTS and (prefix, address) in PICTURES:
                shot(page, PICTURES[prefix, address])
    return found


def assert_none(found: list[str]) -> None:
    """Nothing is wrong; else everything is said at once."""
    assert not found, "\n".join(found)


def menu(page: Page) -> list[str]:
    """The addresses of the main menu, and of what opens below the person's name."""
    return page.eval_on_selector_all(
        "nav[aria-label=主菜单] a[href], .top-person a[href], .side-person a[href]",
        "all => all.map((one) => one.getAttribute('href').split('#')[0]).filter((one) => one.startsWith('/'))",
    )


def firsts(page: Page, lists) -> list[str]:
    """The first record of each list, and the form behind it where there is one."""
    found = []
    for address in lists:
        if not address.startswith("/admin/"):
            continue
        page.goto(address)
        links = page.eval_on_selector_all(
            "table.cards tbody tr:first-child a[href], .page-actions a[href]:not([href*=export])",
            "all => all.map((one) => one.getAttribute('href'))",
        )
        found += [
            one for one in links if one.startswith("/") and not re.search(r"\.(pdf|docx|csv)|download|export", one)
        ]
        found.append(f"{address}?panel=1")
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("login", ROLES)
def test_every_page_of_a_role_is_whole(open_page, live, shot, login):
    page = open_page()
    log_in(
        page,
        live,
        login,
        live.logins[login],
        "staff" if login in ("support", "sysadmin", "secadmin", "auditor") else "government",
    )
    lists = menu(page)
    assert ROLES[login] <= set(lists)
    addresses = [*lists, *(firsts(page, lists) if login in DEEP else [])]
    assert_none(walk(page, dict.fromkeys(addresses), shot, login))


@pytest.mark.parametrize("stage", STAGES)
def test_every_page_of_an_expert_is_whole(open_page, live, shot, stage):
    page = open_page()
    phone, password = live.experts[stage]
    log_in(page, live, phone, password, "expert")
    addresses = [*menu(page), "/my/information?all=1", "/my/information?step=2", "/my/information?step=3"]
    page.goto("/my")
    addresses += page.eval_on_selector_all(
        "main a[href^='/my/']:not([href$=docx])", "all => all.map((one) => one.getAttribute('href').split('#')[0])"
    )
    assert_none(walk(page, dict.fromkeys(addresses), shot, f"expert{STAGES.index(stage)}"))


def test_every_public_page_is_whole(open_page, live, shot):
    page = open_page()
    page.goto("/help")
    manuals = page.eval_on_selector_all("main a[href^='/help/']", "all => all.map((one) => one.getAttribute('href'))")
    assert_none(walk(page, [*PUBLIC, *manuals], shot, "public"))


@pytest.mark.parametrize("address", ["/nowhere", "/experts/999999", "/admin/expert/?page=x"])
def test_error_pages_are_whole(open_page, live, address):
    page = open_page()
    log_in(page, live, "zhaoyn", live.logins["zhaoyn"])
    assert page.goto(address).status in (400, 404)
    assert faults_of(page) == []
