"""Webhooks: at least once, in order, signed, and robust against receivers of every sort."""

import base64
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import operations
from accounts.actor import SYSTEM, Actor
from accounts.models import Account
from accounts.queries import account_by_login, actor
from connectors.errors import TooManyWebhooks
from connectors.webhooks import jobs, keeping
from connectors.webhooks.models import Webhook, WebhookAttempt
from core import clock
from core.audit import AuditEvent
from core.config import Settings
from core.database import Model, db, transaction
from core.egress import AddressRefused, Egress
from core.errors import NotAllowed, NotFound
from core.ids import new_id
from dossiers import feed
from dossiers.models import Dossier, DossierStatus
from dossiers.operations.locking import lock_dossier
from dossiers.operations.status import record_status
from engine import run_due_jobs
from engine.models import Job, JobState
from engine.runtime import EXTENSION
from tests.accounts.representing import citizen
from tests.connectors.receiver import Receiver, endless, receiving, status
from wsgi import create_app

NUMBER, OTHER = "0315123453", "3601234569"
ROUND = (DossierStatus.SUBMITTED, DossierStatus.AWAITING_SUPPLEMENT)
LEASE = 1.0
WORKER = f"""
from connectors.webhooks import jobs
from core.config import Settings
from core.egress import Egress
from engine import run_due_jobs
from engine.runtime import EXTENSION
from wsgi import create_app
app = create_app(Settings.from_environment())
with app.app_context():
    jobs.install(app, app.extensions[EXTENSION], Egress(loopback=True), lease={LEASE})
    run_due_jobs(app)
"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@contextmanager
def opened(settings: Settings, seconds: float = 5.0) -> Iterator[Flask]:
    app = create_app(settings)
    door = Egress(loopback=True, seconds=seconds)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        jobs.install(app, app.extensions[EXTENSION], door, lease=LEASE)
        citizen("mai")
        with transaction():
            person = owner().account_id
            assert person is not None
            operations.add_membership(person, NUMBER, by=SYSTEM)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with opened(settings) as made:
        yield made


def owner() -> Actor:
    account = account_by_login("mai")
    assert account is not None
    found = actor(f"account:{account.id}")
    assert found is not None
    return replace(found, proven_at=clock.now())


def added(receiver: Receiver, address: str = "") -> tuple[UUID, str]:
    with transaction():
        made, secret = keeping.add_webhook(
            NUMBER, address or receiver.address, by=owner(), egress=Egress(loopback=True)
        )
        return made.id, secret


def new_dossier(acting_for: str = NUMBER) -> UUID:
    with transaction() as session:
        dossier = Dossier(
            id=new_id(),
            reference=new_id().hex,
            service_key="s",
            service_version="v",
            agency_id=new_id(),
            owner_id=new_id(),
            acting_for=acting_for,
            language="vi",
            created_at=clock.now(),
        )
        session.add(dossier)
        return dossier.id


def change(dossier_id: UUID, times: int = 1) -> None:
    for _ in range(times):
        with transaction():
            dossier = lock_dossier(dossier_id)
            record_status(dossier, ROUND[dossier.status_sequence % 2])
    feed.number_all()


def work(app: Flask) -> None:
    jobs.Lookout().look()
    run_due_jobs(app)


def webhook(webhook_id: UUID) -> Webhook:
    db.session.rollback()
    return db.session.get_one(Webhook, webhook_id, populate_existing=True)


def attempts(webhook_id: UUID) -> list[WebhookAttempt]:
    return list(keeping.attempts(webhook(webhook_id)))


def told(receiver: Receiver) -> list[tuple[str, int]]:
    data = [json.loads(body)["data"] for _, body in receiver.received]
    return [(each["reference"], each["sequence"]) for each in data]


def waiting_job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job).where(Job.kind == jobs.SEND)).one()


def holds(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """The check that a library of the convention makes."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{mac}" in headers["webhook-signature"].split(" ")


def test_the_changes_of_an_organisation_arrive_in_order_and_no_others(app, receiver):
    added(receiver)
    ours, others = new_dossier(), new_dossier(OTHER)
    change(ours, 2)
    change(others)
    change(ours)
    work(app)
    reference = db.session.get_one(Dossier, ours).reference
    assert told(receiver) == [(reference, 1), (reference, 2), (reference, 3)]


