"""What a database has got already: its schema revision and the seeds; asked at every start, so without Alembic."""

from __future__ import annotations

import hashlib
from contextlib import closing

import psycopg2
from psycopg2.sql import SQL, Identifier, Literal

from config import ROOT
from console.adapters.database_roles import Urls, connect

MIGRATIONS = ROOT / "console" / "migrations"
SEEDS = ROOT / "seeds"


def at_head(urls: Urls) -> bool:
    """Whether the schema is at the revision the file HEAD names."""
    with closing(connect(urls.owner)) as connection, connection.cursor() as cursor:
        try:
            cursor.execute("SELECT version_num FROM alembic_version")
        except psycopg2.errors.UndefinedTable:
            return False
        return cursor.fetchall() == [((MIGRATIONS / "HEAD").read_text().strip(),)]


def seeds_loaded(urls: Urls, *, demo: bool) -> bool:
    """Whether the seed files as they are now were loaded; loading them again would be right, but slow."""
    with closing(connect(urls.owner)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        return cursor.fetchone() == (_seeds_mark(demo=demo),)


def mark_seeds_loaded(urls: Urls, *, demo: bool) -> None:
    """Remember, as the comment of the database, which seeds it has."""
    with closing(connect(urls.owner)) as connection, connection.cursor() as cursor:
        name = Identifier(connection.info.dbname)
        cursor.execute(SQL("COMMENT ON DATABASE {} IS {}").format(name, Literal(_seeds_mark(demo=demo))))


def _seeds_mark(*, demo: bool) -> str:
    digest = hashlib.sha256()
    for path in sorted(SEEDS.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(SEEDS)}\n".encode() + path.read_bytes())
    return f"seeds {digest.hexdigest()[:16]}{' demo' if demo else ''}"
