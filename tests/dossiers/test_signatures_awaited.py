"""Results whose leader approves on the phone: the process waits, no worker does."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

import engine
import signing
from core import clock
from core.database import db, transaction
from dossiers.models import Dossier
from dossiers.operations.locking import lock_dossier
from dossiers.signatures import operations, ordering
from dossiers.signatures.models import OrderState, SignatureOrder
from dossiers.sittings.queries import outcomes
from engine.models import Incident, Job, JobState
from signing import port
from signing.port import Expired, Refused
from tests.dossiers.phone import personal, phone
from tests.dossiers.sitting_pack import confirmed, director, papers, states, waiting
from tests.dossiers.test_sittings import notice
from tests.signing.servers.smartca import EXPIRED, REFUSED, SmartCaServer

Make = Callable[[], Dossier]


@pytest.fixture
def server(installation: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmartCaServer]:
    """The director's signing service."""
    leader = director()
    with phone(installation, personal(leader), leader.name, monkeypatch) as server:
        yield server


@pytest.fixture
def rung(
    installation: Flask, server: SmartCaServer, paid_dossier: Make, work: Callable[[], None]
) -> Dossier:
    """A dossier that the director has decided, and whose phone has rung."""
    (dossier,) = waiting(installation, paid_dossier, 1)
    confirmed(director())
    work()
    assert server.rang == 1
    return dossier


def order() -> SignatureOrder:
    db.session.rollback()
    return db.session.scalars(select(SignatureOrder)).one()


def signing_job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job).where(Job.kind == "result.sign")).one()


def called_back(server: SmartCaServer) -> None:
    """What the webhook does with what the service tells."""
    asked = order()
    headers, body = server.webhook(asked.transaction)
    told = port.read_callback(asked.kid, headers, body)
    with transaction():
        operations.note_callback(asked.kid, told.transaction, told.answer)


def later(work: Callable[[], None], seconds: float) -> None:
    with clock.shifted(timedelta(seconds=seconds)):
        work()


def test_the_process_waits_without_a_worker_and_without_failing(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None]
):
    for seconds in (10, 20, 40):
        later(work, seconds)
    job = signing_job()
    assert (job.state, job.attempts, job.locked_by) == (JobState.READY, 0, None)
    assert (server.rang, order().state) == (1, OrderState.WAITING)
    assert "notice" not in papers(rung)


def test_asked_again_it_learns_that_he_approved_and_goes_on_to_the_seal(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None]
):
    server.approve()
    later(work, 10)
    report = signing.verify_pdf(notice(rung))
    assert report.valid
    assert report.signers == (director().name, "Sở Y tế Hà Nội")
    assert order().state is OrderState.EMBEDDED


def test_told_by_the_service_it_goes_on_at_once(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None]
):
    server.approve()
    called_back(server)
    work()
    assert "notice" in papers(rung)


def test_what_the_service_tells_twice_and_late_changes_nothing(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None]
):
    server.approve()
    called_back(server)
    called_back(server)
    work()
    called_back(server)
    work()
    assert papers(rung).count("notice") == 1
    assert order().state is OrderState.EMBEDDED


@pytest.mark.parametrize(
    ("said", "code"),
    [(REFUSED, ordering.REFUSED), (EXPIRED, ordering.EXPIRED)],
    ids=["refused", "expired"],
)
def test_without_his_approval_nothing_is_sealed_and_operators_are_told_why(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None], said, code: str
):
    server.state = said
    later(work, 10)
    assert "notice" not in papers(rung)
    incident = db.session.scalars(select(Incident)).one()
    assert (incident.element_id, code in incident.message) == ("sign_result", True)


def test_nobody_waits_longer_than_the_service_said(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None]
):
    later(work, 3600)
    assert order().state is OrderState.EXPIRED


@pytest.mark.parametrize("first", ["answer", "expiry"])
def test_of_an_answer_and_an_expiry_at_once_the_first_counts(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None], first: str
):
    server.approve()
    answer = port.poll(order().kid, order().transaction)
    both = [answer, Expired()] if first == "answer" else [Expired(), answer]
    for each in both:
        with transaction():
            operations.note_answer(order().id, each)
    work()
    assert ("notice" in papers(rung)) is (first == "answer")


def test_a_refusal_that_comes_after_the_signature_does_not_take_it_back(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None]
):
    server.approve()
    called_back(server)
    with transaction():
        operations.note_answer(order().id, Refused("too late"))
    work()
    assert "notice" in papers(rung)


def test_a_document_that_would_be_another_one_now_is_not_signed_with_the_old_approval(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None]
):
    with transaction():
        changed = lock_dossier(rung.id)
        changed.organisation_name = "Công ty khác"
    server.approve()
    later(work, 10)
    assert order().state is OrderState.CHANGED
    assert "notice" not in papers(rung)
    assert ordering.CHANGED in db.session.scalars(select(Incident)).one().message


def test_a_worker_that_dies_after_the_phone_rang_does_not_make_it_ring_again(
    installation: Flask,
    server: SmartCaServer,
    paid_dossier: Make,
    work: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
):
    waiting(installation, paid_dossier, 1)
    confirmed(director())
    note = operations.note_answer

    def dying(*_args, **_kwargs):
        raise RuntimeError("killed")

    monkeypatch.setattr(operations, "note_answer", dying)
    work()
    assert order().state is OrderState.PREPARED
    monkeypatch.setattr(operations, "note_answer", note)
    server.approve()
    for seconds in (10, 20):
        later(work, seconds)
    assert (server.rang, order().state) == (1, OrderState.EMBEDDED)


def test_no_transaction_is_open_while_the_signer_is_asked(
    installation: Flask,
    server: SmartCaServer,
    paid_dossier: Make,
    work: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
):
    waiting(installation, paid_dossier, 1)
    confirmed(director())
    seen: list[bool] = []
    for name in ("start", "poll"):
        ask = getattr(port, name)

        def asking(*args, _ask=ask, **kwargs):
            seen.append(db.session().in_transaction())
            return _ask(*args, **kwargs)

        monkeypatch.setattr(port, name, asking)
    work()
    later(work, 10)
    assert seen == [False, False]


def test_a_sitting_tells_until_when_the_phone_is_awaited(
    installation: Flask, server: SmartCaServer, paid_dossier: Make, work: Callable[[], None]
):
    waiting(installation, paid_dossier, 1)
    sitting = confirmed(director())
    work()
    (told,) = outcomes(sitting, visible_to=director())
    assert told.awaited_until is not None
    server.approve()
    later(work, 10)
    assert states(sitting) == ["signed"]


def test_an_agency_whose_seal_is_approved_by_a_person_waits_as_well(
    installation: Flask,
    paid_dossier: Make,
    work: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
):
    dossier = paid_dossier()
    place = f"seal/{dossier.agency_id}"
    with phone(installation, place, "Sở Y tế Hà Nội", monkeypatch) as server:
        engine.run_due_jobs(installation)
        assert "notice" not in papers(dossier)
        server.approve()
        later(work, 10)
        later(work, 30)
        assert server.rang == 2
        assert signing.verify_pdf(notice(dossier)).valid
