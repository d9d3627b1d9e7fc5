"""Two people and the machine at one dossier in the same moment, on PostgreSQL, with real locks.

Each test brings a race about on purpose: it holds the dossier's row, lets both sides run into it in a
chosen order, and lets go. Whoever comes second is told so in our own words; nobody waits in a circle.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

import engine
from accounts import departments, staffing
from accounts import operations as accounts
from accounts.actor import SYSTEM, Role
from accounts.models import Queue, RoleGrant
from accounts.work_rules import WorkRule
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor, attach, draft, submitted
from commands.sample.people import account_of, first_agency
from core import clock
from core.config import Settings
from core.database import Model, db, transaction
from core.errors import Conflict, MotcuaError
from dossiers import operations, queries
from dossiers.handovers import operations as handing
from dossiers.handovers.errors import HandOverAnswered
from dossiers.models import Dossier, DossierStatus, PaymentOrder
from engine.models import Task
from tests.servers import Postgres

PATIENCE = 20


@pytest.fixture
def settings(tmp_path: Path, postgres: Postgres) -> Iterator[Settings]:
    with postgres.database(Model.metadata) as url:
        yield Settings(data_directory=tmp_path, database_url=url, embedded_workers=0)


class Races:
    """Starts deeds in threads and waits until they wait for a lock."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.outcomes: dict[str, Any] = {}
        self.threads: list[threading.Thread] = []

    def start(self, name: str, deed: Callable[[], Any]) -> None:
        """Run a deed beside the others until it waits for somebody's lock."""
        waiting = self._waiting() + 1
        thread = threading.Thread(target=self._do, args=(name, deed))
        thread.start()
        self.threads.append(thread)
        deadline = time.monotonic() + PATIENCE
        while self._waiting() < waiting and thread.is_alive():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def finish(self) -> dict[str, Any]:
        for thread in self.threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        db.session.remove()
        db.engine.dispose()  # a connection tells its statistics when it is closed
        assert self._count("SELECT deadlocks FROM pg_stat_database") == 0
        return self.outcomes

    def _do(self, name: str, deed: Callable[[], Any]) -> None:
        with self.app.app_context():
            try:
                self.outcomes[name] = deed()
            except Exception as error:  # noqa: BLE001  the outcome is what the test is about
                self.outcomes[name] = error
            finally:
                db.session.remove()

    def _waiting(self) -> int:
        return self._count(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND state = 'active'"
        )

    def _count(self, query: str) -> int:
        """What a query counts in this test's database."""
        here = query + (" AND" if "WHERE" in query else " WHERE") + " datname = current_database()"
        with db.engine.connect() as connection:
            return int(connection.execute(text(here)).scalar_one())


@pytest.fixture
def races(installation: Flask) -> Races:
    return Races(installation)


@contextmanager
def held(dossier: Dossier) -> Iterator[None]:
    """Somebody else has the dossier's row."""
    db.session.rollback()
    with db.engine.connect() as connection:
        locked = select(Dossier.id).where(Dossier.id == dossier.id).with_for_update()
        connection.execute(locked).one()
        yield
        connection.rollback()


def status_of(dossier: Dossier) -> DossierStatus:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Dossier, dossier.id).status


def pay(reference: str, amount: int) -> None:
    with transaction():
        operations.note_payment(reference, amount=amount, currency="VND", transaction_code="T")


def withdraw(dossier: Dossier) -> None:
    with transaction():
        operations.withdraw(dossier.id, reason="Nhầm", actor=_actor("saomai"))


def order_of(dossier: Dossier) -> tuple[str, int]:
    order = db.session.scalars(
        select(PaymentOrder).where(PaymentOrder.dossier_id == dossier.id)
    ).one()
    return order.reference, order.amount


def task_of(dossier: Dossier) -> Task:
    return db.session.scalars(select(Task).where(Task.instance_id == dossier.instance_id)).one()


def test_a_withdrawal_and_a_claim_do_not_wait_for_each_other_in_a_circle(
    dossier_on_the_desk, races
):
    dossier = dossier_on_the_desk
    task_id = task_of(dossier).id

    def claim() -> None:
        with transaction():
            operations.claim_task(task_id, actor=_actor("motcua"))

    with held(dossier):
        races.start("withdraw", lambda: withdraw(dossier))
        races.start("claim", claim)
    outcomes = races.finish()
    assert outcomes["withdraw"] is None
    assert isinstance(outcomes["claim"], Conflict)
    assert status_of(dossier) is DossierStatus.WITHDRAWN


def test_a_payment_and_its_time_limit_do_not_wait_for_each_other_in_a_circle(installation, races):
    dossier = submitted(installation, "saomai", SAO_MAI)
    reference, amount = order_of(dossier)

    def let_time_pass() -> int:
        with clock.shifted(timedelta(days=31)):
            return engine.run_due_jobs(installation)

    with held(dossier):
        races.start("pay", lambda: pay(reference, amount))
        races.start("time", let_time_pass)
    outcomes = races.finish()
    assert outcomes["pay"] is None
    assert not isinstance(outcomes["time"], Exception)
    assert status_of(dossier) not in {DossierStatus.STOPPED, DossierStatus.AWAITING_PAYMENT}


