"""Alembic's entry point: runs migrations on the connection that `core.storage.schema.migrate` provides."""

from alembic import context

from core.storage.schema.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,  # for the names of constraints
    render_as_batch=True,
)
context.run_migrations()
