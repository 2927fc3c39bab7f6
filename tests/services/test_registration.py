"""专家注册 and one's own password (云南手册 2.1; MODEL.md 2)."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Invalid
from console.scope import acting_as
from console.services import codes, logins, own_account, passwords, registration
from console.services.sessions import actor_for, open_session, resume, token_hash
from console.services.unit import unit
from console.vocabulary import AccountKind, AccountState, AuditEvent, CodePurpose, Gender, PoolState, Role
from tests import make

NOW = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)
IP = "203.0.113.7"
HOME = logins.Visitor(IP, "")
STRONG = "Erhai#2027"


def code_for(phone, purpose=CodePurpose.REGISTER, *, now=NOW):
    typed = codes.Phone.typed("86", phone)
    codes.send(purpose, typed, now=now, ip=IP)
    return make.six_digits(make.newest_text(codes.TEMPLATES[purpose]))


@pytest.fixture
def given(db):
    phone = make.phone()
    return registration.Registration(
        phone_cc="86",
        phone=phone,
        code=code_for(phone),
        name="普云霄",
        id_number=make.id_number(dt.date(1980, 2, 29), "532301", order=124),
        province="530000",
        prefecture="532300",
        district="532301",
        password=STRONG,
        confirmation=STRONG,
        agreed=True,
    )


def faults(given):
    with pytest.raises(Invalid) as error:
        registration.register(given, now=NOW)
    return {fault.field: fault.message for fault in error.value.faults}


def test_registering_makes_account_role_and_expert_at_once(given, system):
    account = session().get_one(m.Account, registration.register(given, now=NOW))
    assert (account.kind, account.state, account.region_code) == (AccountKind.EXPERT, AccountState.ACTIVE, "532301")
    assert (account.phone, account.id_number) == (given.phone, given.id_number)
    assert session().scalars(select(m.RoleGrant.role).where(m.RoleGrant.account_id == account.id)).all() == [
        Role.EXPERT
    ]
    expert = session().scalars(select(m.Expert).where(m.Expert.account_id == account.id)).one()
    assert (expert.name, expert.gender, expert.birth_date) == ("普云霄", Gender.FEMALE, dt.date(1980, 2, 29))
    assert (expert.region_code, expert.pool_state) == ("532301", PoolState.NEW)
    assert (expert.phone, expert.id_number) == (given.phone, given.id_number)
    assert (expert.phone_index, expert.id_index) == (account.phone_index, account.id_index)
    assert expert.id_mask == account.id_mask == f"5323**********{given.id_number[-4:]}"
    assert expert.id_tail is not None
    assert expert.sort_key
    assert logins.login(given.phone, STRONG, now=NOW, limits=make.LIMITS, visitor=HOME)


def test_an_empty_form_names_everything_at_once(db):
    empty = registration.Registration("86", "", "", "", "", "530000", "", "", "", "", agreed=False)
    assert faults(empty) == {
        "phone": "手机号不能为空",
        "code": "验证码不能为空",
        "name": "请填写姓名",
        "id_number": "请输入身份证号码",
        "prefecture": "请选择所在州市",
        "password": "新密码不能为空",
        "agreed": "请阅读并同意用户服务协议",
    }


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"phone": "12345"}, "phone", "手机号格式不正确"),
        ({"code": "000000x"}, "code", "验证码不正确"),
        ({"id_number": "530102197503050010"}, "id_number", "身份证号码校验位不正确"),
        ({"prefecture": "530100"}, "district", "所选县区不属于该州市"),
        ({"prefecture": "440100", "district": ""}, "prefecture", "所选州市不属于该省份"),
        ({"province": "440000", "prefecture": "440100", "district": ""}, "prefecture", "请在列表中选择所在地区"),
        ({"prefecture": "530000", "district": ""}, "prefecture", "请在列表中选择所在地区"),
        ({"prefecture": "539900", "district": ""}, "prefecture", "请在列表中选择所在地区"),
        ({"password": "abc", "confirmation": "abc"}, "password", None),
        ({"confirmation": "Erhai#2028"}, "confirmation", "两次输入的密码不一致"),
        ({"agreed": False}, "agreed", "请阅读并同意用户服务协议"),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_is_made(given, change, field, message):
    found = faults(replace(given, **change))
    assert list(found) == [field]
    assert message is None or found[field] == message
    assert "密码须为8-20位，且包含" in found[field] or message


def test_a_password_with_the_phone_number_is_refused(given):
    weak = f"Ab#{given.phone}"
    assert faults(replace(given, password=weak, confirmation=weak)) == {"password": "密码不能包含手机号"}


def test_a_code_that_was_right_is_not_used_up_by_another_fault(given):
    faults(replace(given, name=""))
    assert registration.register(given, now=NOW)


def test_the_same_phone_registers_once(given):
    registration.register(given, now=NOW)
    again = replace(given, id_number=make.id_number())
    assert faults(again) == {"phone": "该手机号已注册", "code": "验证码已失效"}


def test_the_same_id_number_registers_once(given):
    registration.register(given, now=NOW)
    phone = make.phone()
    other = replace(given, name="木春晓", phone=phone, code=code_for(phone))
    assert faults(other) == {"id_number": "该证件号码已被使用"}


def test_a_prefecture_without_district_will_do(given, system):
    account_id = registration.register(replace(given, district=""), now=NOW)
    assert session().get_one(m.Account, account_id).region_code == "532300"


# --- one's own password -----------------------------------------------------------------------------


@pytest.fixture
def owner(db, system):
    expert = make.expert()
    return make.with_password(session().get_one(m.Account, expert.account_id))


def change(owner, old, new, confirmation=None, *, now=NOW, key=""):
    with acting_as(actor_for(owner.id)) as actor:
        own_account.change_password(old, new, confirmation or new, actor=actor, now=now, session_key=key)


def refusals(owner, *arguments):
    with pytest.raises(Invalid) as error:
        change(owner, *arguments)
    return [fault.message for fault in error.value.faults]


def test_a_wrong_old_password_is_refused_and_counted(owner):
    for _ in range(5):
        assert refusals(owner, "falsch#1A", STRONG) == ["原密码不正确"]
    assert refusals(owner, make.PASSWORD, STRONG) == ["账号已锁定，请15分钟后再试或联系技术支持"]


def test_the_old_password_is_no_new_one(owner):
    assert refusals(owner, make.PASSWORD, make.PASSWORD) == ["新密码不能与原密码相同"]


def test_the_last_three_passwords_are_refused_and_the_one_before_is_not(owner):
    used = [make.PASSWORD, "Erhai#2021", "Erhai#2022", "Erhai#2023", "Erhai#2024"]
    for old, new in itertools.pairwise(used):
        change(owner, old, new)
    for former in used[1:]:
        assert refusals(owner, used[-1], former) == ["新密码不能与原密码相同"]
    change(owner, used[-1], used[0])


def test_a_changed_password_ends_the_other_sessions_and_tells_the_owner(owner):
    with unit():
        here, there = (open_session(owner, now=NOW, limits=make.LIMITS, ip=IP, device="") for _ in range(2))
    change(owner, make.PASSWORD, STRONG, key=token_hash(here))
    assert resume(here, now=NOW, limits=make.LIMITS) is not None
    assert resume(there, now=NOW, limits=make.LIMITS) is None
    assert "2026-11-20 10:30" in make.newest_text("password_changed")


def test_an_initial_password_is_changed_without_typing_it_again(owner):
    owner.state, owner.initial_expires_at = AccountState.MUST_CHANGE, NOW + dt.timedelta(hours=1)
    session().flush()
    change(owner, "", STRONG)
    session().refresh(owner)
    assert (owner.state, owner.initial_expires_at) == (AccountState.ACTIVE, None)
    assert passwords.matches(owner.password_hash, STRONG)


def test_a_forgotten_password_is_set_by_a_code(owner):
    with unit():
        token = open_session(owner, now=NOW, limits=make.LIMITS, ip=IP, device="")
    phone = codes.Phone.typed("86", owner.phone)
    code = code_for(owner.phone, CodePurpose.RESET)
    own_account.reset_by_code(phone, code, STRONG, STRONG, now=NOW)
    assert resume(token, now=NOW, limits=make.LIMITS) is None
    assert logins.login(owner.phone, STRONG, now=NOW, limits=make.LIMITS, visitor=HOME)
    entry = session().scalars(select(m.AuditEntry).where(m.AuditEntry.event == AuditEvent.PASSWORD_RESET)).one()
    assert entry.changes == {"how": "短信验证码"}
    with pytest.raises(Invalid, match="验证码已失效"):
        own_account.reset_by_code(phone, code, "Erhai#2029", "Erhai#2029", now=NOW)


def test_a_code_opens_a_locked_account_to_its_owner(owner):
    for _ in range(5):
        with pytest.raises(Invalid):
            logins.login(owner.phone, "falsch#1A", now=NOW, limits=make.LIMITS, visitor=HOME)
    code = code_for(owner.phone, CodePurpose.RESET)
    own_account.reset_by_code(codes.Phone.typed("86", owner.phone), code, STRONG, STRONG, now=NOW)
    assert logins.login(owner.phone, STRONG, now=NOW, limits=make.LIMITS, visitor=HOME)


def test_logging_in_by_code_is_open_to_a_locked_expert_and_closed_to_a_locked_official(owner):
    official = make.official()
    for row in (owner, official):
        row.state, row.locked_until = AccountState.LOCKED, NOW + dt.timedelta(minutes=9)
    session().flush()
    code = code_for(owner.phone, CodePurpose.LOGIN)
    assert logins.login_by_code(codes.Phone.typed("86", owner.phone), code, now=NOW, limits=make.LIMITS, visitor=HOME)
    code = code_for(official.phone, CodePurpose.LOGIN)
    with pytest.raises(Invalid, match="账号已锁定"):
        logins.login_by_code(codes.Phone.typed("86", official.phone), code, now=NOW, limits=make.LIMITS, visitor=HOME)
