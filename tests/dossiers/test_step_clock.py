"""The clock of a step: in its own unit, standing while the dossier's stands, late without effect."""

from datetime import datetime

import pytest
from sqlalchemy import select

from accounts.queries import actor
from commands.sample.people import account_of
from core import clock as time
from core.database import db, transaction
from dossiers import operations
from dossiers.models import Dossier, DossierStatus
from dossiers.operations import clock
from dossiers.operations.locking import lock_dossier
from dossiers.operations.status import record_status
from dossiers.operations.steps import due_of_step, limit_of_step
from dossiers.steps import steps_of
from engine.models import Task, TaskState
from tests.dossiers.test_settled import here
from workflows.queries import service_version


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        ("4 hour", "2027-06-07T14:30"),
        ("0.5 working-day", "2027-06-08T11:30"),
        ("10 calendar-day", "2027-06-17T17:00"),
        ("1 month", "2027-07-07T17:00"),
    ],
    ids=["hours", "half-day", "calendar-days", "month"],
)
def test_a_step_is_due_by_its_own_unit(dossier_on_the_desk: Dossier, limit: str, due: str):
    found = limit_of_step(None, "any", {"limit": limit})
    assert found is not None
    assert due_of_step(at("2027-06-07T09:00"), found, here()) == at(due)


@pytest.fixture
def step(dossier_on_the_desk: Dossier) -> Task:
    """The desk's check of a received dossier, opened on Monday, 7 June 2027, with one working day."""
    with time.stopped_at(at("2027-06-07T09:00")), transaction():
        dossier = lock_dossier(dossier_on_the_desk.id)
        clock.start(dossier, service_version(dossier.service_version))
        record_status(dossier, DossierStatus.PROCESSING)
        task = open_step()
        task.created_at, task.due_at = at("2027-06-07T09:00"), at("2027-06-08T17:00")
    return task


def open_step() -> Task:
    return db.session.scalars(select(Task).where(Task.state == TaskState.OPEN)).one()


def test_a_step_goes_on_where_the_dossiers_clock_goes_on(step: Task, dossier_on_the_desk: Dossier):
    for moment, status in (
        ("2027-06-07T10:00", DossierStatus.AWAITING_SUPPLEMENT),
        ("2027-06-14T10:00", DossierStatus.PROCESSING),
    ):
        with time.stopped_at(at(moment)), transaction():
            record_status(lock_dossier(dossier_on_the_desk.id), status)
    db.session.rollback()
    db.session.expire_all()
    assert open_step().due_at == at("2027-06-15T17:00")


def test_a_late_step_is_told_and_can_still_be_completed(step: Task, dossier_on_the_desk: Dossier):
    clerk = actor(f"account:{account_of('motcua').id}")
    assert clerk is not None
    with time.stopped_at(at("2027-06-09T09:00")):
        assert [each.is_late for each in steps_of(dossier_on_the_desk)] == [True]
        with transaction():
            token = operations.claim_task(step.id, actor=clerk)
        with transaction():
            answers = {"decision": "accept"}
            operations.complete_task(step.id, answers, actor=clerk, language="vi", token=token)
    assert steps_of(dossier_on_the_desk)[0].is_late
