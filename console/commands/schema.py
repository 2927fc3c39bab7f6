"""``console migrate``: bring the schema of the database to a revision, as its owner."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text

from config import declared
from console.adapters.database_roles import Urls
from console.commands.databases import as_owner
from console.commands.state import MIGRATIONS

LOCK_MS = 4000  # a migration that waits longer for a table would make every request behind it wait too
NUMBER = 7_205_759  # any fixed number: two nodes migrating at once take turns


@click.command()
@click.option(
    "--to", "revision", default="", help="目标版本号；默认升级到最新，降级时须指定（-1 为退回一步，base 为全部退回）"
)
@click.option("--down", is_flag=True, help="降级")
def migrate(revision: str, down: bool) -> None:
    """升级（或用 --down 降级）数据库结构；同时建立应用角色。"""
    if down and not revision:
        raise click.UsageError("降级须用 --to 指定目标版本")
    with as_owner(declared(os.environ)) as urls:
        if down:
            downgrade(urls, revision)
        else:
            upgrade(urls, revision or "head")
        click.echo(f"数据库结构版本：{current(urls) or '空'}")


def current(urls: Urls) -> str:
    """Return the revision the database is at, empty for an empty database."""
    with _owner(urls) as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


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
