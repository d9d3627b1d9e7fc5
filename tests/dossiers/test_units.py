"""The unit that handles a service: given at reception, so that grants narrowed to it reach the case."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import departments, operations, queries
from accounts.actor import SYSTEM, Actor, Kind, Role
from accounts.models import Unit
from accounts.places import close
from commands.sample.application import SERVICE
from commands.sample.people import first_agency
from core.audit import AuditEvent
from core.clock import now
from core.database import db, transaction
from dossiers import queries as cases
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, Proceeding
from dossiers.settled import SERVICE_OFFER
from forms import AnswersInvalid
from tests.dossiers.test_settled import settle


@pytest.fixture
def units(installation: Flask) -> dict[str, UUID]:
    """Two units of the agency."""
    agency_id = first_agency().id
    with transaction():
        return {
            code: departments.create_unit(agency_id, code, {"vi": code}, by=SYSTEM).id
            for code in ("NV", "KT")
        }


def clerk_of(unit_id: UUID) -> Actor:
    with transaction():
        account = operations.create_account(unit_id.hex, "A", kind=Kind.STAFF, by=SYSTEM)
        reach: dict[str, Any] = {"agency_id": first_agency().id, "unit_id": unit_id}
        for role, queue in ((Role.OFFICER, "device-officer"), (Role.DESK_CLERK, None)):
            operations.grant_role(account.id, role, queue=queue, by=SYSTEM, **reach)
    found = queries.actor(f"account:{account.id}")
    assert found is not None
    return found


def handled_by(unit: str) -> None:
    settle(SERVICE_OFFER, first_agency().id, service=SERVICE, offered="yes", unit=unit)


def test_a_clerk_of_the_unit_sees_what_was_received_and_one_of_another_does_not(
    each_database: str, units, paid_dossier: Callable[[], Dossier], work: Callable[..., None]
):
    handled_by("H26.16/NV")
    dossier = paid_dossier()
    assert dossier.unit_id is None
    own, other = clerk_of(units["NV"]), clerk_of(units["KT"])
    work()
    db.session.expire_all()
    assert cases.find_dossier(dossier.id, visible_to=own).unit_id == units["NV"]
    assert [len(cases.tasks(visible_to=each)) for each in (own, other)] == [1, 0]
    assert [len(cases.dossiers(visible_to=each)) for each in (own, other)] == [1, 0]
    with pytest.raises(DossierNotFound):
        cases.find_dossier(dossier.id, visible_to=other)


def test_its_proceedings_and_its_record_name_the_unit(
    units, paid_dossier: Callable[[], Dossier], work: Callable[..., None]
):
    handled_by("H26.16/NV")
    paid_dossier()
    work()
    found = db.session.scalars(select(Proceeding.unit_id)).all()
    assert found == [units["NV"]] * 2
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.tag == "dossier:reception:recorded")
    ).one()
    assert (event.details or {})["unit"] == str(units["NV"])


@pytest.mark.parametrize("unit", ["", "H29.16/NV", "closed"])
def test_without_a_unit_of_the_agency_that_is_there_none_is_given(
    units, paid_dossier: Callable[[], Dossier], work: Callable[..., None], unit: str
):
    with transaction():
        agency = queries.agency_by_code("H29.16")
        assert agency is not None
        departments.create_unit(agency.id, "NV", {"vi": "NV"}, by=SYSTEM)
    if unit == "closed":
        handled_by("H26.16/KT")
        with transaction():
            place = db.session.get_one(Unit, units["KT"])
            close(place, until=now(), successor_id=None, seen_version=place.version, by=SYSTEM)
    elif unit:
        handled_by(unit)
    dossier = paid_dossier()
    work()
    db.session.expire_all()
    assert db.session.get_one(Dossier, dossier.id).unit_id is None


def test_a_unit_that_is_not_there_is_not_settled(units):
    with pytest.raises(AnswersInvalid) as refused:
        handled_by("H26.16/K0")
    assert list(refused.value.fields) == [("unit",)]
