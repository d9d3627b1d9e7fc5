"""The whole house for tests of pages: the real rooms, the real service, the people of the demo."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

import workflows
from accounts import queries as accounts
from commands.sample.application import SAO_MAI, SERVICE, paper
from commands.sample.people import PASSWORD, account_of, create_people, first_agency
from core.database import db, transaction
from dossiers import operations
from dossiers.models import Dossier, PaymentOrder
from engine import run_due_jobs
from tests.furnishing import furnished_once
from tests.web.forms import send, sign_in
from workflows.operations import deploy_pack
from workflows.pack import read_pack
from workflows.queries import service

PACK = Path(workflows.__path__[0]) / "catalogue" / SERVICE
AGENCY = "H26.16"
NUMBER = SAO_MAI["organisation_number"]


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in with a browser."""

    client: FlaskClient

    def page(self, address: str) -> TestResponse:
        return self.client.get(address, buffered=True)

    def post(self, address: str, **values: Any) -> TestResponse:
        return send(self.client, address, **values)

    def start(self) -> str:
        """Begin an application; returns the address of its first page of questions."""
        answer = self.post(f"/services/{SERVICE}/start", agency=AGENCY)
        assert answer.status_code == 303, answer.text
        return str(answer.location)


@dataclass(frozen=True)
class House:
    """The application with its service on offer and its demo people."""

    app: Flask

    def visitor(self, login: str = "") -> Visitor:
        """A browser, signed in unless no login is named."""
        client = self.app.test_client()
        if login:
            assert sign_in(client, login=login, password=PASSWORD).status_code == 303
        return Visitor(client)

    def draft(self, login: str = "saomai", **other: Any) -> str:
        """The reference of a complete draft of the sample's answers, changed as named."""
        answers = SAO_MAI | other
        with self.app.app_context():
            actor = accounts.actor(f"account:{account_of(login).id}")
            assert actor is not None
            with transaction():
                draft = operations.start_draft(
                    SERVICE, agency_id=first_agency().id, actor=actor, language="vi"
                )
                operations.save_answers(draft.id, answers, actor=actor)
            for kind in service(SERVICE).required_documents(answers):
                upload = operations.store_upload(
                    draft.id, f"{kind}.pdf", io.BytesIO(paper(kind)), limit_bytes=10**6
                )
                with transaction():
                    operations.attach_document(draft.id, kind, upload, actor=actor)
            return draft.reference

    def pay(self, reference: str) -> None:
        """Let the payment platform report a dossier's fee as paid."""
        with self.app.app_context():
            named = Dossier.reference == reference
            order = db.session.scalars(select(PaymentOrder).join(Dossier).where(named)).one()
            with transaction():
                operations.note_payment(
                    order.reference,
                    amount=order.amount,
                    currency=order.currency,
                    transaction_code="TEST",
                )

    def work(self) -> None:
        """Let the jobs that are due be worked."""
        with self.app.app_context():
            run_due_jobs(self.app)


def furnished(app: Flask) -> House:
    """Bring in the service and the people."""
    with app.app_context():
        furnished_once("pages", _furnish)
    return House(app)


def _furnish() -> None:
    with transaction():
        deploy_pack(read_pack(PACK), by="system")
    with transaction():
        create_people()