def test_what_happened_before_is_not_told(app, receiver):
    change(new_dossier())
    added(receiver)
    work(app)
    assert receiver.received == []


def test_a_message_is_signed_and_nothing_in_it_can_be_changed(app, receiver):
    _, secret = added(receiver)
    change(new_dossier())
    work(app)
    ((headers, body),) = receiver.received
    assert holds(headers, body, secret)
    assert not holds(headers, body + b" ", secret)
    assert not holds({**headers, "webhook-timestamp": "1"}, body, secret)


def test_during_the_overlap_both_secrets_sign_and_later_the_new_one_alone(app, receiver):
    webhook_id, former = added(receiver)
    with transaction():
        current = keeping.change_secret(NUMBER, webhook_id, by=owner())
    dossier = new_dossier()
    change(dossier)
    work(app)
    with clock.shifted(keeping.OVERLAP + timedelta(minutes=1)):
        change(dossier)
        work(app)
    (headers, body), (later_headers, later_body) = receiver.received
    assert holds(headers, body, former)
    assert holds(headers, body, current)
    assert holds(later_headers, later_body, current)
    assert not holds(later_headers, later_body, former)


def test_the_secret_is_nowhere_in_the_clear(app, receiver):
    webhook_id, secret = added(receiver)
    kept = webhook(webhook_id).sealed_secret
    assert secret.encode() not in kept
    assert base64.b64decode(secret.removeprefix("whsec_")) not in kept


@pytest.mark.parametrize(
    "bad",
    [status(500), status(301, Location="http://169.254.169.254/")],
    ids=["broken", "redirect"],
)
def test_a_failed_message_is_sent_again_first_and_under_its_id(app, receiver, bad):
    webhook_id, _ = added(receiver)
    receiver.answers = [bad, bad]
    change(new_dossier(), 2)
    work(app)
    for hours in (2, 4):
        with clock.shifted(timedelta(hours=hours)):
            run_due_jobs(app)
    assert len(receiver.ids) == 4
    assert receiver.ids[0] == receiver.ids[1] == receiver.ids[2] != receiver.ids[3]
    assert webhook(webhook_id).failing_since is None


def test_the_pause_grows_and_is_never_quite_the_same(app, receiver):
    added(receiver)
    receiver.answers = [status(500)] * 4
    change(new_dossier())
    work(app)
    pauses = []
    for _ in range(3):
        job = waiting_job()
        with clock.at(job.due_at):
            begun = clock.now()
            run_due_jobs(app)
            pauses.append((waiting_job().due_at - begun).total_seconds())
    assert pauses[0] < pauses[1] < pauses[2]
    assert all(pause % 1 for pause in pauses)


def test_who_asks_to_wait_is_left_alone_but_not_for_ever(app, receiver):
    added(receiver)
    receiver.answers = [status(503, Retry_After="999999999999")]
    change(new_dossier())
    work(app)
    waits = waiting_job().due_at - clock.now()
    assert timedelta(minutes=55) < waits <= timedelta(hours=1)


def test_a_receiver_that_hangs_is_given_up_after_its_seconds(settings, receiver):
    with opened(settings, seconds=0.3) as app:
        webhook_id, _ = added(receiver)
        receiver.answers = [lambda _request: time.sleep(2)]
        change(new_dossier())
        work(app)
        (attempt,) = attempts(webhook_id)
        assert (attempt.status, attempt.fault) == (None, "no whole answer in time")


def test_an_endless_answer_is_an_answer(app, receiver):
    webhook_id, _ = added(receiver)
    receiver.answers = [endless]
    change(new_dossier())
    work(app)
    assert [each.status for each in attempts(webhook_id)] == [200]


def test_gone_switches_it_off_at_once_and_its_administrators_are_told(app, receiver):
    with transaction():
        db.session.scalars(select(Account)).one().email = "mai@example.vn"
    webhook_id, _ = added(receiver)
    receiver.answers = [status(410)]
    change(new_dossier(), 2)
    work(app)
    assert len(receiver.received) == 1
    assert webhook(webhook_id).disabled_at is not None
    mails = db.session.scalars(select(Job).where(Job.kind == "notify.email")).all()
    assert [mail.payload["to"] for mail in mails] == ["mai@example.vn"]


