"""``console psql``: the SQL prompt of the embedded database, for whoever looks after it."""

from __future__ import annotations

import os

import click
from sqlalchemy.engine import make_url

from config import declared
from console.adapters.postgres_binaries import programs
from console.commands.databases import as_owner, embedded, is_given


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1)
def psql(arguments: tuple[str, ...]) -> None:
    """以所有者身份打开内置数据库的 SQL 命令行；其余参数转给 psql。"""
    values = declared(os.environ)
    if is_given(values):
        raise click.ClickException("已设置 DATABASE_URL；请直接用 psql 连接该数据库")
    with as_owner(values) as urls:
        url = make_url(urls.owner)
        known = {"PGHOST": str(url.query["host"]), "PGUSER": str(url.username), "PGDATABASE": str(url.database)}
        program = programs(embedded(values).cluster.user) / "psql"
        environment = {**os.environ, **known, "PGPASSWORD": str(url.password)}  # not on the command line, all can see
        code = os.spawnve(os.P_WAIT, program, [str(program), *arguments], environment)  # noqa: S606 no shell
    raise SystemExit(code)
