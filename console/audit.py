"""The audit: one row per change in the same transaction, and explicit rows for reads, logins and refusals (R14).

A ``before_flush`` listener compares attribute histories; the rows are inserted with plain INSERTs just before commit
(no RETURNING: whoever acts may write audit rows, hardly anybody may read them). Secret columns appear as fingerprints.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any, cast

from sqlalchemy import Table, event, insert, inspect
from sqlalchemy.orm import Session
from sqlalchemy.orm.unitofwork import UOWTransaction

from console import crypt
from console import models as m
from console.columns import Base
from console.scope import Actor, current_actor
from console.vocabulary import AuditEvent

UNAUDITED: frozenset[type] = frozenset(
    {
        m.ExpertGram,
        m.NumberCounter,
        m.PasswordHistory,
        m.UserSession,
        m.OneTimeCode,
        m.CaptchaChallenge,
        m.Attempt,
        m.StepLog,
        m.FieldChange,
        m.CertificateReminder,
        m.OutboxMessage,
        m.InboxMessage,
        m.AuditEntry,
        m.JobRun,
        m.WorkerBeat,
        m.IdempotencyKey,
    }
)
"""Tables that are traces themselves, or machinery without meaning to a reader of the audit."""

SKIPPED = frozenset({"lock_version", "updated_at", "created_at", "content", "sort_key"})


_TABLE = cast(Table, m.AuditEntry.__table__)


def record(
    session: Session,
    event_: AuditEvent,
    *,
    at: dt.datetime,
    table: str = "",
    record_id: object = "",
    region_code: str | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    """Write one audit row of the current actor into the running transaction. ``changes`` holds no secret value."""
    _insert(session, [_row(current_actor(), event_, at, table, str(record_id), region_code, changes or {})])


def _row(
    actor: Actor, event_: AuditEvent, at: dt.datetime, table: str, record_id: str, region: str | None, changes: Any
) -> dict[str, Any]:
    return {
        "at": at,
        "event": event_,
        "actor_id": actor.account_id,
        "actor_name": actor.name,
        "because": actor.because[:120],
        "table_name": table,
        "record_id": record_id,
        "region_code": region or actor.region_code or None,
        "ip": actor.ip,
        "request_id": actor.request_id,
        "changes": changes,
    }


def _insert(session: Session, rows: list[dict[str, Any]]) -> None:
    # inline: a single row would otherwise be inserted with RETURNING, which only the audit administrator may read.
    session.connection().execute(insert(_TABLE).inline(), rows)


def _shown(column: Any, value: Any) -> Any:
    if value is None or value == "":
        return value
    if column.info.get("secret"):
        return f"#{crypt.fingerprint(str(value))}"
    if isinstance(value, Enum):
        return getattr(value, "label", value.value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value if isinstance(value, int | bool) else str(value)[:500]


def _differences(row: Any, kind: AuditEvent) -> dict[str, Any]:
    state = inspect(row)
    found: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        column = attribute.columns[0]
        if attribute.key in SKIPPED or attribute.key.endswith("_index") or attribute.key == "id_tail":
            continue
        history = state.attrs[attribute.key].history
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        if kind is AuditEvent.DELETE:
            before, after = getattr(row, attribute.key), None
        if before != after and (history.has_changes() or kind is AuditEvent.DELETE):
            found[attribute.key] = [_shown(column, before), _shown(column, after)]
    return found


def _collect(session: Session, context: UOWTransaction, instances: object) -> None:
    pending: list[tuple[Any, AuditEvent, dict[str, Any]]] = session.info.setdefault("audit", [])
    groups = (
        (session.new, AuditEvent.CREATE),
        (session.dirty, AuditEvent.UPDATE),
        (session.deleted, AuditEvent.DELETE),
    )
    for rows, kind in groups:
        for row in rows:
            if isinstance(row, Base) and type(row) not in UNAUDITED:
                changes = _differences(row, kind)
                if changes or kind is AuditEvent.DELETE:
                    pending.append((row, kind, changes))


def _write(session: Session, context: UOWTransaction) -> None:
    pending = session.info.pop("audit", [])
    if not pending:
        return
    actor, at = current_actor(), dt.datetime.now(dt.UTC)
    rows = []
    for row, kind, changes in pending:
        identity = inspect(row).identity or inspect(row).mapper.primary_key_from_instance(row)
        key = ",".join(str(part) for part in identity)
        region = getattr(row, "region_code", None)
        rows.append(_row(actor, kind, at, row.__tablename__, key, region, changes))
    _insert(session, rows)


def _forget(session: Session) -> None:
    session.info.pop("audit", None)


def install() -> None:
    """Audit every session of this process from now on; calling it again changes nothing."""
    for name, listener in (("before_flush", _collect), ("after_flush", _write), ("after_rollback", _forget)):
        if not event.contains(Session, name, listener):
            event.listen(Session, name, listener)
