"""Outbox and inbox: written with the act, delivered one by one, secrets kept no longer than needed."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from console import models as m
from console.database import session
from console.ports import SmsRefused, SmsResult, SmsUnavailable
from console.scope import acting_as
from console.services import messages, outbox
from console.services import outside as ports
from console.services.sessions import actor_for
from console.services.unit import unit
from console.vocabulary import MessageState, Role
from tests import make

NOW = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)
FILED = {"title": "省化工专家", "cert_no": "YNS20261120001", "valid_to": "长期"}


class Gateway:
    """A gateway that does what the test says."""

    def __init__(self, *outcomes):
        self.outcomes, self.sent = list(outcomes), []

    def send(self, phone, text, *, idempotency_key):
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, type):
            raise outcome()
        self.sent.append((phone, text, idempotency_key))
        return SmsResult("r")


@pytest.fixture
def gateway(db, monkeypatch):
    found = Gateway()
    outside = ports.outside()
    before = outside.sms
    object.__setattr__(outside, "sms", found)
    yield found
    object.__setattr__(outside, "sms", before)


@pytest.fixture
def expert(system):
    return make.expert()


def tell(expert, template="expert_filed", key="k1", values=FILED, **more):
    with unit():
        messages.tell(expert.account_id, template, now=NOW, key=key, values=values, **more)


def row(key="k1"):
    return session().scalars(select(m.OutboxMessage).where(m.OutboxMessage.key == key)).one()


def count(model):
    return session().scalar(select(func.count()).select_from(model))


def test_a_message_is_one_row_to_send_and_one_to_read(expert):
    tell(expert, link="/my/certificates/1")
    found = row()
    assert found.state is MessageState.QUEUED
    assert found.recipient == f"+86{expert.phone}"
    assert found.recipient_mask == expert.phone_mask
    note = session().scalars(select(m.InboxMessage)).one()
    assert (
        note.text
        == found.body
        == (
            "您已被聘为省化工专家，聘书编号YNS20261120001，有效期至长期，请登录云南省应急管理专家信息管理系统查看聘书。"
        )
    )
    assert note.link == "/my/certificates/1"


def test_the_same_key_writes_nothing_a_second_time(expert):
    tell(expert)
    tell(expert)
    assert (count(m.OutboxMessage), count(m.InboxMessage)) == (1, 1)


def test_number_and_text_are_unreadable_in_the_table(expert):
    tell(expert)
    raw = session().connection().exec_driver_sql("SELECT recipient, body FROM outbox_message").one()
    assert expert.phone.encode() not in bytes(raw[0])
    assert "聘书".encode() not in bytes(raw[1])


def test_a_secret_never_reaches_the_inbox(expert):
    tell(expert, "password_generated", values={"password": "Abc#12345678", "hours": "24"})
    assert row().confidential
    assert count(m.InboxMessage) == 0


def test_whoever_acts_may_write_to_anybody_but_reads_only_his_own(db):
    expert, other = make.expert(), make.expert("木春晓")
    with acting_as(make.actor(make.official(Role.REVIEWER, "yn-yj-hazchem"))):
        tell(expert)

    with acting_as(actor_for(expert.account_id)):
        assert messages.unread(expert.account_id) == 1
    with acting_as(actor_for(other.account_id)):
        assert messages.inbox(expert.account_id) == []


def test_a_text_the_bureau_switched_off_is_only_read_inside(expert):
    session().get_one(m.MessageTemplate, "expert_filed").active = False
    session().flush()
    tell(expert)
    assert (count(m.OutboxMessage), count(m.InboxMessage)) == (0, 1)


def test_a_value_that_is_missing_stops_the_act(expert):
    with pytest.raises(LookupError, match="cert_no"):
        tell(expert, values={"title": "x", "valid_to": "y"})
    assert count(m.OutboxMessage) == 0


def test_reading_the_inbox_marks_everything_once(expert):
    tell(expert)
    with unit():
        messages.mark_read(expert.account_id, now=NOW)
    assert messages.unread(expert.account_id) == 0


def test_delivery_sends_with_the_key_and_remembers_when(expert, gateway):
    tell(expert)
    assert outbox.deliver(NOW) == 1
    assert gateway.sent == [(f"+86{expert.phone}", row().body, "k1")]
    assert (row().state, row().sent_at, row().attempts) == (MessageState.SENT, NOW, 1)
    assert outbox.deliver(NOW) == 0


def test_a_gateway_that_is_away_is_asked_again_after_one_five_and_thirty_minutes(expert, gateway):
    tell(expert)
    gateway.outcomes = [SmsUnavailable] * 3
    now, waits = NOW, []
    for _ in range(3):
        assert outbox.deliver(now) == 0
        waits.append(row().next_at - now)
        assert outbox.deliver(row().next_at - dt.timedelta(seconds=1)) == 0
        now = row().next_at
    assert waits == [dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=30)]
    assert row().state is MessageState.RETRYING
    assert outbox.deliver(now) == 1


def test_after_all_attempts_a_message_is_dead_and_says_why(expert, gateway):
    tell(expert)
    gateway.outcomes = [SmsUnavailable] * 20
    now = NOW
    for _ in range(len(outbox.BACK_OFF) + 1):
        outbox.deliver(now)
        now = max(row().next_at, now)
    assert (row().state, row().error) == (MessageState.DEAD, "短信网关长时间无法连接")


def test_a_refused_number_is_dead_at_once(expert, gateway):
    tell(expert)
    gateway.outcomes = [SmsRefused]
    assert outbox.deliver(NOW) == 0
    assert (row().state, row().error) == (MessageState.DEAD, "短信网关拒绝发送")


def test_one_bad_message_does_not_hold_up_the_others(expert, gateway):
    tell(expert, key="k1")
    tell(expert, key="k2")
    gateway.outcomes = [SmsRefused]
    assert outbox.deliver(NOW) == 1
    assert [key for _phone, _text, key in gateway.sent] == ["k2"]


def test_a_sent_password_is_forgotten_outside_the_demo(expert, gateway):
    tell(expert, "password_generated", values={"password": "Abc#12345678", "hours": "24"})
    outbox.deliver(NOW)
    assert "Abc#12345678" in gateway.sent[0][1]
    assert row().body == ""


def test_the_list_of_messages_shows_texts_in_the_demo_only(expert, monkeypatch):
    tell(expert)
    assert messages.visible_body(row()) == ""
    object.__setattr__(ports.outside(), "demo", True)
    try:
        assert messages.visible_body(row()).startswith("您已被聘为")
    finally:
        object.__setattr__(ports.outside(), "demo", False)


def test_a_code_that_has_expired_in_the_queue_is_not_sent(db, system, gateway):
    with unit():
        messages.text_to(
            "86",
            "19900000001",
            "reg_code",
            now=NOW,
            key="c1",
            values={"code": "123456", "ttl": "5"},
            region_code="530000",
        )
    assert outbox.deliver(NOW + dt.timedelta(minutes=6)) == 0
    assert gateway.sent == []
    assert (row("c1").state, row("c1").body) == (MessageState.DEAD, "")
