"""The work shape `signature` at a real signing service: it waits, is told, and leads a refusal back."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

import signing
from core import clock
from core.database import db, transaction
from dossiers import operations, queries
from dossiers.models import Dossier
from dossiers.operations.locking import lock_dossier
from dossiers.signatures import operations as signatures
from dossiers.signatures.models import OrderState, SignatureOrder
from engine.models import Incident, Job
from engine.queries import EVERYTHING, variables
from signing import port
from signing.port import Expired
from storage import store
from tests.dossiers.asking import who
from tests.dossiers.phone import personal, phone
from tests.dossiers.sitting_pack import director
from tests.dossiers.test_supplement_shape import ANSWERS, agency_id, officer
from tests.signing.servers.smartca import REFUSED, SmartCaServer
from workflows.operations import deploy_pack
from workflows.pack import read_pack
from workflows.shapes import GALLERY


@pytest.fixture
def server(installation: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmartCaServer]:
    """The director's signing service."""
    leader = director()
    with phone(installation, personal(leader), leader.name, monkeypatch) as server:
        yield server


@pytest.fixture
def rung(installation: Flask, server: SmartCaServer, work: Callable[[], None]) -> Dossier:
    """A dossier whose director has decided to sign a letter, and whose phone has rung."""
    dossier = decided(work)
    assert server.rang == 1
    return dossier


def decided(work: Callable[[], None]) -> Dossier:
    """A dossier whose director has decided to sign a letter."""
    applicant = who("saomai")
    with transaction():
        deploy_pack(read_pack(GALLERY), by="system")
    with transaction():
        draft = operations.start_draft(
            "work-shapes", agency_id=agency_id(), actor=applicant, language="vi"
        )
        answers = {**ANSWERS, "shape": "signature"}
        operations.save_answers(draft.id, answers, actor=applicant)
    with transaction():
        dossier = operations.submit(draft.id, actor=applicant, language="vi")
    work()
    done("appraise", officer())
    done("sign_letter", director())
    work()
    return dossier


def done(element: str, actor) -> None:
    (item,) = (each for each in queries.tasks(visible_to=actor) if each.task.element_id == element)
    with transaction():
        token = operations.claim_task(item.task.id, actor=actor)
        operations.complete_task(item.task.id, {}, actor=actor, language="vi", token=token)


def waits() -> list[str]:
    db.session.rollback()
    return [each.task.element_id for each in queries.tasks(visible_to=director())]


def orders() -> list[SignatureOrder]:
    db.session.rollback()
    return list(db.session.scalars(select(SignatureOrder).order_by(SignatureOrder.id)))


def told(server: SmartCaServer) -> None:
    """What the webhook does."""
    order = orders()[-1]
    headers, body = server.webhook(order.transaction)
    said = port.read_callback(order.kid, headers, body)
    with transaction():
        signatures.note_callback(order.kid, said.transaction, said.answer)


def letter(dossier: Dossier) -> bytes:
    db.session.rollback()
    instance_id = db.session.get_one(Dossier, dossier.id).instance_id
    assert instance_id is not None
    kept = variables(instance_id, visible_to=EVERYTHING)["signed"]
    with store().open(kept["storage_key"], sha256=kept["sha256"]) as stream:
        return stream.read()


def test_no_job_waits_while_the_phone_does(rung: Dossier):
    db.session.rollback()
    assert set(db.session.scalars(select(Job.kind))) == {"engine.timer"}


@pytest.mark.parametrize("way", ["told", "asked"])
def test_an_approval_goes_into_the_letter(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None], way: str
):
    server.approve()
    if way == "told":
        told(server)
    with clock.shifted(timedelta(seconds=61 if way == "asked" else 0)):
        work()
    report = signing.verify_pdf(letter(rung))
    assert (report.valid, report.signers) == (True, (director().name,))
    assert [order.state for order in orders()] == [OrderState.EMBEDDED]


def test_what_is_told_twice_and_late_goes_in_once(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None]
):
    server.approve()
    told(server)
    told(server)
    work()
    first = letter(rung)
    told(server)
    work()
    assert letter(rung) == first
    assert db.session.scalars(select(Incident)).all() == []


def test_a_refusal_leads_back_to_the_task_and_the_next_signature_is_a_new_one(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None]
):
    server.state = REFUSED
    told(server)
    work()
    assert waits() == ["sign_letter"]
    server.approve()
    done("sign_letter", director())
    work()
    with clock.shifted(timedelta(seconds=61)):
        work()
    assert signing.verify_pdf(letter(rung)).valid
    assert [order.state for order in orders()] == [OrderState.REFUSED, OrderState.EMBEDDED]
    assert server.rang == 2


def test_when_the_period_ends_nobody_waits_any_more(rung: Dossier, work: Callable[[], None]):
    with clock.shifted(timedelta(hours=1, seconds=1)):
        work()
    assert waits() == ["sign_letter"]
    assert [order.state for order in orders()] == [OrderState.EXPIRED]


@pytest.mark.parametrize("first", ["answer", "expiry"])
def test_of_answer_and_expiry_at_once_the_first_counts(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None], first: str
):
    server.approve()
    order = orders()[0]
    answer = port.poll(order.kid, order.transaction)
    both = [answer, Expired()] if first == "answer" else [Expired(), answer]
    for each in both:
        with transaction():
            signatures.note_answer(order.id, each)
    work()
    assert waits() == ([] if first == "answer" else ["sign_letter"])
    assert db.session.scalars(select(Incident)).all() == []


def test_a_letter_that_would_be_another_one_now_is_not_signed(
    rung: Dossier, server: SmartCaServer, work: Callable[[], None]
):
    with transaction():
        lock_dossier(rung.id).organisation_name = "Công ty khác"
    server.approve()
    told(server)
    work()
    assert waits() == ["sign_letter"]
    assert [order.state for order in orders()] == [OrderState.CHANGED]


def test_a_key_at_hand_goes_straight_through(installation: Flask, work: Callable[[], None]):
    assert signing.verify_pdf(letter(decided(work))).signers == (director().name,)