def test_one_payment_reported_twice_at_once_is_booked_once(installation, races):
    dossier = submitted(installation, "saomai", SAO_MAI)
    reference, amount = order_of(dossier)
    with held(dossier):
        for name in ("first", "second", "third"):
            races.start(name, lambda: pay(reference, amount))
    assert set(races.finish().values()) == {None}
    assert status_of(dossier) is DossierStatus.SUBMITTED


def test_of_two_withdrawals_at_once_the_second_is_too_late(installation, races):
    dossier = submitted(installation, "saomai", SAO_MAI)
    with held(dossier):
        races.start("first", lambda: withdraw(dossier))
        races.start("second", lambda: withdraw(dossier))
    outcomes = races.finish()
    assert outcomes["first"] is None
    assert isinstance(outcomes["second"], MotcuaError)
    assert outcomes["second"].code == "too-late-to-withdraw"


def test_of_two_removals_at_once_the_second_finds_nothing(installation, races):
    begun = draft("saomai", SAO_MAI)
    attach(begun, "iso_13485", _actor("saomai"))
    (paper,) = queries.documents(begun)

    def remove() -> None:
        with transaction():
            operations.remove_document(paper.id, actor=_actor("saomai"))

    with held(begun):
        races.start("first", remove)
        races.start("second", remove)
    outcomes = races.finish()
    assert outcomes["first"] is None
    assert outcomes["second"].code == "document-not-found"


def test_of_two_answers_to_a_hand_over_at_once_the_second_is_told_so(dossier_on_the_desk, races):
    director = _actor("lanhdao")
    agency = first_agency().id
    with transaction():
        unit = departments.create_unit(agency, "NV", {"vi": "Phòng NV"}, by=SYSTEM).id
    with transaction():
        to = handing.Receiver(agency, unit)
        sent = handing.send(
            dossier_on_the_desk.id, to, purpose="x", language="vi", actor=director
        ).id

    def answer(deed: Callable[..., object], **given: str) -> None:
        with transaction():
            deed(sent, actor=director, **given)

    with held(dossier_on_the_desk):
        races.start("acknowledged", lambda: answer(handing.acknowledge))
        races.start("misrouted", lambda: answer(handing.send_back, reason="x"))
    outcomes = races.finish()
    assert outcomes["acknowledged"] is None
    assert isinstance(outcomes["misrouted"], HandOverAnswered)


def test_of_two_submissions_at_once_the_second_is_too_late(installation, races):
    second = draft("saomai", SAO_MAI)
    for kind in queries.missing_documents(second):
        attach(second, kind, _actor("saomai"))

    def submit() -> None:
        with transaction():
            operations.submit(second.id, actor=_actor("saomai"), language="vi")

    with held(second):
        races.start("first", submit)
        races.start("second", submit)
    outcomes = races.finish()
    assert outcomes["first"] is None
    assert outcomes["second"].code == "dossier-not-editable"


def test_two_tasks_at_the_same_moment_go_to_two_people(installation, paid_dossier, races):
    runtime = installation.extensions["motcua.engine"]
    unknown = {"enterprise": {"found": False, "active": False, "name": ""}}
    runtime.on_job("enterprise.lookup", lambda _call: unknown)
    agency = first_agency().id
    with transaction():
        other = staffing.create_staff("hai", "Hai", "", by=SYSTEM, agency_id=agency)
        accounts.grant_role(other.id, Role.DESK_CLERK, agency_id=agency, by=SYSTEM)
        rule = departments.create_queue(
            "desk-clerk", {"vi": "Một cửa"}, by=SYSTEM, work_rule=WorkRule.ROUND_ROBIN
        )
    dossiers = [paid_dossier().id, paid_dossier().id]
    db.session.rollback()
    with db.engine.connect() as connection:
        connection.execute(select(Queue.id).where(Queue.id == rule.id).with_for_update()).one()
        races.start("first worker", lambda: engine.run_due_jobs(installation))
        races.start("second worker", lambda: engine.run_due_jobs(installation))
        connection.rollback()
    races.finish()
    found = [task_of(db.session.get_one(Dossier, each)).holder for each in dossiers]
    assert len(set(found) - {""}) == len(dossiers)


def test_two_administrators_who_close_each_other_do_not_both_succeed(installation, races):
    people = [account_of(login) for login in ("quantri", "quantri2")]

    def close(account_id: UUID, by: str) -> None:
        with transaction():
            staffing.close_account(account_id, reason="x", by=_actor(by))

    db.session.rollback()
    with db.engine.connect() as connection:
        administrators = select(RoleGrant.id).where(RoleGrant.role == Role.ADMINISTRATOR)
        connection.execute(administrators.with_for_update()).all()
        races.start("first", lambda: close(people[1].id, "quantri"))
        races.start("second", lambda: close(people[0].id, "quantri2"))
        connection.rollback()
    outcomes = races.finish()
    assert sorted(str(type(each).__name__) for each in outcomes.values()) == [
        "LastAdministrator",
        "NoneType",
    ]
