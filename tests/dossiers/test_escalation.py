"""People are told of due dates near and past: whom the department settled, and each stage once."""

import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update

from accounts.models import Account, RoleGrant
from accounts.queries import account_by_login, actor
from administration.models import SettingProposal, SettingSubject
from administration.reading import forget
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import submitted
from commands.sample.people import account_of
from core import clock as time
from core.audit import AuditEvent
from core.config import Settings
from core.database import Model, db, transaction
from dossiers.clock_models import DueCause
from dossiers.escalation.models import Escalation, EscalationNotice
from dossiers.escalation.operations import escalate_all, note_read
from dossiers.escalation.queries import happened, outlook, told, unread
from dossiers.models import Dossier, DossierStatus
from dossiers.operations import clock
from dossiers.operations.locking import lock_dossier
from dossiers.operations.status import record_status
from dossiers.settled import ESCALATION
from engine.models import Job, Task, TaskState
from engine.runtime import EXTENSION, Runtime
from tests.dossiers.test_settled import here, settle
from tests.web.house import furnished
from workflows.queries import service_version
from wsgi import create_app

DIRECTOR, OFFICER = "lanhdao", "chuyenvien"
LATE = {"stage": "late", "about": "dossier", "when": "breach", "whom": "head", "how": "page"}
NEAR = {**LATE, "stage": "1-day-before", "when": "before", "days": 1}
USED = {**LATE, "stage": "80-percent", "when": "used", "percent": 80}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One house for the tests that need no database of their own; roles are older than the dossiers."""
    folder = tmp_path_factory.mktemp("house")
    yield from housed(Settings(data_directory=folder, embedded_workers=0))


def housed(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    runtime: Runtime = app.extensions[EXTENSION]
    runtime.on_job("payment.order", lambda _call: {"checkout_url": "https://pay.example/1"})
    with app.app_context():
        Model.metadata.create_all(db.engine)
        furnished(app)
        with transaction():
            db.session.execute(update(RoleGrant).values(valid_from=at("2026-01-01T00:00")))
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def installation(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Without any stage or open dossier; one of each database where a test asks for both."""
    if "each_database" in request.fixturenames:
        yield from housed(request.getfixturevalue("settings"))
        return
    yield request.getfixturevalue("shared")
    with transaction() as session:
        for model in (EscalationNotice, Escalation, SettingProposal, SettingSubject, Job):
            session.execute(delete(model))
        session.execute(update(Dossier).values(status=DossierStatus.FINISHED))
        session.execute(update(Task).values(state=TaskState.COMPLETED))
    forget(ESCALATION)


@pytest.fixture
def received(installation: Flask) -> UUID:
    """A dossier received on Monday, 3 August 2026, with fifteen working days: until the 22nd."""
    with time.stopped_at(at("2026-08-03T09:00")):
        return receive(installation)


def receive(app: Flask) -> UUID:
    dossier = submitted(app, "saomai", SAO_MAI)
    with transaction():
        locked = lock_dossier(dossier.id)
        clock.start(locked, service_version(locked.service_version))
        locked.time_limit = {"amount": "15", "unit": "working-day"}
        locked.due_at = clock.recounted(locked, [])
        record_status(locked, DossierStatus.RECEIVED)
    return dossier.id


def decided(**stage: Any) -> None:
    with time.stopped_at(at("2026-08-03T08:00")):
        settle(ESCALATION, **stage)


def escalated(moment: str) -> int:
    with time.stopped_at(at(moment)):
        return escalate_all()


def people(*logins: str) -> set[str]:
    return {f"account:{account_of(login).id}" for login in logins}


def who_was_told() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(EscalationNotice.person)))


def test_without_a_decision_nobody_is_told(received: UUID):
    assert escalated("2026-12-01T09:00") == 0


@pytest.mark.parametrize(
    ("stage", "not_yet", "then"),
    [
        (LATE, "2026-08-22T17:00", "2026-08-22T17:01"),
        (NEAR, "2026-08-21T16:59", "2026-08-21T17:00"),
        ({**LATE, "when": "after", "days": 2}, "2026-08-25T16:59", "2026-08-25T17:00"),
    ],
    ids=["late", "near", "after"],
)
def test_a_stage_is_reached_at_its_moment_and_not_before(
    received: UUID, stage: dict[str, Any], not_yet: str, then: str
):
    decided(**stage)
    assert [escalated(not_yet), escalated(then), escalated(then)] == [0, 1, 0]


def test_a_share_of_the_limit_is_counted_in_office_hours(received: UUID):
    decided(**USED)
    with transaction():
        locked = lock_dossier(received)
        locked.time_limit = {"amount": "1", "unit": "working-day"}
        locked.due_at = at("2026-08-04T17:00")
    assert [escalated("2026-08-04T15:23"), escalated("2026-08-04T15:24")] == [0, 1]


def test_the_unit_without_a_head_has_the_agencys_director(received: UUID):
    decided(**LATE)
    escalated("2026-08-24T09:00")
    assert who_was_told() == people(DIRECTOR)


