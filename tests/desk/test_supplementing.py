"""A clerk hands a supplement in for somebody without an account, in his place and on record."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from commands.sample.application import SAO_MAI
from core.audit import AuditEvent
from core.database import db, transaction
from dossiers import operations
from dossiers.desk import operations as desk
from dossiers.desk import supplementing
from dossiers.desk.operations import Papers, Sheets
from dossiers.desk.queries import paper_components
from dossiers.errors import DossierNotEditable, DossierNotFound
from dossiers.fees.payments import take_at_desk
from dossiers.models import Dossier, DossierStatus
from dossiers.requests.models import RequestState
from engine import run_due_jobs
from forms import AnswersInvalid
from tests.desk.steps import fresh, scan, taken_in
from tests.dossiers.asking import LABEL, NAME, ask_for, requests
from tests.fees.steps import CLERK, actor, orders

RIGHT = {**SAO_MAI, "device_name": "Máy đo huyết áp bắp tay"}
REPLY = {"answer": "Nộp nhãn tại quầy"}


@pytest.fixture
def asked(installation: Flask) -> Dossier:
    """A dossier of the desk whose officer has asked for two things; nobody has claimed it."""
    runtime = installation.extensions["motcua.engine"]
    unknown = {"enterprise": {"found": False, "active": False, "name": ""}}
    runtime.on_job("enterprise.lookup", lambda _call: unknown)
    dossier = taken_in()
    run_due_jobs(installation)
    with transaction():
        (order,) = orders(dossier)
        take_at_desk(order.id, way="cash", amount=order.amount, by=actor(CLERK))
    run_due_jobs(installation)
    ask_for(dossier, LABEL, NAME)
    found: Dossier = fresh(dossier)
    return found


def hand_in(dossier: Dossier, reply: dict[str, str] = REPLY, by: str = CLERK) -> None:
    with transaction():
        supplementing.hand_in(dossier.reference, reply, {1}, language="vi", by=actor(by))


def write_down(dossier: Dossier, papers: Papers) -> None:
    with transaction():
        desk.write_down(dossier.reference, RIGHT, papers, language="vi", by=actor(CLERK))


def test_answers_papers_and_reply_are_taken_over_in_the_place_of_the_applicant(asked: Dossier):
    write_down(asked, Papers({"instructions": Sheets(2, 0, compared=True)}))
    scan(asked, "instructions")
    hand_in(asked)
    dossier = fresh(asked)
    assert dossier.status is not DossierStatus.AWAITING_SUPPLEMENT
    assert (dossier.answers["device_name"], dossier.acting_for) == (RIGHT["device_name"], "")
    assert paper_components(dossier.id)["instructions"].originals == 2
    (request,) = requests(dossier)
    assert request.state is RequestState.FULFILLED
    assert [each["done"] for each in request.what["items"]] == [True, False]
    assert request.answered_by == actor(CLERK).id


def test_who_handed_it_in_is_on_record(asked: Dossier):
    hand_in(asked)
    tag = AuditEvent.tag == "dossier:desk:supplemented"
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.chain_id == asked.id, tag))
    assert event.actor == actor(CLERK).id


def test_a_reply_that_is_missing_is_asked_for(asked: Dossier):
    with pytest.raises(AnswersInvalid):
        hand_in(asked, {})


def test_once_handed_in_nothing_is_written_any_more(asked: Dossier):
    hand_in(asked)
    for deed in (lambda: hand_in(asked), lambda: write_down(asked, Papers())):
        with pytest.raises(DossierNotEditable):
            deed()


def test_who_claimed_it_answers_himself(asked: Dossier):
    with transaction():
        operations.claim_dossier(asked.reference, actor=actor("saomai"))
    deeds: list[Callable[[], None]] = [lambda: hand_in(asked), lambda: write_down(asked, Papers())]
    for deed in deeds:
        with pytest.raises(DossierNotEditable):
            deed()


def test_only_the_office_that_took_it_in_hands_in(asked: Dossier):
    for login in ("lanhdao", "saomai"):
        with pytest.raises(DossierNotFound):
            hand_in(asked, by=login)
