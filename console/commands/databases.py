"""Which database a command works on: the given one (DATABASE_URL) or the embedded one of the instance."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from config import sqlalchemy_url
from console.adapters.database_roles import RoleError, Urls, derived_app_url, prepare
from console.adapters.embedded_postgres import DatabaseError, Embedded


def is_given(values: Mapping[str, object]) -> bool:
    """Whether the settings name a database, so that the embedded one is not used."""
    return bool(values["DATABASE_URL"] or values["DATABASE_APP_URL"])


def embedded(values: Mapping[str, object]) -> Embedded:
    """The embedded server of the instance, started or not."""
    return Embedded(Path(str(values["INSTANCE"])))


@contextmanager
def as_owner(values: Mapping[str, object]) -> Iterator[Urls]:
    """Addresses of a running database with both roles ready; an embedded server nobody else uses ends afterwards."""
    try:
        if values["DATABASE_URL"]:
            yield prepare(sqlalchemy_url(str(values["DATABASE_URL"])), sqlalchemy_url(str(values["DATABASE_APP_URL"])))
        elif values["DATABASE_APP_URL"]:
            raise click.ClickException("只设置了 DATABASE_APP_URL；此命令还需要所有者连接 DATABASE_URL")
        else:
            with embedded(values) as urls:
                yield urls
    except (DatabaseError, RoleError) as error:
        raise click.ClickException(str(error)) from error


def given_app_url(values: Mapping[str, object]) -> str:
    """The application's address on a given database, whose roles ``console migrate`` has prepared."""
    if values["DATABASE_APP_URL"]:
        return sqlalchemy_url(str(values["DATABASE_APP_URL"]))
    try:
        return derived_app_url(sqlalchemy_url(str(values["DATABASE_URL"])))
    except RoleError as error:
        raise click.ClickException(str(error)) from error


def use_application_role(values: Mapping[str, object]) -> None:
    """Point this process, before it makes the app, at the database as the application and forget the owner's address.

    Never starts the embedded server: a worker that did would end it under the others.
    """
    if is_given(values):
        os.environ["DATABASE_APP_URL"] = given_app_url(values)
    elif embedded(values).running:
        os.environ["DATABASE_APP_URL"] = embedded(values).urls.app
    else:
        raise click.ClickException("内置数据库未运行；请先运行 console serve，或设置 DATABASE_URL")
    os.environ.pop("DATABASE_URL", None)
