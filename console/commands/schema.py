"""``console migrate``: bring the schema of the database to a revision, as its owner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text

from config import ROOT
from console.adapters.database_roles import Urls

MIGRATIONS = ROOT / "console" / "migrations"
LOCK_MS = 4000  # a migration that waits longer for a table would make every request behind it wait too
NUMBER = 7_205_759  # any fixed number: two nodes migrating at once take turns


def upgrade(urls: Urls, revision: str = "head", *, migrations: Path = MIGRATIONS) -> None:
    """Migrate up to ``revision`` as the owner; ClickException when the HEAD file disagrees with the scripts."""
    check_head(migrations)
    with _owner(urls) as connection:
        command.upgrade(alembic_config(migrations, connection, urls), revision)


def downgrade(urls: Urls, revision: str, *, migrations: Path = MIGRATIONS) -> None:
    """Migrate down to ``revision`` (``-1`` one step, ``base`` all the way)."""
    with _owner(urls) as connection:
        command.downgrade(alembic_config(migrations, connection, urls), revision)


def alembic_config(migrations: Path, connection: Connection | None = None, urls: Urls | None = None) -> AlembicConfig:
    """Return Alembic's configuration; ``env.py`` finds the connection and the application role in its attributes."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(migrations))
    config.attributes.update(connection=connection, app_role=urls.app_role if urls else "")
    return config


def check_head(migrations: Path = MIGRATIONS) -> str:
    """Return the newest revision, which the file HEAD must name: two parallel migrations then conflict in git."""
    heads = ScriptDirectory.from_config(alembic_config(migrations)).get_heads()
    named = (migrations / "HEAD").read_text().strip()
    if heads != [named]:
        raise click.ClickException(f"迁移脚本的最新版本是 {'、'.join(heads)}，HEAD 文件写的是 {named}")
    return named


@contextmanager
def _owner(urls: Urls) -> Iterator[Connection]:
    engine = create_engine(
        urls.owner, poolclass=NullPool, connect_args={"options": f"-c lock_timeout={LOCK_MS} -c timezone=UTC"}
    )
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({NUMBER})"))
        connection.commit()  # the lock lasts for the session; each migration has a transaction of its own
        yield connection
    engine.dispose()
