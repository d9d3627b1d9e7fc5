"""The migrations make exactly the tables that the models describe, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from commands import migrations
from core import database, revisions
from core.config import Settings
from core.database import Model, db
from wsgi import create_app


@pytest.fixture
def empty_app(empty_database, tmp_path):
    app = create_app(Settings(data_directory=tmp_path, database_url=empty_database))
    with migrations.with_migrations(app).app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_a_new_database_gets_all_tables_and_nothing_else(empty_app):
    migrations.upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []
    assert revisions.current_revision() == revisions.newest_revision()


def test_upgrading_twice_changes_nothing(empty_app):
    migrations.upgrade()
    before = revisions.current_revision()
    migrations.upgrade()
    assert revisions.current_revision() == before


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_database, tmp_path):
    app = Flask("empty")
    database.init_app(app, Settings(data_directory=tmp_path, database_url=empty_database))
    broken = tmp_path / "migrations"
    broken.mkdir()
    for name in ("env.py", "alembic.ini", "script.py.mako"):
        (broken / name).write_text((revisions.FOLDER / name).read_text())
    (broken / "versions").mkdir()
    (broken / "versions" / "one.py").write_text(BROKEN)
    with migrations.with_migrations(app, broken).app_context():
        with pytest.raises(ValueError, match="half way"):
            migrations.upgrade()
        assert "half" not in inspect(db.engine).get_table_names()
        db.engine.dispose()


BROKEN = """
import sqlalchemy as sa
from alembic import op

revision = "one"
down_revision = None


def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    raise ValueError("half way")
"""
