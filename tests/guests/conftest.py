"""A house that takes people without an account."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask

from accounts.notices import Mail
from accounts.runtime import runtime
from commands.sample.people import create_people
from core.config import Settings
from core.database import Model, db, transaction
from engine.runtime import EXTENSION, Runtime
from tests.guests.sharing import open_pack, open_profile
from workflows.operations import deploy_pack
from wsgi import create_app


@dataclass(frozen=True)
class Furnished:
    """A house in a place that allows it, with people and a service that wants it."""

    app: Flask
    profile: str
    data: Path
    kept: Path


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """Made once: every test begins with a copy of its rows."""
    folder = tmp_path_factory.mktemp("furnished")
    profile, data = open_profile(folder), folder / "data"
    app = create_app(Settings(data_directory=data, profile=profile, embedded_workers=0))
    with app.app_context():
        _furnish(folder)
        db.engine.dispose()
    return Furnished(app, profile, data, Path(shutil.copy(data / "motcua.db", folder)))


@pytest.fixture
def house(settings: Settings, furnished: Furnished, tmp_path: Path) -> Iterator[Flask]:
    """That house, or the same on PostgreSQL; no context is open, so that browsers may ask it."""
    app = furnished.app
    if settings.database_url:
        app = create_app(replace(settings, profile=furnished.profile))
    engine: Runtime = app.extensions[EXTENSION]
    engine.on_job("payment.order", lambda _call: {"checkout_url": "https://pay.example/1"})
    unknown = {"enterprise": {"found": False, "active": False, "name": ""}}
    engine.on_job("enterprise.lookup", lambda _call: unknown)
    if settings.database_url:
        with app.app_context():
            _furnish(tmp_path)
    else:
        for file in furnished.data.glob("motcua.db*"):
            file.unlink()
        shutil.copy(furnished.kept, furnished.data / "motcua.db")
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def installation(house: Flask) -> Iterator[Flask]:
    """The house with an open context, for operations."""
    with house.app_context():
        yield house
        db.session.remove()


@pytest.fixture
def sent(house: Flask) -> list[Mail]:
    """Every e-mail that left."""
    letters: list[Mail] = []
    with house.app_context():
        runtime().post = letters.append
    return letters


def _furnish(folder: Path) -> None:
    Model.metadata.create_all(db.engine)
    with transaction():
        deploy_pack(open_pack(folder), by="system")
        create_people()
