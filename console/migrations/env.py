"""Alembic's entry: run the migrations on the connection that ``console migrate`` (or a test) hands over.

Migrations read the name of the application's role from ``context.config.attributes["app_role"]``.
"""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    transaction_per_migration=True,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
