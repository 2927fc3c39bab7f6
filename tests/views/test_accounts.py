"""Accounts in pages: what support sees, resetting as the manual shows, opening, roles."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.vocabulary import AccountKind, AccountState, Role
from tests import make

SYSTEM = everything("测试")
STRONG = "Erhai#2027"


@pytest.fixture
def account(client):
    with acting_as(SYSTEM):
        expert = make.expert("段丽娟")
        row = session().get_one(m.Account, expert.account_id)
        session().commit()
        session().expunge(row)
    return row


@pytest.fixture
def as_role(client):
    def log_in(role, **more):
        if role is Role.SUPPORT:
            row = make.support()
        elif role in (Role.GOVERNMENT, Role.REVIEWER):
            row = make.official(role)
        elif role is Role.BUREAU_ADMIN:
            row = make.official(role, **more)
        else:
            row = make.administrator(role)
        make.login(client, row)
        return row

    return log_in


def post(client, url, data=None):
    return client.post(url, data=data or {}, headers=make.csrf(client))


def words(answer):
    return BeautifulSoup(answer.text, "html.parser").get_text(" ", strip=True)


def state(account):
    with acting_as(SYSTEM):
        return session().scalar(select(m.Account.state).where(m.Account.id == account.id))


def test_support_sees_masks_states_and_deliveries_but_no_number(client, account, as_role):
    as_role(Role.SUPPORT)
    post(client, f"/accounts/{account.id}/password")
    answer = client.get(f"/accounts/{account.id}")
    text = words(answer)
    for wanted in ("段丽娟", account.phone_mask, account.id_mask, "首次登录须改密", "新密码", "待发送"):
        assert wanted in text
    for secret in (account.phone, account.id_number, "新密码为"):
        assert secret not in answer.text


def test_support_resets_without_seeing_the_password(client, account, as_role):
    as_role(Role.SUPPORT)
    page = client.get(f"/accounts/{account.id}/password")
    assert "操作人看不到密码" in words(page)
    assert BeautifulSoup(page.text, "html.parser").select_one("#password") is None
    answer = post(client, f"/accounts/{account.id}/password")
    assert answer.location == f"/accounts/{account.id}"
    assert state(account) is AccountState.MUST_CHANGE


def test_an_official_types_a_new_password_as_the_manual_shows(client, account, as_role):
    as_role(Role.REVIEWER)
    url = f"/accounts/{account.id}/password"
    weak = post(client, url, {"password": "abc", "confirmation": "abc", "next": "/experts/7"})
    assert weak.status_code == 422
    assert "密码须为8-20位，且包含字母、数字和符号中的至少三类" in words(weak)
    good = post(client, url, {"password": STRONG, "confirmation": STRONG, "next": "/experts/7"})
    assert (good.status_code, good.location) == (303, "/experts/7")
    assert state(account) is AccountState.MUST_CHANGE


OPEN_TO = {
    Role.SUPPORT: 200,
    Role.SYSTEM_ADMIN: 200,
    Role.SECURITY_ADMIN: 200,
    Role.AUDIT_ADMIN: 403,
    Role.REVIEWER: 403,
}


@pytest.mark.parametrize(("role", "status"), OPEN_TO.items())
def test_who_may_open_the_page_of_an_account(client, account, as_role, role, status):
    as_role(role)
    assert client.get(f"/accounts/{account.id}").status_code == status


def test_an_account_of_another_region_does_not_exist(client, account, as_role):
    with acting_as(SYSTEM):
        row = session().scalars(select(m.Organisation).where(m.Organisation.region_code == "532300")).first()
        admin = make.account(
            AccountKind.OFFICIAL, Role.BUREAU_ADMIN, region="532300", organisation_id=row.id, name="楚雄管理员"
        )
    make.login(client, admin)
    assert client.get(f"/accounts/{account.id}").status_code == 404
    assert client.get("/accounts/999999999").status_code == 404
    for what in ("password", "unlock", "disable", "enable"):
        assert post(client, f"/accounts/{account.id}/{what}").status_code == 404


def test_unlocking_what_is_not_locked_is_a_conflict_in_words(client, account, as_role):
    as_role(Role.SUPPORT)
    answer = post(client, f"/accounts/{account.id}/unlock")
    assert answer.status_code == 409
    assert "该账号未被锁定" in words(answer)


def test_an_official_is_opened_by_one_and_empowered_by_another(client, app, as_role):
    as_role(Role.SYSTEM_ADMIN)
    page = BeautifulSoup(client.get("/accounts/new").text, "html.parser")
    body = page.select("#organisation_id option")[1]["value"]
    data = {
        "kind": "official",
        "name": "木春晓",
        "login": "Mu.Chunxiao",
        "phone_cc": "86",
        "phone": make.phone(),
        "organisation_id": body,
    }
    empty = post(client, "/accounts/new", {**data, "name": "", "organisation_id": "x"})
    assert empty.status_code == 422
    assert "请填写姓名" in words(empty)
    assert "请选择单位" in words(empty)
    opened = post(client, "/accounts/new", data)
    assert opened.status_code == 303
    assert post(client, f"{opened.location}/roles", {"role": "reviewer"}).status_code == 403
    security = app.test_client()
    make.login(security, make.administrator(Role.SECURITY_ADMIN))
    assert post(security, f"{opened.location}/roles", {"role": "reviewer"}).status_code == 303
    wrong = post(security, f"{opened.location}/roles", {"role": "system_admin"})
    assert (wrong.status_code, "不能担任系统管理员" in words(wrong)) == (422, True)
    assert post(security, f"{opened.location}/roles", {"role": "king"}).status_code == 404
    assert "政府用户（审核）" in words(security.get(opened.location))
    assert post(security, f"{opened.location}/roles/reviewer/revoke").status_code == 303


def test_the_three_administrators_exclude_each_other_on_the_page(client, as_role):
    target = make.administrator(Role.SYSTEM_ADMIN, name="另一管理员")
    as_role(Role.SECURITY_ADMIN)
    answer = post(client, f"/accounts/{target.id}/roles", {"role": "audit_admin"})
    assert answer.status_code == 422
    assert "系统、安全、审计三类管理员不能由同一账号兼任" in words(answer)


def test_closing_and_reopening_an_account(client, account, as_role):
    as_role(Role.SYSTEM_ADMIN)
    assert post(client, f"/accounts/{account.id}/disable").status_code == 303
    assert state(account) is AccountState.DISABLED
    assert post(client, f"/accounts/{account.id}/enable").status_code == 303
    assert state(account) is AccountState.MUST_CHANGE
