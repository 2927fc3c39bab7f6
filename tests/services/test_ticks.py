import datetime as dt

import pytest
from sqlalchemy import func, select

from console import models as m
from console.database import session
from console.services import ticks
from console.services.ticks import Job

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def moment(*parts):
    return dt.datetime(*parts, tzinfo=SHANGHAI).astimezone(dt.UTC)


JOB = Job("expire", "试验", lambda now: 1, at=dt.timedelta(minutes=5))


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (moment(2026, 11, 20, 0, 4, 59), moment(2026, 11, 19, 0, 5)),
        (moment(2026, 11, 20, 0, 5), moment(2026, 11, 20, 0, 5)),
        (moment(2026, 11, 20, 23, 59, 59), moment(2026, 11, 20, 0, 5)),
    ],
)
def test_a_daily_slot_begins_at_its_minute_in_beijing(now, slot):
    assert JOB.slots(None, now) == [slot]


def test_missed_slots_are_caught_up_oldest_first():
    now = moment(2026, 11, 20, 10)
    slots = JOB.slots(moment(2026, 11, 17, 0, 5), now)
    assert slots == [moment(2026, 11, day, 0, 5) for day in (18, 19, 20)]


def test_after_a_month_only_the_last_seven_are_caught_up():
    assert len(JOB.slots(moment(2026, 10, 1, 0, 5), moment(2026, 11, 20, 10))) == 7


def test_nothing_is_due_twice():
    assert JOB.slots(moment(2026, 11, 20, 0, 5), moment(2026, 11, 20, 10)) == []


def test_every_job_runs_once_per_slot(db, clock, monkeypatch):
    runs = []
    job = Job("counted", "试验", lambda now: runs.append(now) or 3)
    monkeypatch.setattr(ticks, "JOBS", (job,))
    assert ticks.run_due(clock.now()) == {"counted": 3}
    assert ticks.run_due(clock.now() + dt.timedelta(minutes=1)) == {}
    assert len(runs) == 1


def test_a_failing_job_leaves_no_mark_and_is_tried_again(db, clock, monkeypatch, system):
    def fail(now):
        raise ValueError("broken")

    monkeypatch.setattr(ticks, "JOBS", (Job("failing", "试验", fail),))
    with pytest.raises(ValueError, match="broken"):
        ticks.run_due(clock.now())
    assert session().scalar(select(func.count()).select_from(m.JobRun)) == 0


def test_the_real_jobs_run(db, clock, system):
    assert set(ticks.run_due(clock.now())) == {job.name for job in ticks.JOBS}
    assert session().scalar(select(func.count()).select_from(m.JobRun)) == len(ticks.JOBS)
