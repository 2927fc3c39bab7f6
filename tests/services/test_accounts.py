"""Other people's accounts: who may reset whom, in both modes; opening, closing, roles (云南手册 3.6; P19; R15)."""

import datetime as dt

import pytest
from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Conflict, Forbidden, Invalid, NotFound
from console.scope import acting_as, everything
from console.services import accounts, logins, passwords, roles
from console.services.sessions import actor_for, open_session, resume
from console.services.unit import unit
from console.vocabulary import AccountKind, AccountState, AuditEvent, PasswordResetMode, Role
from tests import make

NOW = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)
HOME = logins.Visitor("203.0.113.7", "")
STRONG = "Erhai#2027"
ABOVE = "无权重置该账号的密码"
MISSING = "页面不存在或无权访问"
SYSTEM = everything("测试")


@pytest.fixture(autouse=True)
def _database(db):
    """Every test writes."""


def official(*granted, region="530000", department="yn-yj-hazchem"):
    row = make.official(Role.GOVERNMENT, department)
    with acting_as(SYSTEM):
        place = session().scalars(select(m.Organisation).where(m.Organisation.region_code == region)).first()
        row.region_code, row.organisation_id, row.department_id = region, place.id, None
        session().query(m.RoleGrant).filter(m.RoleGrant.account_id == row.id).delete()
        for role in granted:
            session().add(
                m.RoleGrant(account_id=row.id, account_kind=AccountKind.OFFICIAL, region_code=region, role=role)
            )
        session().flush()
    return row


def expert_account(region):
    with acting_as(SYSTEM):
        return session().get_one(m.Account, make.expert(region=region).account_id)


def kept(row):
    """Commit what the test prepared, because a refused act rolls back; the row stays readable by itself."""
    with acting_as(SYSTEM):
        session().commit()
        session().expunge(row)
    return row


PEOPLE = {
    "expert": lambda: kept(expert_account("530102")),
    "foreign expert": lambda: kept(expert_account("532301")),
    "head": lambda: kept(official(Role.GOVERNMENT, Role.REVIEWER, region="530000")),
    "city head": lambda: kept(official(Role.GOVERNMENT, Role.REVIEWER, region="530100")),
    "filing clerk": lambda: kept(official(Role.GOVERNMENT, Role.REGISTRAR, region="530000")),
    "bureau admin": lambda: kept(official(Role.BUREAU_ADMIN, region="530000")),
    "city admin": lambda: kept(official(Role.BUREAU_ADMIN, region="530100")),
    "support": lambda: kept(make.support()),
    "system admin": lambda: kept(make.administrator(Role.SYSTEM_ADMIN)),
    "security admin": lambda: kept(make.administrator(Role.SECURITY_ADMIN)),
}
REFUSED = {
    ("expert", "foreign expert"): MISSING,
    ("expert", "head"): MISSING,
    ("head", "expert"): "",
    ("head", "foreign expert"): "",
    ("head", "city head"): MISSING,
    ("head", "support"): MISSING,
    ("filing clerk", "expert"): "",
    ("city head", "expert"): "",
    ("city head", "foreign expert"): MISSING,
    ("city head", "head"): MISSING,
    ("bureau admin", "expert"): "",
    ("bureau admin", "head"): "",
    ("bureau admin", "city head"): "",
    ("bureau admin", "city admin"): "",
    ("bureau admin", "bureau admin"): ABOVE,
    ("bureau admin", "support"): MISSING,
    ("city admin", "expert"): "",
    ("city admin", "foreign expert"): MISSING,
    ("city admin", "city head"): "",
    ("city admin", "head"): MISSING,
    ("city admin", "bureau admin"): MISSING,
    ("support", "expert"): "",
    ("support", "head"): "",
    ("support", "bureau admin"): "",
    ("support", "support"): MISSING,
    ("support", "system admin"): MISSING,
    ("system admin", "support"): "",
    ("system admin", "security admin"): ABOVE,
}


def reset(by, whom, password=STRONG, confirmation=None):
    with acting_as(actor_for(by.id)) as actor:
        accounts.reset_password(whom.id, password, confirmation or password, actor=actor, now=NOW)


