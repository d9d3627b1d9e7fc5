"""The shape of the database: which migration it is at, and how to bring it to another one."""

from pathlib import Path

import flask_migrate
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from core.database import db

FOLDER = Path(__file__).parent.parent / "migrations"


def with_migrations(app: Flask, folder: Path = FOLDER) -> Flask:
    """Give an application its migrations, and with them the commands of `motcua db`."""
    flask_migrate.Migrate(app, db, directory=str(folder))
    return app


def upgrade(revision: str = "head") -> None:
    """Bring the tables of the current application to a revision."""
    flask_migrate.upgrade(revision=revision)


def current_revision() -> str | None:
    """The revision that the tables are at; None for a database without tables of ours."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The revision that this version of the program works with."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def known_revisions() -> frozenset[str]:
    """All revisions that this version of the program can bring a database to."""
    return frozenset(step.revision for step in ScriptDirectory(str(FOLDER)).walk_revisions())
