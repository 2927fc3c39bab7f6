"""console migrate: all the way up and down, and the HEAD file that makes two parallel migrations conflict."""

import os
import shutil
from contextlib import closing

import click
import pytest

from console.adapters.database_roles import connect
from console.commands.schema import check_head, current, downgrade, upgrade
from console.commands.state import MIGRATIONS, at_head, mark_seeds_loaded, seeds_loaded


@pytest.fixture
def empty(database_server):
    name = f"juxian_empty_{os.getpid()}"
    yield database_server.create(name)
    database_server.drop(name)


def things(urls):
    """Tables and functions in the public schema."""
    with closing(connect(urls.owner)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')"
            " UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        )
        return {name for (name,) in cursor.fetchall()}


def test_the_schema_goes_all_the_way_up_down_and_up_again(empty):
    assert not at_head(empty)
    upgrade(empty)
    made = things(empty)
    assert current(empty) == check_head()
    assert at_head(empty)
    downgrade(empty, "base")
    assert things(empty) == {"alembic_version"}
    upgrade(empty)
    assert things(empty) == made


def test_a_head_file_that_names_another_revision_is_refused(tmp_path):
    copied = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copied)
    (copied / "HEAD").write_text("0000\n")
    with pytest.raises(click.ClickException, match="0000"):
        check_head(copied)


def test_seeds_count_as_loaded_until_their_files_change(empty, tmp_path, monkeypatch):
    monkeypatch.setattr("console.commands.state.SEEDS", tmp_path)
    (tmp_path / "regions.csv").write_text("one")
    assert not seeds_loaded(empty, demo=False)
    mark_seeds_loaded(empty, demo=False)
    assert seeds_loaded(empty, demo=False)
    assert not seeds_loaded(empty, demo=True)
    (tmp_path / "regions.csv").write_text("two")
    assert not seeds_loaded(empty, demo=False)