def test_a_queue_may_be_told(received: UUID):
    decided(**{**LATE, "whom": "queue", "queue": "device-officer"})
    escalated("2026-08-24T09:00")
    assert who_was_told() == people(OFFICER)


def test_a_clock_that_stands_escalates_nobody(received: UUID):
    decided(**LATE)
    with time.stopped_at(at("2026-08-11T09:00")), transaction():
        record_status(lock_dossier(received), DossierStatus.AWAITING_SUPPLEMENT)
    assert escalated("2026-12-01T09:00") == 0


def test_what_is_settled_escalates_nobody(received: UUID):
    decided(**LATE)
    with time.stopped_at(at("2026-08-11T09:00")), transaction():
        record_status(lock_dossier(received), DossierStatus.FINISHED)
    assert escalated("2026-12-01T09:00") == 0


def test_a_moved_due_date_starts_anew(received: UUID):
    decided(**LATE)
    assert escalated("2026-08-24T09:00") == 1
    with time.stopped_at(at("2026-08-24T10:00")), transaction():
        after = at("2026-08-28T17:00")
        clock.change_due(lock_dossier(received), after, DueCause.CALENDAR, by="system")
    assert escalated("2026-08-28T09:00") == 0
    assert escalated("2026-08-29T09:00") == 1


def test_the_stage_of_a_service_stands_in_for_that_of_all(received: UUID):
    decided(**LATE)
    decided(**{**NEAR, "stage": "late", "service": "device-declaration-b"})
    assert escalated("2026-08-21T17:00") == 1
    assert escalated("2026-08-24T09:00") == 0


def test_a_task_has_stages_of_its_own_and_its_holder_is_told(dossier_on_the_desk: Dossier):
    stage: dict[str, Any] = {**LATE, "about": "task", "whom": "holder"}
    with time.stopped_at(at("2026-08-03T08:00")):
        settle(ESCALATION, here(), **stage)
    clerk = people("motcua").pop()
    with transaction():
        task = db.session.scalars(select(Task).where(Task.state == TaskState.OPEN)).one()
        task.holder, task.due_at = clerk, at("2026-08-20T17:00")
    assert escalated("2026-08-20T16:00") == 0
    assert escalated("2026-08-21T08:00") == 1
    assert who_was_told() == {clerk}
    assert db.session.scalars(select(Escalation.task_id)).one() == task.id


def test_everybody_gets_one_mail_of_all_that_is_new(installation: Flask, received: UUID):
    with transaction():
        account = db.session.get_one(Account, account_of(DIRECTOR).id)
        account.email = "giamdoc@example.vn"
    with time.stopped_at(at("2026-08-03T09:30")):
        receive(installation)
    decided(**{**LATE, "how": "page-and-mail"})
    before = mails()
    assert escalated("2026-08-24T09:00") == 2
    assert mails() - before == 1
    escalated("2026-08-24T10:00")
    assert mails() - before == 1


def mails() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Job.id).where(Job.kind == "notify.email")).all())


def test_what_one_was_told_is_new_until_it_is_read(received: UUID):
    decided(**LATE)
    escalated("2026-08-24T09:00")
    director = actor(people(DIRECTOR).pop())
    assert director is not None
    assert unread(visible_to=director) == 1
    with transaction():
        note_read(by=director)
    assert unread(visible_to=director) == 0
    assert [each.is_new for each in told(visible_to=director)] == [False]


def test_the_dry_run_tells_who_would_be_told_by_tonight_and_changes_nothing(received: UUID):
    decided(**NEAR)
    with time.stopped_at(at("2026-08-21T08:00")):
        director = actor(people(DIRECTOR).pop())
        assert director is not None
        found = outlook(visible_to=director)
        assert [(each.reached.stage.key, set(each.told)) for each in found] == [
            ("1-day-before", people(DIRECTOR))
        ]
        assert happened(visible_to=director) == []


def test_it_is_on_the_dossiers_record(received: UUID):
    decided(**LATE)
    escalated("2026-08-24T09:00")
    events = select(AuditEvent.tag).where(AuditEvent.chain_id == received)
    assert "dossier:clock:escalated" in db.session.scalars(events).all()


def test_only_those_near_their_day_are_read(installation: Flask, received: UUID):
    decided(**LATE)
    plan = " ".join(
        str(row)
        for row in db.session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT id FROM dossier WHERE status IN ('received', 'processing')"
                " AND due_at <= '2026-08-24' ORDER BY due_at, id LIMIT 500"
            )
        )
    )
    assert "ix_dossier_under_the_clock" in plan


def test_two_workers_at_once_tell_once(each_database: str, installation: Flask, received: UUID):
    decided(**{**LATE, "how": "page-and-mail"})
    with transaction():
        account_by_login(DIRECTOR).email = "giamdoc@example.vn"
    counted: list[int] = []
    start = threading.Barrier(2)

    def work() -> None:
        with installation.app_context():
            start.wait()
            counted.append(escalate_all())
            db.session.remove()

    with time.stopped_at(at("2026-08-24T09:00")):
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(counted) == [0, 1]
    assert len(who_was_told()) == 1
    assert len(db.session.scalars(select(Escalation.id)).all()) == 1
