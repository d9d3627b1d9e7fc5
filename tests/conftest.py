"""What every test may ask for: an application on a fresh database, with an open context."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from core import database
from core.config import Settings
from core.database import Model, db


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a throw-away installation."""
    return Settings(data_directory=tmp_path, embedded_workers=0)


@pytest.fixture
def bare_app(settings: Settings) -> Iterator[Flask]:
    """An application with nothing but the database: rooms under test call their own init_app on it."""
    app = Flask("bare")
    database.init_app(app, settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()
