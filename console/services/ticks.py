"""Scheduled work: each job once per time slot, whoever's worker comes first (SECURITY.md R18).

A slot's work and its mark are one transaction under an advisory lock, so two workers, a crash or a restart never do a
slot twice or half. Missed slots are caught up, oldest first. Nothing depends on a tick for truth: validity is computed
in queries too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select

from console import models as m
from console.database import session
from console.rules.deadlines import beijing_midnight, beijing_today
from console.scope import system_work
from console.services import certificates
from console.services.unit import unit

MOST_CAUGHT_UP = 7
"""Slots caught up after a long stop; older ones would do nothing that the last seven do not."""


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of scheduled work: ``at`` is the time of day in Beijing; ``every`` the distance of its slots."""

    name: str
    because: str
    run: Callable[[dt.datetime], int]
    at: dt.timedelta = dt.timedelta(0)
    every: dt.timedelta = dt.timedelta(days=1)

    def slots(self, after: dt.datetime | None, now: dt.datetime) -> list[dt.datetime]:
        """Slots that are due and not done, oldest first; the newest one only when the job never ran."""
        latest = self._latest(now)
        if after is None:
            return [latest]
        missed: list[dt.datetime] = []
        while latest > after and len(missed) < MOST_CAUGHT_UP:
            missed.append(latest)
            latest -= self.every
        return missed[::-1]

    def _latest(self, now: dt.datetime) -> dt.datetime:
        first = beijing_midnight(beijing_today(now)) - dt.timedelta(days=1) + self.at
        return first + ((now - first) // self.every) * self.every


def _clean(now: dt.datetime) -> int:
    """Remove machinery that has served its time: challenges, codes, counters, keys of forms, ended sessions."""
    day, month = now - dt.timedelta(days=1), now - dt.timedelta(days=30)
    removed = 0
    for statement in (
        delete(m.CaptchaChallenge).where(m.CaptchaChallenge.expires_at < now),
        delete(m.OneTimeCode).where(m.OneTimeCode.expires_at < now - dt.timedelta(days=2)),
        delete(m.Attempt).where(m.Attempt.window_start < now - dt.timedelta(days=2)),
        delete(m.IdempotencyKey).where(m.IdempotencyKey.created_at < day),
        delete(m.UserSession).where(m.UserSession.expires_at < month),
        delete(m.WorkerBeat).where(m.WorkerBeat.seen_at < day),
    ):
        result = session().execute(statement, execution_options={"synchronize_session": False})
        removed += cast(CursorResult[Any], result).rowcount
    return removed


JOBS = (
    Job("expire_certificates", "聘书到期", lambda now: certificates.expire_due(now), at=dt.timedelta(minutes=5)),
    Job("remind_certificates", "聘书到期提醒", lambda now: certificates.remind_due(now), at=dt.timedelta(hours=8)),
    Job("clean", "清理过期数据", _clean, every=dt.timedelta(hours=1)),
)


def run_due(now: dt.datetime) -> dict[str, int]:
    """Run every due slot of every job; returns how much each job did. Commits slot by slot."""
    done: dict[str, int] = {}
    for job in JOBS:
        with system_work(job.because):
            after = session().scalar(select(func.max(m.JobRun.slot)).where(m.JobRun.job == job.name))
            session().rollback()
            for slot in job.slots(after, now):
                done[job.name] = done.get(job.name, 0) + _run_slot(job, slot, now)
    return done


def _run_slot(job: Job, slot: dt.datetime, now: dt.datetime) -> int:
    with unit() as db:
        lock = func.pg_try_advisory_xact_lock(func.hashtext(f"job:{job.name}"))
        if not db.scalar(select(lock)) or db.get(m.JobRun, (job.name, slot)) is not None:
            return 0
        number = job.run(now)
        db.add(m.JobRun(job=job.name, slot=slot, finished_at=now, result=str(number)))
    return number
