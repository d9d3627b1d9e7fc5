"""The clock of a dossier stands while the applicant is awaited; both due dates are kept."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.actor import SYSTEM
from accounts.errors import ActionRefused
from accounts.queries import actor
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import submitted
from commands.sample.people import account_of
from core import clock as time
from core.database import db, transaction
from dossiers.clock_models import ClockPause, DueChange
from dossiers.errors import ReasonMissing
from dossiers.models import Dossier, DossierStatus
from dossiers.operations import clock
from dossiers.operations.locking import lock_dossier
from dossiers.operations.recounting import recount, recounts
from dossiers.operations.status import record_status
from dossiers.settled import CALENDAR_DAY
from tests.dossiers.test_settled import here, settle
from workflows.pack import ServicePack
from workflows.queries import service_version

WAITING, WORKING = DossierStatus.AWAITING_SUPPLEMENT, DossierStatus.PROCESSING


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.fixture
def received(installation: Flask) -> UUID:
    """A dossier received on Monday, 3 August 2026, with fifteen working days."""
    with time.stopped_at(at("2026-08-03T09:00")):
        dossier = submitted(installation, "saomai", SAO_MAI)
        with transaction():
            locked = lock_dossier(dossier.id)
            clock.start(locked, service_version(locked.service_version))
            locked.time_limit = {"amount": "15", "unit": "working-day"}
            locked.due_at = clock.recounted(locked, [])
        become(dossier.id, DossierStatus.RECEIVED)
    return dossier.id


def become(dossier_id: UUID, status: DossierStatus) -> None:
    with transaction():
        record_status(lock_dossier(dossier_id), status)


def due(dossier_id: UUID) -> datetime | None:
    db.session.rollback()
    return db.session.get_one(Dossier, dossier_id, populate_existing=True).due_at


def wait(dossier_id: UUID, since: str, until: str) -> None:
    with time.stopped_at(at(since)):
        become(dossier_id, WAITING)
    with time.stopped_at(at(until)):
        become(dossier_id, WORKING)


def test_what_is_left_goes_on_after_the_return(received: UUID):
    assert due(received) == at("2026-08-22T17:00")
    wait(received, "2026-08-11T09:00", "2026-08-19T09:00")
    assert due(received) == at("2026-09-03T17:00")


def test_the_day_promised_before_stays_beside_the_new_one(received: UUID):
    wait(received, "2026-08-11T09:00", "2026-08-19T09:00")
    change = db.session.scalars(select(DueChange).filter_by(dossier_id=received)).one()
    assert [change.before, change.after, change.cause] == [
        at("2026-08-22T17:00"),
        at("2026-09-03T17:00"),
        "returned",
    ]


def test_while_the_applicant_is_awaited_the_old_day_is_still_told(received: UUID):
    with time.stopped_at(at("2026-08-11T09:00")):
        become(received, WAITING)
    assert due(received) == at("2026-08-22T17:00")
    pause = db.session.scalars(select(ClockPause).filter_by(dossier_id=received)).one()
    assert [pause.since, pause.until] == [at("2026-08-11T09:00"), None]


def test_two_rounds_add_up(received: UUID):
    wait(received, "2026-08-05T09:00", "2026-08-06T09:00")
    wait(received, "2026-08-11T09:00", "2026-08-19T09:00")
    assert due(received) == at("2026-09-04T17:00")


def test_late_stays_late(received: UUID):
    wait(received, "2026-08-25T09:00", "2026-10-19T09:00")
    assert due(received) == at("2026-08-22T17:00")
    assert db.session.scalars(select(DueChange).filter_by(dossier_id=received)).all() == []


def test_before_reception_no_clock_runs(installation: Flask):
    dossier = submitted(installation, "saomai", SAO_MAI)
    become(dossier.id, WAITING)
    become(dossier.id, DossierStatus.SUBMITTED)
    assert due(dossier.id) is None
    assert db.session.scalars(select(ClockPause).filter_by(dossier_id=dossier.id)).all() == []


def test_a_dossier_of_before_limits_were_noted_keeps_what_was_left(received: UUID):
    with transaction():
        lock_dossier(received).time_limit = None
    wait(received, "2026-08-11T09:00", "2026-08-19T09:00")
    assert due(received) == at("2026-09-03T17:00")


def test_a_day_of_rest_settled_later_counts_when_the_clock_goes_on(received: UUID):
    with time.stopped_at(at("2026-08-10T09:00")):
        settle(CALENDAR_DAY, here(), day="2026-08-20", sort="rest", name="Bầu cử")
        settle(CALENDAR_DAY, here(), day="2026-08-21", sort="half", name="Họp toàn ngành")
    wait(received, "2026-08-11T09:00", "2026-08-19T09:00")
    assert due(received) == at("2026-09-04T17:00")


UNIT = {"unit": "working-day"}
VARIANTS = [
    ({"channel": "post", "amount": "20"}, "post", "20"),
    ({"channel": "post", "amount": "20"}, "online", "1"),
    ({"when": '=organisation_number = "0315123453"', "amount": "7"}, "online", "7"),
    ({"when": '=organisation_number = "x"', "amount": "7"}, "online", "1"),
    ({"when": "=no_such_answer", "amount": "7"}, "online", "1"),
]


@pytest.mark.parametrize(("variant", "channel", "amount"), VARIANTS, ids=range(len(VARIANTS)))
def test_a_limit_may_depend_on_channel_and_answers(
    installation: Flask, variant: dict[str, Any], channel: str, amount: str
):
    dossier = submitted(installation, "saomai", SAO_MAI)
    dossier.channel = channel
    stated = json.dumps({"amount": 1, "unit": "working-day", "variants": [{**UNIT, **variant}]})
    files = service_version(dossier.service_version).files
    manifest = files["service.yaml"].replace(b"{amount: 1, unit: working-day}", stated.encode())
    pack = ServicePack({**files, "service.yaml": manifest})
    assert str(clock.limit_of(dossier, pack).amount) == amount


def settle_rest(day: str) -> None:
    settle(CALENDAR_DAY, here(), day=day, sort="rest", name="Công bố muộn")


def test_a_day_published_late_changes_a_promise_only_by_a_deed_that_was_seen_before(received: UUID):
    with time.stopped_at(at("2026-08-10T09:00")):
        settle_rest("2026-08-20")
        assert due(received) == at("2026-08-22T17:00")
        seen = recounts(here(), visible_to=SYSTEM)
        assert [(each.before, each.after) for each in seen] == [
            (at("2026-08-22T17:00"), at("2026-08-24T17:00"))
        ]
        with transaction():
            assert recount(here(), reason="Thông báo 9", by=SYSTEM) == 1
        with transaction():
            assert recount(here(), reason="Thông báo 9", by=SYSTEM) == 0
    assert due(received) == at("2026-08-24T17:00")
    change = db.session.scalars(select(DueChange).filter_by(dossier_id=received)).one()
    assert [change.cause, change.note] == ["calendar", "Thông báo 9"]


def test_pauses_count_when_due_dates_are_counted_anew(received: UUID):
    wait(received, "2026-08-11T09:00", "2026-08-19T09:00")
    with time.stopped_at(at("2026-08-19T10:00")):
        settle_rest("2026-08-27")
        with transaction():
            recount(here(), reason="Thông báo 9", by=SYSTEM)
    assert due(received) == at("2026-09-04T17:00")


def test_without_a_reason_nothing_is_promised_anew(received: UUID):
    with time.stopped_at(at("2026-08-10T09:00")):
        settle_rest("2026-08-20")
        with pytest.raises(ReasonMissing), transaction():
            recount(here(), reason=" ", by=SYSTEM)
    assert due(received) == at("2026-08-22T17:00")


@pytest.mark.parametrize("login", ["saomai", "motcua", "kiemtoan"])
def test_only_administrators_count_due_dates_anew(received: UUID, login: str):
    stranger = actor(f"account:{account_of(login).id}")
    assert stranger is not None
    with pytest.raises(ActionRefused):
        recounts(here(), visible_to=stranger)
