"""The door as a browser meets it: every sentence, the cookie, the way back, and what stays shut."""

import datetime as dt
import re

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.services import outside as ports
from console.views.local_path import local_path
from console.views.request import SESSION_KEY
from console.vocabulary import AccountState
from tests import make

SYSTEM = everything("测试")
WRONG = "用户名或密码错误"
LOCKED = "账号已锁定，请15分钟后再试或联系技术支持"
STRONG = "Erhai#2027"


@pytest.fixture
def account(client):
    with acting_as(SYSTEM):
        expert = make.expert()
        row = make.with_password(session().get_one(m.Account, expert.account_id))
        session().expunge(row)  # readable by itself, whatever the request does to the session
        return row


def post(client, url, data=None, **more):
    return client.post(url, data=data or {}, headers={**make.csrf(client), **more.pop("headers", {})}, **more)


def log_in(client, name, password=make.PASSWORD, **more):
    url = more.pop("url", "/login")
    data = {"identifier": name, "password": password, **make.solved_puzzle(client), **more}
    return post(client, url, data)


def words(answer):
    return BeautifulSoup(answer.text, "html.parser").get_text(" ", strip=True)


def errors(answer):
    page = BeautifulSoup(answer.text, "html.parser")
    return {
        label.get_text(strip=True).split("（")[0]: error.get_text(strip=True).removeprefix("错误：")
        for field in page.select(".field-wrong")
        if (label := field.select_one(".field-label, label")) and (error := field.select_one(".field-error"))
    }


def cookie_token(client):
    with client.session_transaction() as cookie:
        return cookie.get(SESSION_KEY)


