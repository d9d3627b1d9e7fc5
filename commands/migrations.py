"""Bringing the database to another migration."""

from pathlib import Path

import flask_migrate
from flask import Flask

from core.database import db
from core.revisions import FOLDER


def with_migrations(app: Flask, folder: Path = FOLDER) -> Flask:
    """Give an application its migrations, and with them the commands of `motcua db`."""
    flask_migrate.Migrate(app, db, directory=str(folder))
    return app


def upgrade(revision: str = "head") -> None:
    """Bring the tables of the current application to a revision."""
    flask_migrate.upgrade(revision=revision)