def fresh(row):
    with acting_as(SYSTEM):
        return session().get_one(m.Account, row.id, populate_existing=True)


def audited(event):
    with acting_as(SYSTEM):
        return session().scalars(select(m.AuditEntry).where(m.AuditEntry.event == event)).all()


@pytest.mark.parametrize(("by", "whom"), REFUSED, ids=lambda name: name)
def test_a_password_is_reset_in_scope_and_from_above_only(by, whom):
    actor, target = PEOPLE[by](), PEOPLE[whom]()
    before = target.password_hash
    sentence = REFUSED[by, whom]
    if not sentence:
        reset(actor, target)
        assert fresh(target).password_hash != before
        assert fresh(target).state is AccountState.MUST_CHANGE
        return
    with pytest.raises((Forbidden, NotFound), match=sentence):
        reset(actor, target)
    assert fresh(target).password_hash == before


def test_the_matrix_has_a_cell_of_both_kinds_for_everybody_who_may_reset():
    for name in ("head", "city head", "bureau admin", "city admin", "support", "system admin"):
        answers = {bool(sentence) for (by, _whom), sentence in REFUSED.items() if by == name}
        assert answers == {True, False}, name


def test_a_typed_password_must_be_strong_and_is_typed_twice():
    head, expert = PEOPLE["head"](), PEOPLE["expert"]()
    with pytest.raises(Invalid, match="密码须为8-20位"):
        reset(head, expert, "weak")
    with pytest.raises(Invalid, match="两次输入的密码不一致"):
        reset(head, expert, STRONG, "Erhai#2028")
    assert fresh(expert).state is AccountState.ACTIVE


def test_after_a_typed_reset_the_old_password_is_dead_and_the_new_one_must_be_changed():
    head = PEOPLE["head"]()
    expert = make.with_password(PEOPLE["expert"]())
    with acting_as(SYSTEM), unit():
        token = open_session(expert, now=NOW, limits=make.LIMITS, ip="", device="")
    reset(head, expert)
    assert resume(token, now=NOW, limits=make.LIMITS) is None
    with pytest.raises(Invalid, match="用户名或密码错误"):
        logins.login(expert.phone, make.PASSWORD, now=NOW, limits=make.LIMITS, visitor=HOME)
    token = logins.login(expert.phone, STRONG, now=NOW, limits=make.LIMITS, visitor=HOME)
    assert resume(token, now=NOW, limits=make.LIMITS).account_state is AccountState.MUST_CHANGE
    entry = audited(AuditEvent.PASSWORD_RESET)[0]
    assert (entry.actor_id, entry.actor_name) == (head.id, head.name)
    assert (entry.table_name, entry.record_id) == ("account", str(expert.id))
    assert STRONG not in str([row.changes for row in audited(AuditEvent.UPDATE)])
    assert "的登录密码已由云南省" in make.newest_text("password_reset_by_staff")


def test_support_never_sees_the_password_it_sets():
    support, expert = PEOPLE["support"](), PEOPLE["expert"]()
    reset(support, expert, "Typed#1234")
    text = make.newest_text("password_generated")
    password = text.split("新密码为")[1].split("，")[0]
    assert passwords.matches(fresh(expert).password_hash, password)
    assert not passwords.matches(fresh(expert).password_hash, "Typed#1234")
    with acting_as(actor_for(support.id)):
        assert password not in str([row.changes for row in audited(AuditEvent.PASSWORD_RESET)])
        shown = accounts.sent_messages(expert.id)
    assert [row.confidential for row in shown] == [True]
    assert audited(AuditEvent.PASSWORD_RESET)[0].changes == {"how": PasswordResetMode.GENERATED.label}


def test_the_programme_decides_how_officials_reset():
    head, expert = PEOPLE["head"](), PEOPLE["expert"]()
    with acting_as(SYSTEM):
        make.programme().staff_reset_mode = PasswordResetMode.GENERATED
        session().flush()
    reset(head, expert, "", "")
    assert "新密码为" in make.newest_text("password_generated")


