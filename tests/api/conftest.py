"""The API on a fresh database, with people who can call it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel

import accounts
import api
import storage
from accounts import operations, passwords, policy, queries, runtime
from accounts.actor import SYSTEM, Kind, Role
from accounts.models import Account, Agency
from core import database
from core.config import Settings
from core.database import Model, db, transaction
from tests.api.house import House, furnished
from wsgi import create_app

PASSWORD = "bốn con mèo trắng"
HOUSE = Path(__file__).parents[2]


@dataclass(frozen=True)
class People:
    """Who lives in the test's database."""

    citizen: Account
    stranger: Account
    officer: Account
    administrator: Account
    agency: Agency


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Vietnamese texts of all rooms, compiled."""
    target = tmp_path_factory.mktemp("catalogues")
    for source in HOUSE.glob("*/translations/vi/LC_MESSAGES/messages.po"):
        room = source.relative_to(HOUSE).parts[0]
        compiled = target / room / "vi" / "LC_MESSAGES" / "messages.mo"
        compiled.parent.mkdir(parents=True)
        with source.open("rb") as texts, compiled.open("wb") as binary:
            write_mo(binary, read_po(texts, locale="vi"))
    return ";".join(str(room) for room in sorted(target.iterdir()))


def make_app(settings: Settings, catalogues: str) -> Flask:
    app = Flask("api-under-test")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = catalogues
    Babel(app, default_locale="vi")
    database.init_app(app, settings)
    accounts.init_app(app, settings)
    storage.init_app(app, settings)
    api.init_app(app, settings)
    return app


@pytest.fixture
def app(settings: Settings, catalogues: str) -> Iterator[Flask]:
    app = make_app(settings, catalogues)
    with app.app_context():
        Model.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A caller who speaks English, so that tests can read the answers."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture(scope="session")
def password_hash() -> str:
    return passwords.hashed(PASSWORD, login="")


@pytest.fixture
def people(app: Flask, password_hash: str) -> People:
    def opened(login: str, kind: Kind) -> Account:
        account = operations.create_account(login, login.title(), kind=kind, by=SYSTEM)
        account.password_hash = password_hash
        return account

    with app.app_context(), transaction():
        people = People(
            citizen=opened("an", Kind.CITIZEN),
            stranger=opened("dung", Kind.CITIZEN),
            officer=opened("binh", Kind.STAFF),
            administrator=opened("chi", Kind.STAFF),
            agency=operations.create_agency("G18.99", "TB", {"vi": "Vụ Thiết bị"}, by=SYSTEM),
        )
        operations.grant_role(
            people.officer.id,
            Role.OFFICER,
            agency_id=people.agency.id,
            queue="device-officer",
            by=SYSTEM,
        )
        operations.grant_role(people.administrator.id, Role.ADMINISTRATOR, by=SYSTEM)
    return people


@pytest.fixture
def bearer(app: Flask, people: People) -> Callable[[Account], dict[str, str]]:
    """The headers with which an account calls."""

    def headers(account: Account) -> dict[str, str]:
        with app.app_context():
            actor = queries.actor(f"account:{account.id}")
            assert actor is not None
            token = runtime().tokens.issue(actor, policy.scopes_of(actor))
        return {"Authorization": f"Bearer {token.text}"}

    return headers


def code_of(response: Any) -> str:
    """The problem that a response tells of."""
    assert response.content_type == "application/problem+json", response.text
    told = response.get_json()
    assert told["status"] == response.status_code
    assert told["type"] == f"/problems/{told['code']}"
    assert told["instance"].startswith("urn:uuid:")
    return str(told["code"])


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """The whole application with a service on offer and a caller for every role."""
    app = create_app(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
    yield furnished(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
