"""An application with one plain kind of setting and one that needs two people."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask

import accounts as accounts_room
from accounts import operations as accounts
from accounts import queries
from accounts.actor import SYSTEM, Actor, Kind, Role
from administration import SettingKind, settings_of
from core.config import Settings
from core.database import transaction
from core.errors import N_
from core.i18n import init_app as init_languages
from forms import Form

NOTE, FEE = "note", "fee"
FORM = b"""{"type": "default", "id": "fee", "schemaVersion": 19, "components": [
    {"type": "textfield", "id": "name", "key": "name", "label": "Name",
     "validate": {"required": true}},
    {"type": "number", "id": "amount", "key": "amount", "label": "Amount",
     "validate": {"required": true}}]}"""


@dataclass(frozen=True)
class Desk:
    """Those who administer: two of everything, one of a single agency, one of none."""

    first: Actor
    second: Actor
    local: Actor
    clerk: Actor
    agency: UUID
    elsewhere: UUID


@pytest.fixture
def app(bare_app: Flask, settings: Settings) -> Flask:
    accounts_room.init_app(bare_app, settings)
    init_languages(bare_app, time_zone="Asia/Ho_Chi_Minh")
    return bare_app


@pytest.fixture
def desk(app: Flask) -> Desk:
    form = Form.parse(FORM)
    for code in (NOTE, FEE):
        settings_of(app).add(
            SettingKind(
                code,
                N_("Name"),
                N_("Purpose"),
                form,
                key=lambda value: str(value["name"]),
                title=lambda value: str(value["name"]),
                second_person=code == FEE,
            )
        )
    with transaction():
        here, there = (
            accounts.create_agency(code, code, {"vi": code}, by=SYSTEM).id for code in "AB"
        )
        return Desk(
            first=_person("first", Role.ADMINISTRATOR, None),
            second=_person("second", Role.ADMINISTRATOR, None),
            local=_person("local", Role.ADMINISTRATOR, here),
            clerk=_person("clerk", Role.DESK_CLERK, here),
            agency=here,
            elsewhere=there,
        )


def _person(login: str, role: Role, agency_id: UUID | None) -> Actor:
    account = accounts.create_account(login, login, kind=Kind.STAFF, by=SYSTEM)
    accounts.grant_role(account.id, role, agency_id=agency_id, by=SYSTEM)
    actor = queries.actor(f"account:{account.id}")
    assert actor is not None
    return actor