# --- pages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/login", "/login?as=expert", "/login?as=staff", "/login/sms", "/forgot", "/register"]
)
def test_the_pages_at_the_door_open_to_strangers(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_login_page_names_support_by_phone_and_qq_and_who_runs_it(client):
    text = words(client.get("/login"))
    for wanted in ("政府", "专家", "技术支持、管理员登录", "0871-6000 0119", "800000119", "云南省应急管理厅主办"):
        assert wanted in text
    for later in ("企业", "个人"):
        assert later not in text


def test_the_picture_code_is_there_without_a_script(client):
    page = BeautifulSoup(client.get("/login").text, "html.parser")
    assert page.select_one("img.picture-code")["src"] == "/captcha/picture"
    assert page.select_one('[data-slider-way="slider"]').has_attr("hidden")
    picture = client.get("/captcha/picture")
    assert picture.mimetype == "image/png"
    assert picture.data.startswith(b"\x89PNG")


# --- logging in -------------------------------------------------------------------------------------


def test_an_expert_logs_in_with_a_puzzle_and_goes_home(client, account):
    answer = log_in(client, account.phone)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/me/sessions").status_code == 200


def test_an_expert_logs_in_with_a_picture_code(client, account):
    client.get("/captcha/picture")
    with acting_as(SYSTEM):
        typed = session().scalar(select(m.CaptchaChallenge.answer).where(m.CaptchaChallenge.kind == "picture"))
    data = {"identifier": account.phone, "password": make.PASSWORD, "captcha_kind": "picture", "captcha": typed.lower()}
    assert post(client, "/login", data).status_code == 303


def test_a_wrong_picture_code_empties_the_password_and_says_so(client, account):
    client.get("/captcha/picture")
    data = {"identifier": account.phone, "password": make.PASSWORD, "captcha_kind": "picture", "captcha": "????"}
    answer = post(client, "/login", data)
    assert answer.status_code == 422
    assert errors(answer)["图形验证码"] == "图形验证码错误"
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.select_one("#identifier")["value"] == account.phone
    assert not page.select_one("#password").get("value")
    assert not page.select_one("#captcha").get("value")


def test_an_empty_form_says_everything_at_once(client):
    answer = post(client, "/login", {"captcha_kind": "slider"})
    assert errors(answer) | {"拼图验证": ""} == {
        "账号": "请输入账号",
        "密码": "请输入密码",
        "拼图验证": "",
        "图形验证码": "请完成拼图验证",
    }


def test_a_puzzle_serves_one_login(client, account):
    solved = make.solved_puzzle(client)
    data = {"identifier": account.phone, "password": "falsch#1A", **solved}
    assert WRONG in words(post(client, "/login", data))
    assert "请完成拼图验证" in words(post(client, "/login", {**data, "password": make.PASSWORD}))


NO_DRAGS = (
    "",
    "[]",
    '{"token": 1}',
    '{"token": "x", "x": "a", "track": []}',
    '{"token": "x", "x": 1, "track": [[1]]}',
)


@pytest.mark.parametrize("sent", NO_DRAGS)
def test_a_drag_that_is_none_is_refused(client, sent):
    answer = client.post("/captcha/puzzle", data=sent, content_type="application/json", headers=make.csrf(client))
    assert (answer.status_code, answer.get_json()) == (422, {"message": "请完成拼图验证"})


def stripped(answer):
    text = re.sub(r'(nonce|value|content)="[^"]*"', "", answer.text)
    return re.sub(r"fakename|199\d{8}", "", text)


def test_unknown_name_and_wrong_password_are_the_same_page(client, account):
    known = log_in(client, account.phone, "falsch#1A")
    unknown = log_in(client, "19900999999", "falsch#1A")
    assert known.status_code == unknown.status_code == 422
    assert stripped(known) == stripped(unknown)
    assert WRONG in words(known)


def test_five_wrong_passwords_lock_and_support_unlocks(client, app, account):
    for number in range(5):
        text = words(log_in(client, account.phone, "falsch#1A"))
        assert (LOCKED in text) is (number == 4)
    assert LOCKED in words(log_in(client, account.phone))
    support = app.test_client()
    make.login(support, make.support())
    assert "锁定至" in words(support.get(f"/accounts/{account.id}"))
    assert post(support, f"/accounts/{account.id}/unlock").status_code == 303
    assert log_in(client, account.phone).status_code == 303


def test_a_session_has_a_new_name_after_every_login(client, account):
    log_in(client, account.phone)
    first = cookie_token(client)
    post(client, "/logout")
    log_in(client, account.phone)
    assert cookie_token(client) not in (first, None)


def test_what_a_stranger_put_into_the_cookie_does_not_outlive_the_login(client, account):
    with client.session_transaction() as cookie:
        cookie["registered"] = True
    log_in(client, account.phone)
    with client.session_transaction() as cookie:
        assert "registered" not in cookie


def test_a_cookie_kept_from_before_the_logout_opens_nothing(client, account):
    log_in(client, account.phone)
    token = cookie_token(client)
    assert post(client, "/logout").status_code == 303
    with client.session_transaction() as cookie:
        cookie[SESSION_KEY] = token
    assert client.get("/me/sessions").status_code == 302


def test_logging_out_needs_a_post(client, account):
    log_in(client, account.phone)
    assert client.get("/logout").status_code == 405
    assert client.get("/me/sessions").status_code == 200


POSTS = ["/login", "/logout", "/register", "/codes", "/password", "/me/sessions", "/locale", "/captcha/puzzle"]


@pytest.mark.parametrize("path", POSTS)
def test_a_post_without_token_changes_nothing(client, path):
    assert client.post(path).status_code == 400


def test_thirty_idle_minutes_end_the_session_and_lead_back_to_the_page(client, account, clock):
    log_in(client, account.phone)
    clock.moment += dt.timedelta(minutes=30, seconds=1)
    answer = client.get("/me/sessions?a=1")
    assert answer.location == "/login?next=/me/sessions?a%3D1"
    page = client.get(answer.location)
    assert "登录已超时，请重新登录" in words(page)
    target = BeautifulSoup(page.text, "html.parser").select_one('input[name="next"]')["value"]
    assert log_in(client, account.phone, next=target).location == "/me/sessions?a=1"


def test_a_session_ends_after_eight_hours_of_work(client, account, clock):
    log_in(client, account.phone)
    for _ in range(32):
        clock.moment += dt.timedelta(minutes=15)
        last = client.get("/me/sessions").status_code
    assert last == 302


OUTSIDE = (
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\evil",
    "evil",
    "/a\nb",
    "/\t/evil",
    "javascript:x",
    None,
    "",
)


@pytest.mark.parametrize("target", OUTSIDE)
def test_a_login_leads_nowhere_outside(target):
    assert local_path(target) == "/"


def test_a_login_leads_back_inside():
    assert local_path("/reviews/3?tab=1#x") == "/reviews/3?tab=1#x"


def test_a_login_ignores_a_target_elsewhere(client, account):
    assert log_in(client, account.phone, next="//evil.example/x").location == "/"


# --- initial passwords ------------------------------------------------------------------------------


@pytest.fixture
def initial(account):
    with acting_as(SYSTEM):
        row = session().get_one(m.Account, account.id)
        row.state = AccountState.MUST_CHANGE
        row.initial_expires_at = ports.outside().clock.now() + dt.timedelta(hours=24)
        session().commit()
    return account


@pytest.mark.parametrize("path", ["/tasks", "/my", "/me/sessions", "/me/messages", "/admin/"])
def test_an_initial_password_opens_nothing_but_its_change(client, initial, path):
    log_in(client, initial.phone)
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (302, "/password")


def test_the_start_page_leads_to_the_change_too(client, initial):
    log_in(client, initial.phone)
    assert client.get("/", follow_redirects=True).request.path == "/password"


def test_an_initial_password_is_changed_and_then_everything_is_open(client, initial):
    log_in(client, initial.phone)
    page = client.get("/password")
    assert "原密码" not in words(page)
    assert post(client, "/password", {"password": STRONG, "confirmation": STRONG}).status_code == 303
    assert client.get("/me/sessions").status_code == 200


def test_changing_a_password_says_what_is_wrong(client, account):
    log_in(client, account.phone)
    answer = post(client, "/password", {"old_password": "falsch#1A", "password": "kurz", "confirmation": "kurz2"})
    assert answer.status_code == 422
    assert errors(answer) == {
        "原密码": "原密码不正确",
        "新密码": "密码须为8-20位，且包含字母、数字和符号中的至少三类",
        "再次输入新密码": "两次输入的密码不一致",
    }


# --- codes ------------------------------------------------------------------------------------------


def ask(client, purpose, phone, **more):
    data = {"purpose": purpose, "phone_cc": "86", "phone": phone, **make.solved_puzzle(client), **more}
    return post(client, "/codes", data, headers={"Accept": "application/json"})


def test_a_code_needs_a_challenge_every_time(client, clock):
    phone = make.phone()
    assert ask(client, "register", phone).get_json() == {"message": "验证码已发送", "seconds": 60}
    clock.moment += dt.timedelta(minutes=2)
    data = {"purpose": "register", "phone": phone, "captcha_kind": "slider"}
    answer = post(client, "/codes", data, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()) == (422, {"message": "请完成拼图验证"})


def test_a_second_code_within_the_minute_is_refused_in_words(client):
    phone = make.phone()
    ask(client, "register", phone)
    answer = ask(client, "register", phone)
    assert (answer.status_code, answer.get_json()) == (422, {"message": "获取过于频繁，请60秒后再试"})


def test_without_a_script_the_page_comes_back_with_everything_typed(client):
    phone = make.phone()
    data = {"purpose": "register", "phone_cc": "86", "phone": phone, "name": "普云霄", **make.solved_puzzle(client)}
    answer = post(client, "/codes", data)
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 200
    assert (page.select_one("#phone")["value"], page.select_one("#name")["value"]) == (phone, "普云霄")
    assert "60 秒后可重发" in page.get_text()


@pytest.mark.parametrize("purpose", ["login", "reset"])
def test_asking_for_a_code_does_not_tell_who_is_registered(client, account, purpose):
    known = ask(client, purpose, account.phone)
    unknown = ask(client, purpose, make.phone())
    assert known.status_code == unknown.status_code == 200
    assert known.get_json() == unknown.get_json()
    with acting_as(SYSTEM):
        assert session().scalar(select(func.count()).select_from(m.OneTimeCode)) == 1


def test_an_unknown_purpose_is_no_page(client):
    assert post(client, "/codes", {"purpose": "admin"}).status_code == 400


def test_an_expert_logs_in_by_code_once(client, account):
    ask(client, "login", account.phone)
    code = make.six_digits(make.newest_text("login_code"))
    data = {"phone_cc": "86", "phone": account.phone, "code": code}
    assert post(client, "/login/sms", data).status_code == 303
    post(client, "/logout")
    assert "验证码已失效" in words(post(client, "/login/sms", data))


def test_a_forgotten_password_is_set_anew(client, account):
    ask(client, "reset", account.phone)
    code = make.six_digits(make.newest_text("reset_code"))
    data = {"phone_cc": "86", "phone": account.phone, "code": code, "password": STRONG, "confirmation": STRONG}
    assert post(client, "/forgot", data).status_code == 303
    assert log_in(client, account.phone, STRONG).status_code == 303


# --- registering ------------------------------------------------------------------------------------


def test_registering_follows_the_manual_and_ends_with_its_sentence(client):
    phone = make.phone()
    ask(client, "register", phone)
    data = {
        "phone_cc": "86",
        "phone": phone,
        "code": make.six_digits(make.newest_text("reg_code")),
        "name": "普云霄",
        "id_number": make.id_number(),
        "province": "530000",
        "prefecture": "530100",
        "district": "530102",
        "password": STRONG,
        "confirmation": STRONG,
        "agreed": "y",
    }
    answer = post(client, "/register", data)
    assert (answer.status_code, answer.location) == (303, "/registered")
    assert "恭喜您，注册成功！" in words(client.get("/registered"))
    assert log_in(client, data["id_number"], STRONG).status_code == 303


def test_an_empty_registration_names_every_field(client):
    answer = post(client, "/register", {"phone_cc": "86", "province": "530000"})
    found = errors(answer)
    for label, message in {
        "手机号": "手机号不能为空",
        "短信验证码": "验证码不能为空",
        "设置密码": "新密码不能为空",
        "姓名": "请填写姓名",
        "身份证号码": "请输入身份证号码",
    }.items():
        assert found[label] == message
    assert "请阅读并同意用户服务协议" in words(answer)
    assert "请选择所在州市" in words(answer)


def test_a_registered_phone_is_said_to_be_so(client, account):
    assert "该手机号已注册" in words(post(client, "/register", {"phone_cc": "86", "phone": account.phone}))


def test_places_stand_in_groups_without_a_script(client):
    page = BeautifulSoup(client.get("/register").text, "html.parser")
    groups = [group["label"] for group in page.select("#district optgroup")]
    assert "昆明市" in groups
    assert len(groups) == 16
    assert page.select_one('#district optgroup[label="昆明市"] option[value="530102"]').text == "五华区"


def test_nobody_is_congratulated_without_registering(client):
    assert client.get("/registered").status_code == 302


# --- one's own account ------------------------------------------------------------------------------


def test_sessions_elsewhere_are_listed_and_ended(client, app, account):
    agent = {"User-Agent": "Mozilla/5.0 (iPhone) AppleWebKit MicroMessenger/8"}
    other = app.test_client()
    other.post(
        "/login",
        data={"identifier": account.phone, "password": make.PASSWORD, **make.solved_puzzle(other)},
        headers={**make.csrf(other), **agent},
    )
    log_in(client, account.phone)
    page = BeautifulSoup(client.get("/me/sessions").text, "html.parser")
    assert "iPhone · 微信" in page.get_text()
    handle = page.select_one('input[name="session"]')["value"]
    assert len(handle) == 16
    assert post(client, "/me/sessions", {"session": handle}).status_code == 303
    assert other.get("/me/sessions").status_code == 302
    assert client.get("/me/sessions").status_code == 200


def test_all_other_sessions_end_at_once(client, app, account):
    others = [app.test_client(), app.test_client()]
    for other in others:
        log_in(other, account.phone)
    log_in(client, account.phone)
    post(client, "/me/sessions", {"session": ""})
    assert [other.get("/me/sessions").status_code for other in others] == [302, 302]
    assert client.get("/me/sessions").status_code == 200


def test_a_session_that_is_not_mine_cannot_be_ended(client, account):
    log_in(client, account.phone)
    assert post(client, "/me/sessions", {"session": "f" * 16}).status_code == 404


def test_messages_are_read_and_marked(client, account):
    from console.services import messages
    from console.services.unit import unit

    with acting_as(SYSTEM), unit():
        values = {"title": "x", "cert_no": "YNS20261120001", "valid_to": "长期"}
        now = ports.outside().clock.now()
        messages.tell(account.id, "expert_filed", now=now, key="t", values=values, link="/my/certificates/1")
    log_in(client, account.phone)
    page = client.get("/me/messages")
    assert "YNS20261120001" in words(page)
    assert "1 条未读" in words(page)
    post(client, "/me/messages")
    assert "没有未读消息" in words(client.get("/me/messages"))


def test_the_language_is_kept_with_the_account(client, account):
    log_in(client, account.phone)
    assert post(client, "/locale", {"locale": "en", "next": "/me/messages"}).location == "/me/messages"
    with acting_as(SYSTEM):
        assert session().scalar(select(m.Account.locale).where(m.Account.id == account.id)) == "en"


def test_a_language_we_do_not_speak_is_ignored(client):
    answer = post(client, "/locale", {"locale": "xx", "next": "https://evil.example"})
    assert answer.location == "/"
    assert "locale=" not in answer.headers.get("Set-Cookie", "")
