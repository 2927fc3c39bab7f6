"""Delivering the outbox: one message, one commit; what fails is tried again later, what cannot succeed is set aside."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from console import models as m
from console.database import session
from console.ports import SmsRefused, SmsUnavailable
from console.scope import system_work
from console.services.outside import outside
from console.services.unit import unit
from console.vocabulary import MessageState

WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, *([120] * 10)))
"""How long to wait after each failure; after the last one the message is set aside for staff to see."""


def deliver(now: dt.datetime, limit: int = 20) -> int:
    """Send up to ``limit`` due messages and return how many were handled; several workers share the work."""
    handled = 0
    with system_work("发送短信"):
        while handled < limit and _deliver_one(now):
            handled += 1
    return handled


def _deliver_one(now: dt.datetime) -> bool:
    with unit() as db:
        message = db.scalar(
            select(m.OutboxMessage)
            .where(
                m.OutboxMessage.state.in_((MessageState.QUEUED, MessageState.RETRYING)), m.OutboxMessage.next_at <= now
            )
            .order_by(m.OutboxMessage.next_at, m.OutboxMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if message is None:
            return False
        _send(message, now)
    return True


def _send(message: m.OutboxMessage, now: dt.datetime) -> None:
    message.attempts += 1
    try:
        outside().sms.send(message.recipient, message.body, idempotency_key=message.key)
    except SmsUnavailable as error:
        _postpone(message, now, str(error))
    except SmsRefused as error:
        message.state, message.error = MessageState.DEAD, str(error)[:200]
    else:
        message.state, message.sent_at, message.error = MessageState.SENT, now, ""


def _postpone(message: m.OutboxMessage, now: dt.datetime, why: str) -> None:
    message.error = why[:200]
    if message.attempts > len(WAITS):
        message.state = MessageState.DEAD
        return
    message.state = MessageState.RETRYING
    message.next_at = now + WAITS[message.attempts - 1]


def pending() -> int:
    """How many messages wait (for the worker's page and tests)."""
    waiting = (MessageState.QUEUED, MessageState.RETRYING)
    return len(session().scalars(select(m.OutboxMessage.id).where(m.OutboxMessage.state.in_(waiting))).all())
