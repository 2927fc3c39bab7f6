"""Coming in: one answer for strangers, locks counted before the password is looked at."""

import datetime as dt
import threading
import time
from statistics import median

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from config import sqlalchemy_url
from console import database
from console import models as m
from console.database import session
from console.errors import Invalid
from console.scope import acting_as, everything
from console.services import logins, passwords
from console.services.logins import Visitor
from console.vocabulary import AccountKind, AccountState, AuditEvent, Role
from tests import make

NOW = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)
HOME = Visitor("203.0.113.7", "Windows 电脑 · Edge")
LOCKED = "账号已锁定，请15分钟后再试或联系技术支持"
WRONG = "用户名或密码错误"


@pytest.fixture
def expert(db, system):
    found = make.expert()
    make.with_password(session().get_one(m.Account, found.account_id))
    return found


def login(name, password=make.PASSWORD, *, now=NOW, visitor=HOME):
    return logins.login(name, password, now=now, limits=make.LIMITS, visitor=visitor)


def refusal(*arguments, **more):
    with pytest.raises(Invalid) as error:
        login(*arguments, **more)
    return error.value.message


def account(expert):
    return session().get_one(m.Account, expert.account_id, populate_existing=True)


def events(event):
    return session().scalars(select(m.AuditEntry).where(m.AuditEntry.event == event)).all()


def test_an_expert_comes_in_by_id_number_or_phone(expert):
    for name in (expert.id_number, expert.id_number.lower(), expert.phone, f"+86 {expert.phone}", f" {expert.phone} "):
        assert login(name)
    assert account(expert).last_login_at == NOW
    entry = events(AuditEvent.LOGIN)[0]
    assert (entry.actor_id, entry.record_id, entry.changes) == (
        expert.account_id,
        str(expert.account_id),
        {"how": "密码"},
    )


def test_an_official_comes_in_by_login_name_in_any_case(db, system):
    official = make.with_password(make.official())
    assert login(official.login.upper())


def test_a_number_of_hong_kong_is_found_with_and_without_its_code(db, system):
    from console.services.personal import seal_phone

    row = make.with_password(make.account(AccountKind.EXPERT, Role.EXPERT, region="530102"))
    seal_phone(row, "852", "61234567")
    session().flush()
    assert login("61234567")
    assert login("+852 6123 4567")
    assert login("0085261234567")


def test_unknown_names_and_wrong_passwords_get_one_sentence(expert):
    assert refusal("19900099999") == WRONG
    assert refusal(expert.phone, "falsch#1A") == WRONG


def test_a_failure_keeps_no_typed_name_or_password(expert):
    refusal("geheim#Passwort1", "x")
    refusal(expert.phone, "falsch#1A")
    unknown, known = events(AuditEvent.LOGIN_FAILED)
    assert "geheim" not in str(unknown.changes)
    assert unknown.changes["name"].startswith("#")
    assert (known.record_id, "falsch" in str(known.changes)) == (str(expert.account_id), False)


def test_what_is_left_empty_is_named(expert):
    with pytest.raises(Invalid) as error:
        login(" ", "")
    assert [fault.message for fault in error.value.faults] == ["请输入账号", "请输入密码"]


@pytest.mark.parametrize("known", [True, False])
def test_the_fifth_failure_locks_and_the_right_password_is_refused_too(expert, known):
    name = expert.phone if known else "19900099999"
    assert [refusal(name, "falsch#1A") for _ in range(6)] == [WRONG] * 4 + [LOCKED] * 2
    assert refusal(name) == LOCKED


def test_a_lock_lasts_fifteen_minutes_from_the_fifth_failure(expert):
    for minute in range(5):
        refusal(expert.phone, "falsch#1A", now=NOW + dt.timedelta(minutes=minute))
    last = NOW + dt.timedelta(minutes=4)
    assert refusal(expert.phone, now=last + dt.timedelta(minutes=14, seconds=59)) == LOCKED
    assert login(expert.phone, now=last + dt.timedelta(minutes=15))


def test_failures_older_than_fifteen_minutes_do_not_count(expert):
    for _ in range(4):
        refusal(expert.phone, "falsch#1A")
    later = NOW + dt.timedelta(minutes=15, seconds=1)
    assert refusal(expert.phone, "falsch#1A", now=later) == WRONG


def test_a_success_forgets_the_failures_before_it(expert):
    for _ in range(4):
        refusal(expert.phone, "falsch#1A")
    login(expert.phone)
    assert refusal(expert.phone, "falsch#1A") == WRONG


def test_guessing_from_one_network_does_not_lock_the_owner_out(expert):
    for _ in range(6):
        refusal(expert.phone, "falsch#1A", visitor=Visitor("198.51.100.9", ""))
    assert refusal(expert.phone, visitor=Visitor("198.51.100.77", "")) == LOCKED  # the same /24
    assert login(expert.phone)


