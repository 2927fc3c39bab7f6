"""The process beside the web server: delivers messages, runs due ticks, shows that it lives."""

from __future__ import annotations

import datetime as dt
import os
import socket
from threading import Event

import structlog
from flask import Flask
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from console import models as m
from console.database import session
from console.scope import system_work
from console.services import outbox, ticks
from console.services.outside import outside

IDLE_SECONDS = 1.0
BEAT = dt.timedelta(seconds=15)
TICK = dt.timedelta(seconds=30)
AFTER_FAILURE_SECONDS = 5.0

log = structlog.get_logger()


def run_forever(app: Flask, stop: Event) -> None:
    """Work until ``stop`` is set. A database that went away is waited for; nothing half-done is kept."""
    last_beat = last_tick = dt.datetime.min.replace(tzinfo=dt.UTC)
    log.info("worker started", pid=os.getpid())
    while not stop.is_set():
        now = outside().clock.now()
        try:
            with app.app_context():
                if now - last_beat >= BEAT:
                    beat(now)
                    last_beat = now
                sent = outbox.deliver(now)
                if now - last_tick >= TICK:
                    ticks.run_due(now)
                    last_tick = now
        except SQLAlchemyError as error:
            log.error("worker failed, will go on", kind=type(error).__name__)
            stop.wait(AFTER_FAILURE_SECONDS)
            continue
        if not sent:
            stop.wait(IDLE_SECONDS)
    outside().pdf.close()
    log.info("worker stopped", pid=os.getpid())


def beat(now: dt.datetime) -> None:
    """Write this worker's sign of life; /ready reads the newest."""
    with system_work("后台任务心跳"):
        statement = insert(m.WorkerBeat).values(name=f"{socket.gethostname()[:60]}:{os.getpid()}", seen_at=now)
        session().execute(statement.on_conflict_do_update(index_elements=["name"], set_={"seen_at": now}))
        session().commit()
