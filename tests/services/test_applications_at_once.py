"""Two windows of one expert at the same moment, in real transactions: one case, and gapless numbers."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest
from psycopg2.sql import SQL, Identifier
from sqlalchemy import delete, select

from console import models as m
from console.adapters.database_roles import connect
from console.database import session
from console.errors import Conflict
from console.scope import acting_as, everything
from console.services import applications
from console.services.numbers import next_number
from console.services.unit import unit
from tests import make

OF_EXPERT = ("step_log", "review", "application", "attachment", "expert_specialty")
OF_ACCOUNT = ("inbox_message", "outbox_message", "role_grant")


@pytest.fixture
def committed(app, clock, db_urls):
    """An expert who really stands in the database; taken away afterwards by the owner, who may."""
    with app.app_context(), acting_as(everything("测试")):
        expert = make.ready_expert("并发甲")
        session().commit()
        expert_id, account_id = expert.id, expert.account_id
        yield expert_id, expert.lock_version, make.actor(make.account_of(expert))
        session().rollback()
    with closing(connect(db_urls.owner)) as connection, connection.cursor() as cursor:
        for table in OF_EXPERT:
            cursor.execute(SQL("DELETE FROM {} WHERE expert_id = %s").format(Identifier(table)), (expert_id,))
        for table in OF_ACCOUNT:
            cursor.execute(SQL("DELETE FROM {} WHERE account_id = %s").format(Identifier(table)), (account_id,))
        cursor.execute("DELETE FROM expert WHERE id = %s", (expert_id,))
        cursor.execute("DELETE FROM account WHERE id = %s", (account_id,))
        cursor.execute("DELETE FROM number_counter")
        cursor.execute("DELETE FROM audit_entry")


def at_once(count, act):
    gate, said = threading.Barrier(count), []

    def run():
        gate.wait()
        said.append(act())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


@pytest.mark.slow
def test_two_windows_pressing_at_once_open_one_case(app, committed, clock):
    expert_id, version, mine = committed
    chosen = [make.department("yn-yj-hazchem").id]

    def press():
        with app.app_context(), acting_as(mine):
            try:
                applications.submit(expert_id, chosen, version=version, confirmed=True, actor=mine, now=clock.now())
            except Conflict as error:
                return error.message
            return "已申报"

    assert at_once(2, press) == ["已申报", "您已有办理中的申请"]
    cases = session().scalars(select(m.Application).where(m.Application.expert_id == expert_id)).all()
    assert len(cases) == 1


@pytest.mark.slow
def test_numbers_taken_at_once_are_distinct_and_gapless_and_a_rollback_gives_its_number_back(app, clock):
    def take():
        with app.app_context(), acting_as(everything("测试")), unit():
            return next_number("test", "20261120")

    def give_back():
        with app.app_context(), acting_as(everything("测试")):
            next_number("test", "20261120")
            session().rollback()

    give_back()
    first = at_once(8, take)
    give_back()
    assert first + at_once(8, take) == list(range(1, 17))
    with app.app_context(), unit():
        session().execute(delete(m.NumberCounter).where(m.NumberCounter.series == "test"))
