"""A site with its pages and people, on a fresh database."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

import accounts
import web
from accounts import operations
from accounts.actor import SYSTEM, Kind
from connectors import systems
from core import database
from core.config import Settings
from core.database import Model, db, transaction
from tests.sandboxes import Sandbox
from tests.web.forms import PASSWORD
from tests.web.house import House, furnished
from wsgi import create_app


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The pages alone."""
    app = Flask("pages", static_folder=None)
    database.init_app(app, settings)
    accounts.init_app(app, settings)
    app.extensions[systems.EXTENSION] = systems.Systems(settings)
    web.init_app(app, settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        with transaction():
            operations.create_account(
                "lan@example.vn", "Trần Thị Lan", kind=Kind.CITIZEN, by=SYSTEM, password=PASSWORD
            )
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that asks for no language in particular."""
    return app.test_client()


@pytest.fixture
def house(
    settings: Settings, register_sandbox: Sandbox, payment_sandbox: Sandbox
) -> Iterator[House]:
    """The whole application, with the service on offer, the demo people and its neighbours."""
    neighboured = replace(
        settings,
        enterprise_register_url=register_sandbox.address,
        payment_gateway_url=payment_sandbox.address,
    )
    app = create_app(neighboured)
    with app.app_context():
        Model.metadata.create_all(db.engine)
    yield furnished(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
