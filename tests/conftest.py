"""Fixtures of every layer: one application per worker, one transaction per test, somebody to act as."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

import config as settings
from console import create_app
from console.extensions import db as _db
from console.scope import Actor, acting_as, everything
from console.services import outside as ports

pytest_plugins = ["tests.database"]

NOW = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)
"""A Friday, 10:30 in Beijing: the present of every test that does not choose another."""


class FixedClock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> dt.datetime:
        return self.moment


@pytest.fixture(scope="session")
def app(db_urls: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on this worker's database, with seeds loaded and committed."""
    instance = tmp_path_factory.mktemp("instance")
    values = settings.load(
        {
            "JUXIAN_ENV": "testing",
            "JUXIAN_INSTANCE": str(instance),
            "DATABASE_APP_URL": db_urls.app,
            "DATABASE_URL": db_urls.owner,
            "JUXIAN_SECRET_KEY": "tests" * 10,
        }
    )
    application = create_app(values)
    with application.app_context():
        from tests.worlds import load_reference_data

        with acting_as(everything("测试数据")):
            load_reference_data()
        _db.session.remove()
    yield application
    with application.app_context():
        ports.outside().pdf.close()
        _db.engine.dispose()


@pytest.fixture
def clock(app: Flask) -> FixedClock:
    """The clock of the test; set ``clock.moment``."""
    fixed = FixedClock()
    object.__setattr__(ports.outside(), "clock", fixed)
    return fixed


@pytest.fixture
def db(app: Flask, clock: FixedClock) -> Iterator[Any]:
    """The database inside a transaction that is rolled back: commits of the code under test become savepoints."""
    with app.app_context():
        engines = _db._app_engines[app]
        engine = engines[None]
        connection = engine.connect()
        transaction = connection.begin()
        engines[None] = connection
        try:
            yield _db
        finally:
            _db.session.remove()
            engines[None] = engine
            transaction.rollback()
            connection.close()


@pytest.fixture
def client(app: Flask, db: Any) -> FlaskClient:
    """A browser without scripts, nobody logged in."""
    return app.test_client()


@pytest.fixture
def system(db: Any) -> Iterator[Actor]:
    """Act as the system: sees and writes everything."""
    with acting_as(everything("测试")) as actor:
        yield actor


@pytest.fixture
def acting() -> Callable[[Actor], Any]:
    """``with acting(actor): …``."""

    @contextmanager
    def run(actor: Actor) -> Iterator[Actor]:
        with acting_as(actor):
            yield actor
            _db.session.flush()

    return run


ROOT = Path(__file__).resolve().parent.parent
