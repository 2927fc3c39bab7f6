"""Messages to people: a row in the outbox (SMS) and one in the inbox, in the transaction of the act (SECURITY.md R16).

The values are put into the text at once, because a code or a password must not be kept anywhere else. Whoever acts may
write to anybody; the number is looked up as the system and never shown to him.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from console import models as m
from console.database import session
from console.rules.masking import mask_phone
from console.rules.message_texts import fill, is_secret
from console.scope import system_work
from console.services.outside import outside
from console.services.programmes import current_programme
from console.vocabulary import AccountKind, MessageState

KEY_LENGTH = 80


@dataclass(frozen=True, slots=True)
class _Receiver:
    account_id: int | None
    kind: AccountKind
    region_code: str
    phone_cc: str
    phone: str


def tell(
    account_id: int,
    template_code: str,
    *,
    now: dt.datetime,
    key: str,
    values: Mapping[str, str],
    link: str = "",
    confidential: bool = False,
) -> None:
    """Tell the owner of an account, by SMS and in his inbox; call inside ``unit()``.

    ``key`` makes it happen once: a second call with the same key does nothing. ``system`` and ``hotline`` are known
    here. A text with a code or password never goes to the inbox. LookupError when the text has a placeholder without
    a value. Without a phone number, or with a text the bureau switched off, only the inbox is written.
    """
    with system_work("通知本人"):
        receiver = _receiver(account_id)
        text, active = _text(template_code, values)
        secret = confidential or is_secret_template(template_code)
        if (active or secret) and receiver.phone and not _queue(receiver, template_code, text, now, key, secret):
            return
        if not secret:
            _put_into_inbox(receiver, text, link, now)


def text_to(
    phone_cc: str,
    phone: str,
    template_code: str,
    *,
    now: dt.datetime,
    key: str,
    values: Mapping[str, str],
    region_code: str,
    confidential: bool = False,
) -> None:
    """Send an SMS to a number that has no account yet, e.g. a registration code; call inside ``unit()``.

    ``region_code`` decides which support sees its delivery. The number is already normalised.
    """
    with system_work("发送短信"):
        text, _active = _text(template_code, values)
        receiver = _Receiver(None, AccountKind.EXPERT, region_code, phone_cc, phone)
        _queue(receiver, template_code, text, now, key, confidential or is_secret_template(template_code))


def visible_body(message: m.OutboxMessage) -> str:
    """What 消息记录 shows of a text: everything in the demo world, outside it nothing: support sees delivery only."""
    return message.body if outside().demo else ""


def is_secret_template(code: str) -> bool:
    """Whether the texts of this template carry a code or a password, by the wording in force."""
    body = session().scalar(select(m.MessageTemplate.body).where(m.MessageTemplate.code == code))
    return body is not None and is_secret(body)


def _receiver(account_id: int) -> _Receiver:
    a = m.Account
    row = session().execute(select(a.kind, a.region_code, a.phone_cc, a.phone).where(a.id == account_id)).one()
    return _Receiver(account_id, row.kind, row.region_code, row.phone_cc, row.phone or "")


def _text(code: str, values: Mapping[str, str]) -> tuple[str, bool]:
    t = m.MessageTemplate
    row = session().execute(select(t.body, t.active).where(t.code == code)).one()
    programme = current_programme()
    known = {"system": programme.name, "hotline": programme.support_phone, **values}
    if "reason" in known:  # people end their reasons with a full stop, and so do the texts round them
        known["reason"] = known["reason"].rstrip(" 。．.；;，,")
    return fill(row.body, known), row.active


def _queue(receiver: _Receiver, template: str, text: str, now: dt.datetime, key: str, secret: bool) -> bool:
    if not 0 < len(key) <= KEY_LENGTH:
        raise ValueError(f"an idempotency key has 1 to {KEY_LENGTH} characters, not {len(key)}")
    statement = insert(m.OutboxMessage).values(
        account_id=receiver.account_id,
        account_kind=receiver.kind,
        region_code=receiver.region_code,
        key=key,
        template_code=template,
        recipient=f"+{receiver.phone_cc}{receiver.phone}",
        recipient_mask=mask_phone(receiver.phone, receiver.phone_cc),
        body=text,
        confidential=secret,
        state=MessageState.QUEUED,
        attempts=0,
        next_at=now,
        error="",
        created_at=now,
    )
    added = session().execute(statement.on_conflict_do_nothing().returning(m.OutboxMessage.id)).scalar()
    return added is not None


def _put_into_inbox(receiver: _Receiver, text: str, link: str, now: dt.datetime) -> None:
    row = {
        "account_id": receiver.account_id,
        "account_kind": receiver.kind,
        "region_code": receiver.region_code,
        "text": text,
        "link": link[:200],
        "created_at": now,
    }
    session().execute(insert(m.InboxMessage).values(row))


# --- the inbox --------------------------------------------------------------------------------------


def inbox(account_id: int, limit: int = 100) -> list[m.InboxMessage]:
    """The newest messages of an account, newest first."""
    i = m.InboxMessage
    rows = select(i).where(i.account_id == account_id).order_by(i.created_at.desc(), i.id.desc()).limit(limit)
    return list(session().scalars(rows))


def unread(account_id: int) -> int:
    """How many messages of an account wait to be read."""
    i = m.InboxMessage
    return session().scalar(select(func.count()).where(i.account_id == account_id, i.read_at.is_(None))) or 0


def mark_read(account_id: int, *, now: dt.datetime) -> None:
    """Everything in the inbox was seen; call inside ``unit()``."""
    i = m.InboxMessage
    session().execute(update(i).where(i.account_id == account_id, i.read_at.is_(None)).values(read_at=now))