def test_a_generated_password_needs_a_phone_to_go_to():
    support, expert = PEOPLE["support"](), PEOPLE["expert"]()
    with acting_as(SYSTEM):
        row = session().get_one(m.Account, expert.id)
        row.phone = row.phone_index = None
        session().commit()
    with pytest.raises(Conflict, match="未登记手机号"):
        reset(support, expert)


def test_nobody_resets_his_own_password_this_way():
    admin = PEOPLE["bureau admin"]()
    with pytest.raises(Conflict, match="修改密码"):
        reset(admin, admin)


def lock(row):
    for _ in range(5):
        with pytest.raises(Invalid):
            logins.login(row.phone, "falsch#1A", now=NOW, limits=make.LIMITS, visitor=HOME)


def test_support_unlocks_and_the_login_works_at_once():
    support = PEOPLE["support"]()
    expert = make.with_password(PEOPLE["expert"]())
    lock(expert)
    with acting_as(actor_for(support.id)) as actor:
        seen = accounts.detail(expert.id, actor=actor, now=NOW, limits=make.LIMITS)
        assert seen.locked_until == NOW + dt.timedelta(minutes=15)
        accounts.unlock(expert.id, actor=actor, now=NOW)
        assert accounts.detail(expert.id, actor=actor, now=NOW, limits=make.LIMITS).locked_until is None
    assert logins.login(expert.phone, make.PASSWORD, now=NOW, limits=make.LIMITS, visitor=HOME)
    assert audited(AuditEvent.UNLOCK)[0].actor_id == support.id
    assert "已由技术支持解锁" in make.newest_text("account_unlocked")


def test_an_account_that_is_not_locked_is_not_unlocked():
    support, expert = PEOPLE["support"](), PEOPLE["expert"]()
    with acting_as(actor_for(support.id)) as actor, pytest.raises(Conflict, match="该账号未被锁定"):
        accounts.unlock(expert.id, actor=actor, now=NOW)


def test_resetting_a_password_unlocks_too():
    head, expert = PEOPLE["head"](), make.with_password(PEOPLE["expert"]())
    lock(expert)
    reset(head, expert)
    assert logins.login(expert.phone, STRONG, now=NOW, limits=make.LIMITS, visitor=HOME)


# --- opening and closing ----------------------------------------------------------------------------


def new(by, **changes):
    with acting_as(actor_for(by.id)) as actor:
        body = next((each.id for each in accounts.bodies(actor)), None)
        values = {
            "kind": AccountKind.OFFICIAL,
            "name": "木春晓",
            "login": "mu.chunxiao",
            "phone_cc": "86",
            "phone": make.phone(),
            "id_number": "",
            "organisation_id": body,
            "department_id": None,
        } | changes
        return accounts.create(accounts.NewAccount(**values), actor=actor, now=NOW)


def test_opening_an_official_takes_two_people():
    created = new(PEOPLE["bureau admin"]())
    text = make.newest_text("account_created")
    password = text.split("初始密码为")[1].split("，")[0]
    with pytest.raises(Invalid, match="账号尚未分配角色"):
        logins.login("mu.chunxiao", password, now=NOW, limits=make.LIMITS, visitor=HOME)
    security = PEOPLE["security admin"]()
    with acting_as(actor_for(security.id)) as actor:
        roles.grant(created, Role.GOVERNMENT, actor=actor, now=NOW)
    token = logins.login("mu.chunxiao", password, now=NOW, limits=make.LIMITS, visitor=HOME)
    assert resume(token, now=NOW, limits=make.LIMITS).account_state is AccountState.MUST_CHANGE


def test_a_city_administrator_opens_accounts_of_his_own_tree_only():
    city = PEOPLE["city admin"]()
    with acting_as(actor_for(city.id)) as actor:
        assert {body.region_code[:4] for body in accounts.bodies(actor)} == {"5301"}
    with acting_as(SYSTEM):
        province = session().scalars(select(m.Organisation).where(m.Organisation.region_code == "530000")).first()
    with pytest.raises(Invalid, match="请选择单位"):
        new(city, organisation_id=province.id)


@pytest.mark.parametrize("kind", [AccountKind.SUPPORT, AccountKind.ADMINISTRATOR, AccountKind.EXPERT])
def test_a_bureau_administrator_opens_officials_only(kind):
    with pytest.raises(Invalid, match="不能新增该类账号"):
        new(PEOPLE["bureau admin"](), kind=kind)


