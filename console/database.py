"""The session of the running action, without knowing who provides it (Flask-SQLAlchemy in the web process, plain
SQLAlchemy in the worker and in tests).
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session


class _Provider:
    factory: Callable[[], Session] | None = None


def provide(factory: Callable[[], Session]) -> None:
    """Install the function that gives the current session (done once by create_app)."""
    _Provider.factory = factory


def session() -> Session:
    """The current session; RuntimeError when nobody provided one."""
    if _Provider.factory is None:
        raise RuntimeError("no session provided: call console.database.provide() first")
    return _Provider.factory()
