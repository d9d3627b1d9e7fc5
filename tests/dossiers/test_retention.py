"""When a dossier is due, and what keeps it whole: terms by decision, holds, open work, entries."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

import engine
from accounts.actor import SYSTEM
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor, submitted
from commands.sample.people import first_agency
from core import clock
from core.audit import AuditEvent
from core.clock import now, zone
from core.database import db, transaction
from dossiers import operations
from dossiers.models import Dossier, Proceeding, RegisterEntry
from dossiers.operations import pseudonymising
from dossiers.operations.pseudonymising import ERASE_FILES, pseudonymise
from dossiers.privacy import duty
from dossiers.privacy.models import LegalHold
from dossiers.privacy.outlook import due_dossiers, outlooks
from dossiers.settled.retention import Term
from engine.models import Instance
from engine.runtime import current_runtime
from storage import store
from tests.api import rows
from tests.dossiers.whole_case import settle_term

FIVE_YEARS = timedelta(days=5 * 366)


@pytest.fixture
def over(installation: Flask) -> Iterator[Dossier]:
    """A dossier that was withdrawn five years and some days ago."""
    dossier = submitted(installation, "saomai", SAO_MAI)
    with transaction():
        operations.withdraw(dossier.id, reason="Đổi ý", actor=_actor("saomai"))
    engine.run_due_jobs(installation)
    with clock.shifted(FIVE_YEARS):
        yield dossier


def due() -> list[UUID]:
    db.session.rollback()
    return due_dossiers(100)


def reasons() -> dict[str, int]:
    db.session.rollback()
    (outlook,) = outlooks(visible_to=SYSTEM)
    return {str(name): count for name, count in outlook.kept}


def test_without_a_decision_nothing_is_ever_touched(over: Dossier):
    with clock.shifted(timedelta(days=36_500)):
        assert due() == []
        with transaction():
            assert pseudonymise(over.id) is None


def test_the_term_begins_when_the_dossier_is_over_and_ends_months_later(over: Dossier):
    settle_term()
    assert due() == [over.id]
    with clock.shifted(timedelta(days=-20)):
        assert due() == []


def test_for_ever_is_for_ever(over: Dossier):
    settle_term(kept="for-ever")
    with clock.shifted(timedelta(days=36_500)):
        assert due() == []


def test_an_agency_may_have_a_longer_term(over: Dossier):
    settle_term(amount=1)
    settle_term(first_agency().id, amount=9)
    assert due() == []


def test_what_still_runs_is_not_over(installation: Flask):
    settle_term(amount=1, unit="months")
    submitted(installation, "saomai", SAO_MAI)
    with clock.shifted(FIVE_YEARS):
        assert due() == []


def test_a_hold_keeps_it_until_it_is_lifted(over: Dossier):
    settle_term()
    hold = LegalHold(dossier_id=over.id, reason="Tòa án", placed_by="system")
    with transaction() as session:
        session.add(hold)
    assert due() == []
    assert reasons() == {"on legal hold": 1}
    with transaction():
        hold.lifted_at = now()
        db.session.add(hold)
    assert due() == [over.id]


def test_a_later_process_about_it_keeps_it(over: Dossier):
    settle_term()
    with transaction() as session:
        of_dossier = select(Proceeding).where(Proceeding.dossier_id == over.id)
        first = session.scalars(of_dossier).one()
        session.get_one(Instance, first.instance_id).ended_at = None
    assert due() == []
    assert reasons() == {"a process about it still runs": 1}


def test_work_that_waits_for_it_keeps_it(over: Dossier):
    settle_term()
    with transaction():
        current_runtime().enqueue(ERASE_FILES, over.id, {}, due_at=now() + timedelta(days=1))
    assert due() == []
    assert reasons() == {"work for it waits or is stuck": 1}


def test_a_valid_entry_keeps_it_and_a_withdrawn_one_for_a_term(over: Dossier):
    settle_term()
    rows.entry(str(over.id), "000000009/PCBB-HN", "code")
    assert due() == []
    assert reasons() == {"its entry in the register is valid and needs it": 1}
    with transaction() as session:
        entry = session.scalars(select(RegisterEntry)).one()
        entry.state, entry.withdrawn_at = "withdrawn", now()
    assert due() == []
    assert reasons() == {"its entry ended within the term": 1}
    with clock.shifted(FIVE_YEARS):
        assert due() == [over.id]


def test_a_valid_entry_that_stands_alone_does_not_keep_it(over: Dossier):
    settle_term(valid_entry="stands-alone")
    rows.entry(str(over.id), "000000009/PCBB-HN", "code")
    assert due() == [over.id]
    with transaction():
        pseudonymise(over.id)
    entry = db.session.scalars(select(RegisterEntry)).one()
    assert (entry.state, entry.organisation_name) == ("valid", "CÔNG TY 100% SAO_MAI")


def test_a_hold_placed_after_the_search_still_counts(over: Dossier):
    settle_term()
    assert due() == [over.id]
    with transaction() as session:
        session.add(LegalHold(dossier_id=over.id, reason="Tòa án", placed_by="system"))
    with transaction():
        assert pseudonymise(over.id) is None


def test_the_duty_goes_on_after_it_was_killed(over: Dossier, monkeypatch: pytest.MonkeyPatch):
    settle_term()
    settled = dict(over.answers)

    def killed(_tag: object, *_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pseudonymising, "record", killed)
        with pytest.raises(KeyboardInterrupt):
            duty.run(10, passing_over=set())
    db.session.rollback()
    assert db.session.get_one(Dossier, over.id, populate_existing=True).answers == settled
    assert duty.run(10, passing_over=set()) == {"device-declaration-b": 1}
    assert db.session.get_one(Dossier, over.id, populate_existing=True).answers != settled
    assert duty.run(10, passing_over=set()) == {}


def test_one_dossier_that_fails_does_not_keep_the_others(
    installation: Flask, over: Dossier, monkeypatch: pytest.MonkeyPatch
):
    settle_term()
    real, tried = pseudonymising.pseudonymise, set[UUID]()

    def failing(dossier_id: UUID) -> object:
        tried.add(dossier_id)
        if dossier_id == over.id:
            raise LookupError
        return real(dossier_id)

    monkeypatch.setattr(duty, "pseudonymise", failing)
    failed = set[UUID]()
    assert duty.run(1, passing_over=failed) == {}
    assert failed == {over.id}
    assert due_dossiers(1, passing_over=failed) == []


def test_a_run_is_on_record_with_counts_and_nothing_personal(over: Dossier):
    settle_term()
    duty.run(10, passing_over=set())
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.tag == "dossier:retention:run")
    ).one()
    assert event.details == {
        "dossiers": {"device-declaration-b": 1},
        "reason": "the retention term has passed",
    }


def test_files_go_by_a_job_after_the_commit(installation: Flask, over: Dossier):
    settle_term()

    prefix = f"dossiers/{over.id}/"
    assert list(store().keys(prefix))
    with transaction():
        pseudonymise(over.id)
    assert list(store().keys(prefix))
    engine.run_due_jobs(installation)
    assert list(store().keys(prefix)) == []


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2030, 11, 22), 60, date(2025, 11, 22)),
        (date(2030, 3, 31), 1, date(2030, 2, 28)),
        (date(2030, 1, 15), 1, date(2029, 12, 15)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
    ],
    ids=["years", "short month", "turn of the year", "leap day"],
)
def test_a_term_is_never_shorter_than_it_says(
    installation: Flask, day: date, months: int, before: date
):
    term = Term(months, valid_entry_needs_it=True, basis="")
    expected = datetime(before.year, before.month, before.day, tzinfo=zone())
    assert term.over_before(day) == expected