def test_a_system_administrator_opens_support_without_a_body():
    created = new(PEOPLE["system admin"](), kind=AccountKind.SUPPORT, organisation_id=None)
    with acting_as(SYSTEM):
        row = session().get_one(m.Account, created)
    assert (row.kind, row.region_code, row.state) == (AccountKind.SUPPORT, "530000", AccountState.MUST_CHANGE)


def test_every_fault_of_a_new_account_is_named_at_once():
    with pytest.raises(Invalid) as error:
        new(PEOPLE["bureau admin"](), name="", login="1", phone="1", id_number="1", organisation_id=None)
    assert [fault.field for fault in error.value.faults] == ["name", "login", "phone", "id_number", "organisation_id"]


def test_a_login_name_is_given_once():
    admin = PEOPLE["bureau admin"]()
    new(admin)
    with pytest.raises(Invalid, match="该登录名已被使用"):
        new(admin)


def test_a_department_of_another_body_is_refused():
    admin = PEOPLE["bureau admin"]()
    with acting_as(SYSTEM):
        foreign = session().scalars(select(m.Department).where(m.Department.region_code == "530100")).first()
    with pytest.raises(Invalid, match="所选部门不属于该单位"):
        new(admin, department_id=foreign.id)


def test_a_disabled_account_is_out_at_once_and_comes_back_with_a_new_password():
    admin, head = PEOPLE["bureau admin"](), make.with_password(PEOPLE["city head"]())
    with acting_as(SYSTEM), unit():
        token = open_session(head, now=NOW, limits=make.LIMITS, ip="", device="")
    with acting_as(actor_for(admin.id)) as actor:
        accounts.disable(head.id, actor=actor, now=NOW)
        assert resume(token, now=NOW, limits=make.LIMITS) is None
        with pytest.raises(Conflict, match="账号已停用"):
            accounts.reset_password(head.id, STRONG, STRONG, actor=actor, now=NOW)
        with pytest.raises(Conflict, match="当前状态不允许该操作"):
            accounts.disable(head.id, actor=actor, now=NOW)
        accounts.enable(head.id, actor=actor, now=NOW)
    assert fresh(head).state is AccountState.MUST_CHANGE
    with pytest.raises(Invalid, match="用户名或密码错误"):
        logins.login(head.login, make.PASSWORD, now=NOW, limits=make.LIMITS, visitor=HOME)


def test_nobody_disables_himself():
    admin = PEOPLE["bureau admin"]()
    with acting_as(actor_for(admin.id)) as actor, pytest.raises(Conflict, match="本人"):
        accounts.disable(admin.id, actor=actor, now=NOW)


# --- roles ------------------------------------------------------------------------------------------


def test_the_three_administrators_exclude_each_other():
    security, target = PEOPLE["security admin"](), PEOPLE["system admin"]()
    with acting_as(actor_for(security.id)) as actor:
        for role in (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
            with pytest.raises(Conflict, match="系统、安全、审计三类管理员不能由同一账号兼任"):
                roles.grant(target.id, role, actor=actor, now=NOW)


def test_a_role_that_does_not_suit_the_account_is_refused():
    security, expert = PEOPLE["security admin"](), PEOPLE["expert"]()
    with acting_as(actor_for(security.id)) as actor, pytest.raises(Invalid, match="专家用户账号不能担任系统管理员"):
        roles.grant(expert.id, Role.SYSTEM_ADMIN, actor=actor, now=NOW)


def test_nobody_grants_a_role_to_himself():
    security = PEOPLE["security admin"]()
    with acting_as(actor_for(security.id)) as actor, pytest.raises(Conflict, match="本人"):
        roles.revoke(security.id, Role.SECURITY_ADMIN, actor=actor)


def test_a_role_taken_away_counts_with_the_next_request():
    security, head = PEOPLE["security admin"](), PEOPLE["head"]()
    with acting_as(actor_for(security.id)) as actor:
        roles.revoke(head.id, Role.REVIEWER, actor=actor)
    assert actor_for(head.id).roles == {Role.GOVERNMENT}
