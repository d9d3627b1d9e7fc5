"""How Alembic changes tables: one transaction, one process at a time, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, Enum

from core.database import Model, UtcDateTime, db

# Any fixed number will do: two processes that start at once must migrate one after the other.
_MIGRATION_LOCK = 4_702_026


def run() -> None:
    """Run the wanted migrations on the application's database."""
    if context.is_offline_mode():
        raise SystemExit("Migrations need the database: run them without --sql.")
    with db.engine.connect().execution_options(immediate=True) as connection, _alone(connection):
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=_rendered,
            transactional_ddl=True,
            process_revision_directives=_without_empty_revision,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Keep other migrators out. SQLite rebuilds tables, which must not cascade to children."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def _rendered(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Write our column types as plain ones: a migration must not change when the code does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    if kind == "type" and isinstance(item, JSON):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def _without_empty_revision(_context: Any, _revision: Any, directives: list[Any]) -> None:
    options = context.config.cmd_opts
    if options is not None and getattr(options, "autogenerate", False):
        script = directives[0]
        if script.upgrade_ops is not None and script.upgrade_ops.is_empty():
            directives[:] = []


run()
