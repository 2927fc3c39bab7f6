"""The two database roles: ``console_owner`` owns the tables and migrates, ``console_app`` is the running application.

The application role owns nothing and cannot pass row-level security, so it is safe to give every web process its
password. What it may do with single tables is said in the migrations; here it gets the usual rights on new ones.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import encrypt_password, make_dsn
from psycopg2.sql import SQL, Identifier

OWNER = "console_owner"
APP = "console_app"
OLDEST = 140000  # PostgreSQL 14, as server_version_num
TURN = 7_205_758  # any fixed number for the advisory lock


class RoleError(RuntimeError):
    """The roles cannot be arranged with the rights given; the sentence is Chinese and says what to do."""


@dataclass(frozen=True, slots=True)
class Urls:
    """The SQLAlchemy addresses of the owner (migrations only) and of the application."""

    owner: str
    app: str

    @property
    def app_role(self) -> str:
        """Name of the application's role, for GRANT and REVOKE in migrations."""
        return unquote(urlsplit(self.app).username or APP)


def connect(url: str, *, database: str = "") -> Connection:
    """Open an autocommit connection from a SQLAlchemy address, to another database of the server if named."""
    parts = urlsplit(url)
    path = f"/{quote(database)}" if database else parts.path
    connection = psycopg2.connect(urlunsplit(parts._replace(scheme="postgresql", path=path)), connect_timeout=5)
    connection.autocommit = True
    return connection


def prepare(owner_url: str, app_url: str = "") -> Urls:
    """Make the application role of a given server usable and return both addresses.

    Without ``app_url`` the role console_app is created (or its password renewed) with a password derived from the
    owner's, so that every node that knows DATABASE_URL finds the same one and nothing has to be stored.
    Raises RoleError when the server is too old or the owner may not create roles.
    """
    urls = Urls(owner_url, app_url or derived_app_url(owner_url))
    connection = connect(owner_url)
    try:
        if connection.server_version < OLDEST:
            raise RoleError("PostgreSQL 版本过低：需要 14 或以上")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", (TURN,))  # nodes starting at once; ends with the connection
        if not app_url:
            _create_app(connection, urls)
        grant(connection, urls.app_role)
    finally:
        connection.close()
    return urls


def derived_app_url(owner_url: str) -> str:
    """Return the address of console_app on the owner's server; RoleError when the owner's has no password."""
    parts = urlsplit(owner_url)
    if not parts.password:
        raise RoleError("DATABASE_URL 中没有密码，无法推导应用角色的密码；请设置 DATABASE_APP_URL")
    password = hmac.new(unquote(parts.password).encode(), APP.encode(), hashlib.sha256).hexdigest()
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{APP}:{password}@{host}"))


def _create_app(connection: Connection, urls: Urls) -> None:
    password = urlsplit(urls.app).password or ""
    try:
        create_role(connection, APP, password, replace=True)
    except psycopg2.errors.InsufficientPrivilege as error:
        raise RoleError(
            "DATABASE_URL 的角色无权建立 console_app；请由数据库管理员建立应用角色并设置 DATABASE_APP_URL"
        ) from error


def create_role(connection: Connection, name: str, password: str, *, replace: bool = False) -> None:
    """Create a login role without any special right; only the SCRAM verifier of the password is sent.

    An existing role is left alone, or with ``replace`` gets this password when it cannot log in with it already.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,))
        exists = cursor.fetchone() is not None
        if exists and (not replace or _can_log_in(connection, name, password)):
            return
        verb = "ALTER" if exists else "CREATE"
        rights = "" if exists else " NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
        verifier = encrypt_password(password, name, connection, "scram-sha-256")
        cursor.execute(SQL(f"{verb} ROLE {{}} LOGIN{rights} PASSWORD %s").format(Identifier(name)), (verifier,))


def _can_log_in(connection: Connection, name: str, password: str) -> bool:
    try:
        psycopg2.connect(make_dsn(connection.dsn, user=name, password=password)).close()
    except psycopg2.OperationalError:
        return False
    return True


def grant(connection: Connection, role: str) -> None:
    """As the owner: let ``role`` connect and use the tables the owner will create; nobody else gets anything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        (database,) = cursor.fetchone() or ("",)
        for statement in (
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {database} TO {role}",
            "GRANT USAGE ON SCHEMA public TO {role}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
        ):
            cursor.execute(SQL(statement).format(database=Identifier(database), role=Identifier(role)))
