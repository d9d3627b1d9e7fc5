"""Programs outside answer enquiries; officers read the answers, for a task that they have taken."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import operations as accounts
from accounts.actor import SYSTEM, Role
from accounts.models import Account
from accounts.policy import Action
from commands.sample.dossiers import _actor
from core.audit import AuditEvent
from core.database import db, transaction
from dossiers import operations, queries
from dossiers.confidential.models import DataEnquiry
from dossiers.models import Document, Dossier
from tests.api.house import Caller, caller
from tests.dossiers.conftest import installation
from tests.dossiers.enquired import KIND, SAID, asked, deliver, enquiry_of, send_paper, staff

__all__ = ["installation"]
TOLD = {"text": SAID.text, "reference": SAID.reference, "issuer": SAID.issuer}


def program(app: Flask, client_id: str, *messages: str) -> Caller:
    with transaction():
        accounts.register_client(
            client_id,
            client_id,
            role=Role.INTEGRATION,
            scopes=frozenset({Action.ENQUIRY_ANSWER}),
            by=SYSTEM,
            message_names=messages,
        )
    return caller(app, f"client:{client_id}")


@pytest.fixture
def dossier(installation: Flask) -> Dossier:
    return asked(installation)


@pytest.fixture
def police(installation: Flask) -> Caller:
    return program(installation, "police", f"enquiry.{KIND}")


@pytest.fixture
def officer(installation: Flask, dossier: Dossier) -> Caller:
    with transaction():
        who = db.session.scalars(select(Account).where(Account.login == "motcua")).one()
        accounts.grant_role(
            who.id, Role.OFFICER, agency_id=dossier.agency_id, queue="officer", by=SYSTEM
        )
    return caller(installation, f"account:{who.id}")


def address(dossier: Dossier) -> str:
    return f"/api/v1/enquiries/{enquiry_of(dossier).id}/answer"


def take(reader: Caller) -> UUID:
    (item,) = [
        each
        for each in queries.tasks(visible_to=staff("an"))
        if each.task.element_id == "weigh_data"
    ]
    assert reader.post(f"/api/v1/tasks/{item.task.id}/claim").status_code == 200
    db.session.rollback()
    return item.task.id


def test_an_answer_is_taken_once_and_read_by_who_has_taken_the_task(
    dossier: Dossier, police: Caller, officer: Caller
):
    outcomes = [police.post(address(dossier), TOLD).get_json() for _ in range(2)]
    assert outcomes == [{"outcome": "taken"}, {"outcome": "known"}]
    task_id, enquiry_id = take(officer), enquiry_of(dossier).id
    (paper,) = officer.get(f"/api/v1/tasks/{task_id}/confidential").get_json()["items"]
    assert [paper["kind"], paper["enquiries"][0]["id"]] == [KIND, str(enquiry_id)]
    read = officer.get(f"/api/v1/tasks/{task_id}/confidential/{enquiry_id}")
    assert {name: read.get_json()[name] for name in TOLD} == TOLD
    assert read.headers["Cache-Control"] == "no-store"


def test_a_program_of_another_kind_finds_no_enquiry_and_is_on_record(
    installation: Flask, dossier: Dossier
):
    stranger = program(installation, "tax", "enquiry.tax", "enquiry-answered")
    assert stranger.post(address(dossier), TOLD).status_code == 404
    told = {"name": "enquiry-answered", "key": "x", "id": "1"}
    assert stranger.post("/api/v1/messages", told).status_code == 403
    refusals = db.session.scalars(select(AuditEvent).where(AuditEvent.actor == "client:tax")).all()
    assert address(dossier) in str([each.subject for each in refusals])


WRONG: dict[str, dict[str, Any]] = {
    "no text": {},
    "a blank text": {"text": " "},
    "a text that is not available": {"available": False, "text": "x"},
    "a text too long": {"text": "x" * 20_001},
    "an impossible day": {"text": "x", "issued_on": "2026-02-30"},
    "more than is known": {"text": "x", "convicted": True},
}


def test_what_is_no_answer_is_refused_in_words(dossier: Dossier, police: Caller):
    for name, body in WRONG.items():
        assert police.post(address(dossier), body).status_code == 422, name
    assert police.post(address(dossier), {"available": False}).get_json() == {"outcome": "taken"}


def test_staff_and_owner_are_told_that_it_was_asked_and_of_a_paper_that_it_is_there(
    installation: Flask, dossier: Dossier, officer: Caller
):
    owner = caller(installation, _actor("saomai").id)
    deliver(dossier, None)
    send_paper(dossier)
    for reader in (owner, officer):
        told = reader.get(f"/api/v1/dossiers/{dossier.id}/enquiries").get_json()["items"]
        assert [(each["state"], each["source"]) for each in told] == [("unavailable", "paper")]
    names = [name_of_paper(reader, dossier) for reader in (owner, officer)]
    assert names == ["an-tich.pdf", ""]
    document = db.session.scalars(select(Document).where(Document.document_type == KIND)).one()
    content = f"/api/v1/documents/{document.id}/content"
    assert owner.get(content).status_code == 200
    assert officer.get(content).status_code == 404
    take(officer)
    assert officer.get(content).headers["Cache-Control"] == "no-store"
    assert name_of_paper(officer, dossier) == "an-tich.pdf"


def name_of_paper(reader: Caller, dossier: Dossier) -> str:
    items = reader.get(f"/api/v1/dossiers/{dossier.id}/documents").get_json()["items"]
    (name,) = [each["file_name"] for each in items if each["confidential"]]
    return str(name)


def test_a_clerk_who_has_not_taken_the_task_reads_nothing(dossier: Dossier, officer: Caller):
    deliver(dossier)
    (item,) = queries.tasks(visible_to=staff("an"))
    place = f"/api/v1/tasks/{item.task.id}/confidential"
    assert officer.get(place).get_json()["items"] == []
    assert officer.get(f"{place}/{enquiry_of(dossier).id}").status_code == 404
    with transaction():
        operations.claim_task(item.task.id, actor=staff("binh"))
    assert officer.get(f"{place}/{enquiry_of(dossier).id}").status_code == 404
    assert db.session.scalars(select(DataEnquiry)).one()
