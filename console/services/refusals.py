"""Refused authorisations leave a trace of their own: a transaction that survives whatever the request does next."""

from __future__ import annotations

import datetime as dt

from console import audit
from console.services.unit import unit
from console.vocabulary import AuditEvent


def note(endpoint: str, *, now: dt.datetime) -> None:
    """Write one audit row saying that the current actor was refused at an endpoint (its name, never its address)."""
    with unit() as db:
        audit.record(db, AuditEvent.REFUSED, at=now, table="page", record_id=endpoint[:64])
