"""Extending the time limit with an apology: proposed in time, granted by somebody else."""

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from accounts.errors import ActionRefused
from accounts.models import RoleGrant
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import submitted
from core import clock as time
from core.database import db, transaction
from dossiers.clock_models import DueChange
from dossiers.models import Dossier, DossierStatus
from dossiers.operations import clock
from dossiers.operations.locking import lock_dossier
from dossiers.operations.status import record_status
from dossiers.requests import operations as requesting
from dossiers.requests.errors import (
    ExtendedAlready,
    ExtensionTooLate,
    NewDateWrong,
    NotReceived,
    OwnProposal,
)
from dossiers.requests.models import DossierRequest
from dossiers.requests.queries import requests_of
from tests.dossiers.asking import deny, fresh, grant, who
from workflows.queries import service_version


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.fixture
def running(installation: Flask) -> Dossier:
    """A dossier received on Monday, 3 August 2026, due on Saturday 22nd, a make-up workday."""
    with time.stopped_at(at("2026-08-03T09:00")):
        dossier = submitted(installation, "saomai", SAO_MAI)
        with transaction():
            db.session.execute(update(RoleGrant).values(valid_from=at("2026-01-01T00:00")))
            locked = lock_dossier(dossier.id)
            clock.start(locked, service_version(locked.service_version))
            locked.time_limit = {"amount": "15", "unit": "working-day"}
            locked.due_at = clock.recounted(locked, [])
            record_status(locked, DossierStatus.PROCESSING)
    return dossier


def propose(dossier: Dossier, until: str, login: str = "chuyenvien") -> DossierRequest:
    with transaction():
        return requesting.propose_extension(
            dossier.id,
            until=date.fromisoformat(until),
            reason="Chờ ý kiến chuyên gia",
            actor=who(login),
        )


def test_a_granted_extension_promises_the_new_day_and_keeps_the_old(running: Dossier):
    with time.stopped_at(at("2026-08-20T09:00")):
        grant(propose(running, "2026-08-27"), "lanhdao")
    assert fresh(running).due_at == at("2026-08-27T17:00")
    change = db.session.scalars(select(DueChange).filter_by(dossier_id=running.id)).one()
    assert [change.before, change.after, change.cause] == [
        at("2026-08-22T17:00"),
        at("2026-08-27T17:00"),
        "extended",
    ]


def test_a_wait_after_an_extension_adds_to_the_new_day(running: Dossier):
    with time.stopped_at(at("2026-08-20T09:00")):
        grant(propose(running, "2026-08-27"), "lanhdao")
    for moment, status in (
        ("2026-08-24T09:00", DossierStatus.AWAITING_SUPPLEMENT),
        ("2026-08-26T09:00", DossierStatus.PROCESSING),
    ):
        with time.stopped_at(at(moment)), transaction():
            record_status(lock_dossier(running.id), status)
    # Counted until the 24th: three days are left, from the 27th on; two days of rest follow.
    assert fresh(running).due_at == at("2026-09-03T17:00")


def test_an_extension_that_is_denied_changes_no_day(running: Dossier):
    with time.stopped_at(at("2026-08-20T09:00")):
        deny(propose(running, "2026-08-27"), "lanhdao")
    assert fresh(running).due_at == at("2026-08-22T17:00")


def test_who_proposed_an_extension_does_not_grant_it(running: Dossier):
    with time.stopped_at(at("2026-08-20T09:00")), pytest.raises(OwnProposal):
        grant(propose(running, "2026-08-27", "lanhdao"), "lanhdao")


def test_only_a_director_grants_an_extension(running: Dossier):
    with time.stopped_at(at("2026-08-20T09:00")), pytest.raises(ActionRefused):
        grant(propose(running, "2026-08-27", "motcua"), "chuyenvien")


def test_there_are_as_many_extensions_as_the_setting_says(running: Dossier):
    with time.stopped_at(at("2026-08-20T09:00")):
        grant(propose(running, "2026-08-27"), "lanhdao")
        with pytest.raises(ExtendedAlready):
            propose(running, "2026-09-10")


@pytest.mark.parametrize("moment", ["2026-08-22T09:00", "2026-08-25T09:00"])
def test_an_extension_is_proposed_in_time_or_not_at_all(running: Dossier, moment: str):
    with time.stopped_at(at(moment)), pytest.raises(ExtensionTooLate):
        propose(running, "2026-08-27")


def test_an_extension_is_not_granted_once_the_day_has_passed(running: Dossier):
    with time.stopped_at(at("2026-08-20T09:00")):
        proposed = propose(running, "2026-08-27")
    with time.stopped_at(at("2026-08-24T09:00")), pytest.raises(ExtensionTooLate):
        grant(proposed, "lanhdao")


@pytest.mark.parametrize("day", ["2026-08-21", "2026-08-22", "2026-08-23", "2026-09-02"])
def test_the_new_day_is_a_working_day_after_the_old(running: Dossier, day: str):
    with time.stopped_at(at("2026-08-20T09:00")), pytest.raises(NewDateWrong):
        propose(running, day)


def test_there_is_nothing_to_extend_before_reception(dossier_on_the_desk: Dossier):
    with pytest.raises(NotReceived):
        propose(dossier_on_the_desk, "2027-01-04")


def test_a_proposal_is_the_houses_own_until_it_is_granted(running: Dossier):
    with time.stopped_at(at("2026-08-20T09:00")):
        proposed = propose(running, "2026-08-27")
        owner = who("saomai")
        assert requests_of(fresh(running), visible_to=owner) == []
        grant(proposed, "lanhdao")
        assert [each.id for each in requests_of(fresh(running), visible_to=owner)] == [proposed.id]