def test_twenty_failures_from_anywhere_lock_the_account_for_everybody(expert):
    for number in range(20):
        refusal(expert.phone, "falsch#1A", visitor=Visitor(f"198.51.{number}.9", ""))
    assert refusal(expert.phone) == LOCKED
    row = account(expert)
    assert (row.state, row.locked_until) == (AccountState.LOCKED, NOW + dt.timedelta(minutes=15))
    assert login(expert.phone, now=NOW + dt.timedelta(minutes=15, seconds=1))
    assert account(expert).state is AccountState.ACTIVE


def test_the_owner_is_told_of_a_lock_once_an_hour(expert):
    for network in ("198.51.100.9", "198.51.101.9"):
        for _ in range(6):
            refusal(expert.phone, "falsch#1A", visitor=Visitor(network, ""))
    assert "已锁定，请15分钟后再试" in make.newest_text("account_locked")
    count = select(func.count()).where(m.OutboxMessage.template_code == "account_locked")
    assert session().scalar(count) == 1


def test_a_disabled_account_says_so_only_after_the_right_password(expert):
    account(expert).state = AccountState.DISABLED
    session().flush()
    assert refusal(expert.phone, "falsch#1A") == WRONG
    assert refusal(expert.phone) == "账号已停用"


def test_an_initial_password_works_for_a_day(expert):
    row = account(expert)
    row.state, row.initial_expires_at = AccountState.MUST_CHANGE, NOW + dt.timedelta(hours=24)
    session().flush()
    assert login(expert.phone, now=NOW + dt.timedelta(hours=23))
    assert refusal(expert.phone, now=NOW + dt.timedelta(hours=24)).startswith("初始密码已失效")


def test_a_lock_that_ends_leaves_an_initial_password_to_be_changed(expert):
    row = account(expert)
    row.state, row.locked_until = AccountState.LOCKED, NOW
    row.initial_expires_at = NOW + dt.timedelta(hours=24)
    session().flush()
    login(expert.phone)
    assert account(expert).state is AccountState.MUST_CHANGE


def test_an_account_without_a_role_cannot_come_in(db, system):
    row = make.with_password(make.account(AccountKind.SUPPORT))
    assert refusal(row.login) == "账号尚未分配角色，请联系安全管理员"


def test_a_hash_that_is_none_is_never_matched():
    assert passwords.matches(None, "nobody has this password") is False
    assert passwords.matches("unusable", "unusable") is False
    assert passwords.matches(passwords.hash_password("a"), "a") is True


@pytest.mark.slow
def test_known_and_unknown_names_take_the_same_time(expert):
    def spent(name, number):
        begin = time.perf_counter()
        refusal(name, "falsch#1A", visitor=Visitor(f"198.51.{number}.9", ""))
        return time.perf_counter() - begin

    names = [make.account(AccountKind.EXPERT, password_hash=passwords.hash_password("x")).login for _ in range(15)]
    known, unknown = [], []
    for number, name in enumerate(names):
        known.append(spent(name, number))
        unknown.append(spent(f"nobody{number}", number))
    # Loose on purpose: on a busy machine single calls vary by more than the difference that is looked for.
    assert 0.6 < median(known) / median(unknown) < 1.6


@pytest.fixture
def many_sessions(app, db_urls, monkeypatch):
    """Every thread has a connection of its own; what it commits is removed by the owner afterwards."""
    engine = create_engine(sqlalchemy_url(db_urls.app), pool_size=20, max_overflow=40)
    local = threading.local()

    def own_session():
        if not hasattr(local, "session"):
            local.session = Session(engine, expire_on_commit=False)
        return local.session

    monkeypatch.setattr(database._Provider, "factory", staticmethod(own_session))
    with acting_as(everything("测试")):
        before = own_session().scalar(select(func.max(m.AuditEntry.id))) or 0
        own_session().commit()
    yield own_session
    own_session().close()
    engine.dispose()
    owner = create_engine(sqlalchemy_url(db_urls.owner))
    with owner.begin() as connection:
        connection.execute(text("SELECT set_config('app.all', 'on', true)"))
        connection.execute(text("DELETE FROM attempt"))
        guessed = "account_id IN (SELECT id FROM account WHERE login = 'parallel.guess')"
        for table in ("inbox_message", "outbox_message", "role_grant"):
            connection.execute(text(f"DELETE FROM {table} WHERE {guessed}"))  # noqa: S608 names of this list
        connection.execute(text("DELETE FROM account WHERE login = 'parallel.guess'"))
        connection.execute(text("DELETE FROM audit_entry WHERE id > :before"), {"before": before})
    owner.dispose()


@pytest.mark.slow
def test_fifty_guesses_at_once_are_five_looks_at_the_password(many_sessions, monkeypatch):
    looked, answers = [], []
    monkeypatch.setattr(logins, "matches", lambda _hash, password: looked.append(password) or False)

    def guess(number):
        try:
            login("parallel.guess", f"falsch#{number}", visitor=Visitor("192.0.2.9", ""))
        except Invalid as error:
            answers.append(error.message)
        finally:
            many_sessions().close()

    with acting_as(everything("测试")):
        make.account(AccountKind.EXPERT, Role.EXPERT, login="parallel.guess", region="530102")
        many_sessions().commit()
    threads = [threading.Thread(target=guess, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked) == 5
    assert (answers.count(WRONG), answers.count(LOCKED)) == (4, 46)
