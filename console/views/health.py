"""/health says that the process lives; /ready that it can serve: database, migrations at head, a worker lately seen."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from console import models as m
from console.database import session
from console.scope import system_work
from console.views.guard import public
from console.views.request import now

bp = Blueprint("health", __name__)

WORKER_SEEN = dt.timedelta(minutes=1)


@bp.get("/health")
@public("a load balancer asks; says nothing about data")
def live() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/ready")
@public("a load balancer asks; says nothing about data")
def ready() -> tuple[Response, int]:
    """Each part with ok or what is wrong; 503 when one is."""
    try:
        with system_work("就绪检查"):
            parts = {"database": "ok", "migrations": _migrations(), "worker": _worker()}
            session().rollback()
    except SQLAlchemyError:
        parts = {"database": "unavailable"}
    fine = all(part == "ok" for part in parts.values())
    return jsonify(status="ok" if fine else "unavailable", **parts), 200 if fine else 503


def _migrations() -> str:
    head = (current_app.config["ROOT"] / "console" / "migrations" / "HEAD").read_text().strip()
    found = session().scalar(text("SELECT version_num FROM alembic_version"))
    return "ok" if found == head else f"at {found}, head is {head}"


def _worker() -> str:
    seen = session().scalar(select(func.max(m.WorkerBeat.seen_at)))
    return "ok" if seen is not None and now() - seen < WORKER_SEEN else "not seen in the last minute"
