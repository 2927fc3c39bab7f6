"""Codes and challenges: budgets, counted tries, one use, and nothing to learn about a number."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from console import models as m
from console.database import session
from console.errors import Invalid, TooMany
from console.services import captchas, codes
from console.services.unit import unit
from console.vocabulary import CaptchaKind, CodePurpose
from tests import make

NOW = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)
IP = "203.0.113.7"
REGISTER, LOGIN, RESET = CodePurpose.REGISTER, CodePurpose.LOGIN, CodePurpose.RESET


@pytest.fixture(autouse=True)
def _as_system(system):
    """Codes belong to nobody."""


def fresh():
    return codes.Phone.typed("86", make.phone())


def send(phone, purpose=REGISTER, *, now=NOW, ip=IP):
    codes.send(purpose, phone, now=now, ip=ip)
    return make.six_digits(make.newest_text(codes.TEMPLATES[purpose]))


def said(phone, typed, purpose=REGISTER, *, now=NOW):
    return [fault.message for fault in codes.check(purpose, phone, typed, now=now)]


def wrong(code):
    return f"{(int(code) + 1) % 1000000:06d}"


def stored():
    return session().scalar(select(func.count()).select_from(m.OneTimeCode))


def outgoing():
    return session().scalar(select(func.count()).select_from(m.OutboxMessage))


# --- sending ----------------------------------------------------------------------------------------


def test_a_code_of_six_digits_goes_out_and_only_its_hash_stays():
    phone = fresh()
    code = send(phone)
    assert len(code) == 6
    row = session().scalars(select(m.OneTimeCode)).one()
    assert code not in row.code_hash
    assert row.expires_at == NOW + dt.timedelta(minutes=5)


def test_a_second_one_within_a_minute_is_refused():
    phone = fresh()
    send(phone)
    with pytest.raises(Invalid, match="获取过于频繁，请60秒后再试"):
        send(phone, now=NOW + dt.timedelta(seconds=59))
    send(phone, now=NOW + dt.timedelta(seconds=61))


def test_thirty_one_requests_are_one_message():
    phone = fresh()
    for _ in range(31):
        try:
            codes.send(REGISTER, phone, now=NOW, ip=IP)
        except Invalid:
            continue
    assert outgoing() == 1


def test_a_phone_gets_ten_a_day_and_again_after_midnight_in_beijing():
    phone = fresh()
    for minute in range(10):
        send(phone, now=NOW + dt.timedelta(minutes=2 * minute))
    with pytest.raises(Invalid, match="今日获取验证码已达10次，请明日再试"):
        send(phone, now=NOW + dt.timedelta(hours=1))
    send(phone, now=dt.datetime(2026, 11, 20, 16, 0, 1, tzinfo=dt.UTC))


def test_one_network_has_an_hourly_budget(monkeypatch):
    monkeypatch.setattr(codes, "PER_NETWORK", 3)
    for _ in range(3):
        send(fresh())
    with pytest.raises(TooMany):
        send(fresh(), ip="203.0.113.99")
    send(fresh(), ip="203.0.114.1")
    send(fresh(), now=NOW + dt.timedelta(hours=1, seconds=1))


def test_everybody_together_has_an_hourly_budget(monkeypatch):
    monkeypatch.setattr(codes, "PER_HOUR", 2)
    send(fresh(), ip="203.0.113.1")
    send(fresh(), ip="203.0.114.1")
    with pytest.raises(TooMany):
        send(fresh(), ip="203.0.115.1")


def test_a_registered_phone_is_told_when_registering():
    expert = make.expert()
    with pytest.raises(Invalid, match="该手机号已注册"):
        send(codes.Phone.typed("86", expert.phone))


@pytest.mark.parametrize("purpose", [LOGIN, RESET])
def test_an_unknown_phone_gets_the_same_answer_and_nothing_is_stored(purpose):
    phone = fresh()
    codes.send(purpose, phone, now=NOW, ip=IP)
    assert (stored(), outgoing()) == (0, 0)
    with pytest.raises(Invalid, match="获取过于频繁"):
        codes.send(purpose, phone, now=NOW, ip=IP)


def test_an_unknown_phone_fails_in_the_same_steps_as_a_known_one():
    known = codes.Phone.typed("86", make.expert().phone)
    unknown = fresh()
    right = send(known, LOGIN)
    codes.send(LOGIN, unknown, now=NOW, ip=IP)
    steps = [[said(phone, wrong(right), LOGIN) for _ in range(7)] for phone in (known, unknown)]
    assert steps[0] == steps[1] == [["验证码不正确"]] * 5 + [["验证码已失效"]] * 2
    later = NOW + dt.timedelta(minutes=6)
    codes.send(LOGIN, known, now=later, ip=IP)
    codes.send(LOGIN, unknown, now=later, ip=IP)
    late = later + dt.timedelta(minutes=5)
    assert said(known, "000000", LOGIN, now=late) == said(unknown, "000000", LOGIN, now=late) == ["验证码已过期"]


def test_a_number_that_is_none_is_refused_at_its_field():
    with pytest.raises(Invalid) as error:
        codes.Phone.typed("86", "12345")
    assert (error.value.message, error.value.field) == ("手机号格式不正确", "phone")


# --- checking ---------------------------------------------------------------------------------------


def test_five_wrong_tries_void_the_right_code():
    phone = fresh()
    code = send(phone)
    assert [said(phone, wrong(code)) for _ in range(5)] == [["验证码不正确"]] * 5
    assert said(phone, code) == ["验证码已失效"]


def test_a_code_lives_five_minutes():
    phone = fresh()
    code = send(phone)
    assert said(phone, code, now=NOW + dt.timedelta(minutes=4, seconds=59)) == []
    assert said(phone, code, now=NOW + dt.timedelta(minutes=5)) == ["验证码已过期"]


def test_a_code_is_used_once():
    phone = fresh()
    code = send(phone)
    with unit():
        codes.redeem(REGISTER, phone, code, now=NOW)
    assert said(phone, code) == ["验证码已失效"]
    with pytest.raises(Invalid, match="验证码已失效"), unit():
        codes.redeem(REGISTER, phone, code, now=NOW)


def test_a_newer_code_makes_the_older_one_wrong():
    phone = fresh()
    old = send(phone)
    new = send(phone, now=NOW + dt.timedelta(minutes=2))
    if old != new:
        assert said(phone, old, now=NOW + dt.timedelta(minutes=2)) == ["验证码不正确"]
    assert said(phone, new, now=NOW + dt.timedelta(minutes=2)) == []


def test_a_code_of_one_purpose_serves_no_other():
    phone = codes.Phone.typed("86", make.expert().phone)
    code = send(phone, LOGIN)
    assert said(phone, code, RESET) == ["验证码不正确"]


def test_a_code_of_one_phone_serves_no_other():
    code = send(fresh())
    assert said(fresh(), code) == ["验证码不正确"]


def test_full_width_digits_and_blanks_are_the_same_code():
    phone = fresh()
    code = send(phone)
    assert said(phone, f" {code[:3]} {code[3:]}") == []
    assert said(phone, code.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})) == []


def test_an_empty_code_is_asked_for_and_costs_no_try():
    phone = fresh()
    code = send(phone)
    assert [said(phone, " ") for _ in range(6)] == [["验证码不能为空"]] * 6
    assert said(phone, code) == []


# --- challenges -------------------------------------------------------------------------------------


def puzzle(now=NOW):
    token, drawn = captchas.new_puzzle(now=now, ip=IP)
    x = float(drawn.answer_x)
    return token, x, [(0.0, 0.0), (x / 2, 200.0), (x, 400.0)]


def slider(token):
    return captchas.Answer(CaptchaKind.SLIDER, token)


def test_a_solved_puzzle_opens_one_form():
    token, x, track = puzzle()
    assert captchas.solve_puzzle(token, x, track, now=NOW) == []
    captchas.demand(slider(token), now=NOW + dt.timedelta(minutes=4))
    with pytest.raises(Invalid, match="请完成拼图验证"):
        captchas.demand(slider(token), now=NOW)


def test_a_puzzle_is_tried_once():
    token, x, track = puzzle()
    assert captchas.solve_puzzle(token, x - 40, [(0.0, 0.0), (x - 40, 400.0)], now=NOW)
    assert captchas.solve_puzzle(token, x, track, now=NOW)
    with pytest.raises(Invalid, match="请完成拼图验证"):
        captchas.demand(slider(token), now=NOW)


def test_a_puzzle_waits_two_minutes_for_a_hand():
    token, x, track = puzzle()
    assert captchas.solve_puzzle(token, x, track, now=NOW + dt.timedelta(minutes=2))


@pytest.mark.parametrize("kind", list(CaptchaKind))
@pytest.mark.parametrize("token", ["", "made up"])
def test_a_token_that_was_never_given_opens_nothing(kind, token):
    with pytest.raises(Invalid):
        captchas.demand(captchas.Answer(kind, token, "ACDE"), now=NOW)


def test_an_unsolved_puzzle_opens_nothing():
    token, _x, _track = puzzle()
    with pytest.raises(Invalid, match="请完成拼图验证"):
        captchas.demand(slider(token), now=NOW)


def test_the_characters_of_a_picture_may_be_typed_small_and_count_once():
    token, drawn = captchas.new_picture(now=NOW, ip=IP)
    answer = captchas.Answer(CaptchaKind.PICTURE, token, f" {drawn.answer.lower()} ")
    captchas.demand(answer, now=NOW)
    with pytest.raises(Invalid, match="图形验证码错误"):
        captchas.demand(answer, now=NOW)


def test_a_wrong_picture_code_spends_the_picture():
    token, drawn = captchas.new_picture(now=NOW, ip=IP)
    with pytest.raises(Invalid, match="图形验证码错误"):
        captchas.demand(captchas.Answer(CaptchaKind.PICTURE, token, "????"), now=NOW)
    with pytest.raises(Invalid, match="图形验证码错误"):
        captchas.demand(captchas.Answer(CaptchaKind.PICTURE, token, drawn.answer), now=NOW)


def test_a_network_cannot_ask_for_challenges_without_end(monkeypatch):
    monkeypatch.setattr(captchas, "PER_NETWORK", captchas.Limit(2, dt.timedelta(hours=1)))
    puzzle()
    puzzle()
    with pytest.raises(TooMany):
        puzzle()
