"""An application with accounts, an agency and one account of each sort."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask

import accounts
from accounts import operations, passwords, queries
from accounts.actor import SYSTEM, Actor, Kind, Role
from accounts.models import Account, Agency
from core.config import Settings
from core.database import transaction

PASSWORD = "bốn con mèo trắng"


@dataclass(frozen=True)
class People:
    """Who lives in the test's database."""

    citizen: Account
    officer: Account
    administrator: Account
    agency: Agency


@pytest.fixture
def app(bare_app: Flask, settings: Settings) -> Flask:
    accounts.init_app(bare_app, settings)
    return bare_app


@pytest.fixture(scope="session")
def password_hash() -> str:
    return passwords.hashed(PASSWORD, login="")


@pytest.fixture
def people(app: Flask, password_hash: str) -> People:
    with transaction():
        people = People(
            citizen=_opened("an", Kind.CITIZEN, password_hash),
            officer=_opened("binh", Kind.STAFF, password_hash),
            administrator=_opened("chi", Kind.STAFF, password_hash),
            agency=operations.create_agency("G18.99", "BYT", {"vi": "Vụ Thiết bị y tế"}, by=SYSTEM),
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


def _opened(login: str, kind: Kind, password_hash: str) -> Account:
    account = operations.create_account(login, login.title(), kind=kind, by=SYSTEM)
    account.password_hash = password_hash
    return account


@pytest.fixture
def actor_of(people: People) -> Callable[[Account], Actor]:
    def load(account: Account) -> Actor:
        actor = queries.actor(f"account:{account.id}")
        assert actor is not None
        return actor

    return load
