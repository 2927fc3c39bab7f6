import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from console import models  # noqa: F401 declares the tables
from console.columns import Base
from console.commands.schema import MIGRATIONS, check_head, downgrade, upgrade


def test_the_migrations_make_exactly_the_models(db_urls):
    engine = create_engine(db_urls.owner)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_head_names_the_newest_revision():
    assert check_head(MIGRATIONS) == (MIGRATIONS / "HEAD").read_text().strip()


@pytest.mark.slow
def test_every_migration_goes_down_and_up_again(database_server):
    urls = database_server.create("juxian_down_and_up")
    upgrade(urls)
    downgrade(urls, "base")
    upgrade(urls)
    engine = create_engine(urls.owner)
    with engine.connect() as connection:
        tables = connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    engine.dispose()
    assert tables == len(Base.metadata.tables) + 1
    database_server.drop("juxian_down_and_up")