def test_days_of_failure_switch_it_off_and_switched_on_again_it_misses_nothing(app, receiver):
    webhook_id, _ = added(receiver)
    receiver.answers = [status(500)] * 2
    dossier = new_dossier()
    change(dossier, 2)
    work(app)
    with clock.shifted(timedelta(days=5, minutes=1)):
        run_due_jobs(app)
    assert webhook(webhook_id).fault == "HTTP 500"
    change(dossier)
    work(app)
    assert len(receiver.received) == 2
    with transaction():
        jobs.switch_on(NUMBER, webhook_id, by=owner())
    work(app)
    assert [sequence for _, sequence in told(receiver)[2:]] == [1, 2, 3]


def test_one_of_the_log_is_sent_again_and_a_trial_can_be_sent(app, receiver):
    webhook_id, secret = added(receiver)
    change(new_dossier(), 2)
    work(app)
    position = attempts(webhook_id)[-1].position
    assert position is not None
    with transaction():
        jobs.send_again(NUMBER, webhook_id, position, by=owner())
        jobs.try_webhook(NUMBER, webhook_id, by=owner())
    run_due_jobs(app)
    assert receiver.ids[2] == receiver.ids[0]
    headers, body = receiver.received[3]
    assert json.loads(body)["type"] == "webhook.trial"
    assert holds(headers, body, secret)


def test_a_removed_webhook_is_told_nothing(app, receiver):
    webhook_id, _ = added(receiver)
    change(new_dossier())
    with transaction():
        keeping.remove_webhook(NUMBER, webhook_id, by=owner())
    work(app)
    assert receiver.received == []


def test_an_address_that_turns_private_is_not_called_and_that_is_on_record(app, receiver):
    jobs.install(app, app.extensions[EXTENSION], Egress(), lease=LEASE)
    webhook_id, _ = added(receiver, "https://localhost/hook")
    change(new_dossier())
    work(app)
    assert attempts(webhook_id)[0].fault == "address refused: private"
    tags = db.session.scalars(select(AuditEvent.tag).where(AuditEvent.chain_id == webhook_id))
    assert "connectors:webhook:address-refused" in set(tags)


def test_only_its_administrators_keep_the_webhooks_of_an_organisation(app, receiver):
    webhook_id, _ = added(receiver)
    citizen("dong")
    account = account_by_login("dong")
    stranger = actor(f"account:{account.id}")
    assert stranger is not None
    with pytest.raises(NotFound):
        keeping.webhooks(NUMBER, visible_to=stranger)
    with transaction():
        operations.add_membership(account.id, NUMBER, by=SYSTEM, role="drafter")
    drafter = actor(f"account:{account.id}")
    assert drafter is not None
    with pytest.raises(NotAllowed):
        keeping.find_webhook(NUMBER, webhook_id, visible_to=drafter)


def test_what_cannot_be_an_address_is_refused_at_once_and_there_are_only_so_many(app, receiver):
    with pytest.raises(AddressRefused):
        added(receiver, "https://10.0.0.1/")
    for _ in range(keeping.MOST):
        added(receiver)
    with pytest.raises(TooManyWebhooks):
        added(receiver)


@pytest.mark.slow
def test_a_worker_killed_between_sending_and_marking_repeats_the_same_message(
    settings: Settings, postgres, receiver
):
    """Test 8 of the reliability list: at least once, one id, nothing skipped, in order."""
    with (
        postgres.database(Model.metadata) as url,
        opened(replace(settings, database_url=url)) as app,
    ):
        added(receiver)
        change(new_dossier(), 3)
        jobs.Lookout().look()
        environment = {
            **os.environ,
            "MOTCUA_DATABASE_URL": url,
            "MOTCUA_DATA_DIRECTORY": str(settings.data_directory),
        }
        worker = subprocess.Popen([sys.executable, "-c", WORKER], env=environment)
        receiver.answers = [status(200), lambda _: os.kill(worker.pid, signal.SIGKILL)]
        assert worker.wait(60) == -signal.SIGKILL
        assert [sequence for _, sequence in told(receiver)] == [1, 2]
        ended = time.monotonic() + 20
        while len(receiver.received) < 4 and time.monotonic() < ended:
            run_due_jobs(app)
        assert [sequence for _, sequence in told(receiver)] == [1, 2, 2, 3]
        assert receiver.ids[1] == receiver.ids[2]
        states = db.session.scalars(select(Job.state).where(Job.kind == jobs.SEND)).all()
        assert JobState.INCIDENT not in states
