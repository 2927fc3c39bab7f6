"""The test databases: one server for the whole run, one migrated template, one copy of it per xdist worker.

The server is the embedded one (thrown away at the end, therefore without fsync) or the one TEST_DATABASE_URL or
DATABASE_URL names, whose role needs CREATEDB and CREATEROLE. Loaded by ``pytest_plugins`` in tests/conftest.py.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg2.sql import SQL, Composed, Identifier
from sqlalchemy.engine import make_url

from config import sqlalchemy_url
from console.adapters.database_roles import Urls, connect, grant, prepare
from console.adapters.embedded_postgres import FAST_AND_UNSAFE, Embedded
from console.commands.schema import upgrade
from console.commands.state import MIGRATIONS

FOLDER = "JUXIAN_TEST_FOLDER"  # environment: how xdist workers find the server of their run
PREFIX = "juxian-test-"


@dataclass(frozen=True)
class Server:
    """Where databases can be made: an address allowed to, and the roles' addresses to be pointed at them."""

    admin: str
    urls: Urls

    def create(self, name: str, template: str = "") -> Urls:
        """Make a database owned by the owner (afresh when it exists) and return the addresses of both roles on it."""
        self.drop(name)
        words = {
            "name": Identifier(name),
            "owner": Identifier(make_url(self.urls.owner).username),
            "template": Identifier(template or "template1"),
        }
        self.run(SQL("CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}").format(**words))
        urls = Urls(*(_pointed(url, name) for url in (self.urls.owner, self.urls.app)))
        with closing(connect(urls.owner)) as connection:  # rights on a database are not copied from its template
            grant(connection, urls.app_role)
        return urls

    def drop(self, name: str) -> None:
        """Drop a database if it exists, throwing out whoever is connected."""
        self.run(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))

    def names(self) -> list[str]:
        """Databases of the server."""
        with closing(connect(self.admin)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            return [name for (name,) in cursor.fetchall()]

    def run(self, statement: Composed) -> None:
        """Execute one statement as the role that may make databases."""
        with closing(connect(self.admin)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)


def pytest_configure(config: pytest.Config) -> None:
    """In the process that starts the run: make its folder, after removing what killed runs left."""
    if not hasattr(config, "workerinput"):
        _sweep()
        os.environ[FOLDER] = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir="/tmp")


def pytest_unconfigure(config: pytest.Config) -> None:
    """At the end of the run: remove server and folder."""
    if not hasattr(config, "workerinput") and FOLDER in os.environ:
        _remove(Path(os.environ.pop(FOLDER)))


@pytest.fixture(scope="session")
def database_server() -> Iterator[Server]:
    """The server of this run; the embedded one ends when its last user leaves."""
    given = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")
    if given:
        app = os.environ.get("DATABASE_APP_URL", "")
        yield Server(given, prepare(sqlalchemy_url(given), sqlalchemy_url(app)))
        return
    embedded = Embedded(Path(os.environ[FOLDER]), settings=FAST_AND_UNSAFE)
    with embedded as urls:
        yield Server(embedded.superuser_url, urls)


@pytest.fixture(scope="session")
def template_database(database_server: Server) -> str:
    """The name of a migrated, empty database to copy, made once and again only when the migrations change."""
    name = f"juxian_template_{_fingerprint(MIGRATIONS)}"
    with _alone():
        if name not in database_server.names():
            upgrade(database_server.create(f"{name}_draft"))
            database_server.run(
                SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(f"{name}_draft"), Identifier(name))
            )
    return name


@pytest.fixture(scope="session")
def db_urls(database_server: Server, template_database: str) -> Iterator[Urls]:
    """A migrated database of this worker's own: the addresses of owner and application."""
    name = f"juxian_test_{os.getpid()}"
    with _alone():  # a template cannot be copied twice at once
        urls = database_server.create(name, template_database)
    yield urls
    database_server.drop(name)


@contextmanager
def _alone() -> Iterator[None]:
    with (Path(os.environ[FOLDER]) / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _pointed(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def _sweep() -> None:
    for folder in Path("/tmp").glob(f"{PREFIX}*"):
        pid = int(folder.name.removeprefix(PREFIX).partition("-")[0])
        try:
            if folder.stat().st_uid == os.geteuid() and not _lives(pid):
                _remove(folder)
        except FileNotFoundError:
            continue  # another run that starts now was faster


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(folder: Path) -> None:
    Embedded(folder).destroy()
    shutil.rmtree(folder)
