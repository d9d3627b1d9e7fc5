"""What every test may ask for: an application on a fresh database, with an open context.

Tests that depend on what the database does ask for `each_database` as well and run on both.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog
from argon2 import PasswordHasher
from flask import Flask

from accounts import passwords
from core import database
from core.config import Settings
from core.database import Model, db
from tests.quicker import collect_less_often, keep_compiled_routes, keep_made_tables
from tests.sandboxes import Sandbox, running_sandbox
from tests.servers import Postgres, running_postgres

# On a busy machine a first call may take long; what hangs is caught by the time limit of all tests.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=50)
hypothesis.settings.register_profile("thorough", deadline=None)
hypothesis.settings.load_profile("quick")

# What makes a password hard to guess makes the people of every test slow to create.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)

# The scenarios of the catalogue are tests of their own; hundreds of houses need not play them again.
os.environ["MOTCUA_PLAY_SCENARIOS"] = "0"

keep_compiled_routes()
keep_made_tables()

# A traceback drawn in colours, with every variable, takes a second; many tests let something fail.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


def pytest_collection_finish() -> None:
    """Everything is imported by now."""
    collect_less_often()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests of this process, started when the first one asks."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def each_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run the test once on SQLite and once on PostgreSQL; the value is a setting `database_url`."""
    if request.param == "sqlite":
        yield ""
        return
    server = request.getfixturevalue("postgres")
    with server.database(Model.metadata) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """As `each_database`, but without any table: as an operator finds it."""
    if request.param == "sqlite":
        yield ""
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


@pytest.fixture(scope="session")
def register_sandbox() -> Iterator[Sandbox]:
    """A stand-in for the register of enterprises, with its sample companies."""
    with running_sandbox("connectors.enterprise.sandbox") as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def payment_sandbox() -> Iterator[Sandbox]:
    """A stand-in for the payment platform."""
    with running_sandbox("connectors.payment.sandbox") as sandbox:
        yield sandbox


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a throw-away installation."""
    both = "each_database" in request.fixturenames
    url = request.getfixturevalue("each_database") if both else ""
    return Settings(data_directory=tmp_path, database_url=url, embedded_workers=0)


@pytest.fixture
def bare_app(settings: Settings) -> Iterator[Flask]:
    """An application with nothing but the database: rooms under test add themselves to it."""
    app = Flask("bare")
    database.init_app(app, settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()
