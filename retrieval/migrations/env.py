"""Runs one package's migrations on the connection that `retrieval.db.migrate` holds."""

from alembic import context

from retrieval.db import metadata

given = context.config.attributes
context.configure(
    connection=given["connection"],
    version_table=given["version_table"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
