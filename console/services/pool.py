"""Where an expert stands in the pool: derived from his case and certificates, kept on his row for the lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select, update

from console import models as m
from console.database import session
from console.scope import system_work
from console.vocabulary import ApplicationState, CertificateState, PoolState

OF_CASE = {
    ApplicationState.PENDING: PoolState.REVIEWING,
    ApplicationState.PART: PoolState.REVIEWING,
    ApplicationState.APPROVED: PoolState.APPROVED,
    ApplicationState.REJECTED: PoolState.REJECTED,
}
_ENDED = {
    CertificateState.EXPIRED: PoolState.EXPIRED,
    CertificateState.VALID: PoolState.EXPIRED,  # its last day is over, the nightly tick has not come yet
    CertificateState.TERMINATED: PoolState.TERMINATED,
    CertificateState.REVOKED: PoolState.TERMINATED,
}


def refresh_pool_state(expert_id: int, today: dt.date) -> None:
    """Derive state and last day of validity anew; call inside ``unit()`` after a case or certificate moved.

    A valid certificate outweighs an open case: who may be appointed today stays in the pool. The version of the row
    stays as it is, so that a form the expert has open does not become stale by an official's verdict.
    """
    session().flush()  # what is pending is written as whoever acts, not as the system
    with system_work("更新在库状态"):
        values = _derived(expert_id, today)
        statement = update(m.Expert).where(m.Expert.id == expert_id).values(updated_at=m.Expert.updated_at, **values)
        session().execute(statement, execution_options={"synchronize_session": "fetch"})


def _derived(expert_id: int, today: dt.date) -> dict[str, Any]:
    c = m.Certificate
    found = select(c.state, c.valid_until).where(c.expert_id == expert_id)
    papers = session().execute(found.order_by(c.issued_on.desc(), c.id.desc())).all()
    valid = [until for state, until in papers if state is CertificateState.VALID and (until is None or until >= today)]
    ends = [until for until in valid if until] or [until for _, until in papers if until]
    return {
        "pool_state": PoolState.IN_POOL if valid else _without_paper(expert_id, papers[0][0] if papers else None),
        "long_term": None in valid,
        "last_certificate_until": max(ends, default=None),
    }


def _without_paper(expert_id: int, last: CertificateState | None) -> PoolState:
    a = m.Application
    case = session().scalar(select(a.state).where(a.expert_id == expert_id, a.state != ApplicationState.FILED))
    if case in OF_CASE:
        return OF_CASE[case]
    return _ENDED[last] if last else PoolState.NEW
