"""Delivery of messages: one transaction per message, whoever's worker comes first; failures come back later (R16).

At least once is the promise: a worker that dies between sending and committing sends again, with the same key, which a
gateway can recognise.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, select

from console import models as m
from console.ports import SmsRefused, SmsUnavailable
from console.scope import system_work
from console.services.codes import TEMPLATES, policy
from console.services.outside import outside
from console.services.unit import unit
from console.vocabulary import MessageState

BACK_OFF = (
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    *([dt.timedelta(hours=2)] * 10),
)
"""Waiting times after the first, second, … failure; after the last the message is dead."""


def deliver(now: dt.datetime, limit: int = 20) -> int:
    """Send up to ``limit`` due messages and return how many were sent. Commits after each."""
    sent = 0
    with system_work("发送短信"):
        for _each in range(limit):
            with unit() as db:
                message = db.scalars(_next_due(now)).first()
                if message is None:
                    break
                sent += _send(message, now)
    return sent


def _next_due(now: dt.datetime) -> Select[m.OutboxMessage]:
    o = m.OutboxMessage
    return (
        select(o)
        .where(o.state.in_((MessageState.QUEUED, MessageState.RETRYING)), o.next_at <= now)
        .order_by(o.next_at, o.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def _send(message: m.OutboxMessage, now: dt.datetime) -> int:
    if _too_late(message, now):
        _give_up(message, "验证码已过期，未再发送")
        return 0
    message.attempts += 1
    try:
        outside().sms.send(message.recipient, message.body, idempotency_key=message.key)
    except SmsRefused:
        _give_up(message, "短信网关拒绝发送")
        return 0
    except SmsUnavailable:
        _try_again(message, now)
        return 0
    message.state, message.sent_at, message.error = MessageState.SENT, now, ""
    _forget_secret(message)
    return 1


def _too_late(message: m.OutboxMessage, now: dt.datetime) -> bool:
    """A code that nobody could use any more is not sent; it would only ask for trouble."""
    return message.template_code in TEMPLATES.values() and now - message.created_at > policy(now).lifetime


def _try_again(message: m.OutboxMessage, now: dt.datetime) -> None:
    if message.attempts > len(BACK_OFF):
        _give_up(message, "短信网关长时间无法连接")
        return
    message.state, message.error = MessageState.RETRYING, "短信网关暂时无法连接"
    message.next_at = now + BACK_OFF[message.attempts - 1]


def _give_up(message: m.OutboxMessage, why: str) -> None:
    message.state, message.error = MessageState.DEAD, why
    _forget_secret(message)


def _forget_secret(message: m.OutboxMessage) -> None:
    # A code or password is kept no longer than it takes to send it; the demo world shows it in 消息记录.
    if message.confidential and not outside().demo:
        message.body = ""
