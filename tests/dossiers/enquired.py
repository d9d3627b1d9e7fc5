"""A dossier of the gallery of work shapes about whose person another system was asked."""

from datetime import timedelta
from io import BytesIO

from flask import Flask
from sqlalchemy import select

import engine
from accounts.actor import Actor, Grant, Kind, Role
from accounts.models import Agency
from commands.sample.application import paper
from commands.sample.dossiers import _actor
from core import clock
from core.database import db, transaction
from dossiers import operations, queries
from dossiers.confidential.models import DataEnquiry
from dossiers.confidential.operations import Outcome, take_answer
from dossiers.confidential.sealing import Answer
from dossiers.models import Dossier
from engine.runtime import EXTENSION
from workflows.operations import deploy_pack
from workflows.pack import read_pack
from workflows.shapes import GALLERY

AGENCY = "H26.16"
KIND = "record"
SAID = Answer("Có án tích: án treo, năm 2024.", reference="LLTP-77", issuer="Công an thành phố")
PROGRAM = Actor(
    "client:police",
    Kind.CLIENT,
    "police",
    grants=frozenset({Grant(Role.INTEGRATION)}),
    message_names=frozenset({f"enquiry.{KIND}"}),
)
_ANSWERS = {"organisation_number": "0315123453", "organisation_name": "Sao Mai", "shape": "data"}


def staff(login: str, role: Role = Role.OFFICER, queue: str = "officer") -> Actor:
    """Somebody who works there."""
    agency = db.session.scalars(select(Agency).where(Agency.code == AGENCY)).one()
    return Actor(
        f"account:{login}",
        Kind.STAFF,
        login,
        grants=frozenset({Grant(role, agency.id, queue=queue)}),
    )


def asked(app: Flask, *, sent: bool = True) -> Dossier:
    """A dossier whose process awaits the answer of another system."""
    app.extensions[EXTENSION].on_job("enquiry.send", lambda _call: {"sent": sent})
    with transaction():
        deploy_pack(read_pack(GALLERY), by="system")
    applicant = _actor("saomai")
    with transaction() as session:
        agency = session.scalars(select(Agency).where(Agency.code == AGENCY)).one()
        dossier = operations.start_draft(
            "work-shapes", agency_id=agency.id, actor=applicant, language="vi"
        )
        operations.save_answers(dossier.id, _ANSWERS, actor=applicant)
    with transaction():
        operations.submit(dossier.id, actor=applicant, language="vi")
    work("appraise", staff("an"))
    engine.run_due_jobs(app)
    db.session.rollback()
    return dossier


def work(element: str, actor: Actor, *, done: bool = True) -> None:
    """Take a task, and complete it."""
    db.session.rollback()
    found = queries.tasks(visible_to=actor)
    (item,) = [each for each in found if each.task.element_id == element]
    with transaction():
        token = operations.claim_task(item.task.id, actor=actor)
        if done:
            operations.complete_task(item.task.id, {}, actor=actor, language="vi", token=token)


def enquiry_of(dossier: Dossier) -> DataEnquiry:
    """The one enquiry about it, as it stands now."""
    db.session.rollback()
    found = select(DataEnquiry).where(DataEnquiry.dossier_id == dossier.id)
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def deliver(dossier: Dossier, answer: Answer | None = SAID, actor: Actor = PROGRAM) -> Outcome:
    """The other system answers."""
    enquiry_id = enquiry_of(dossier).id
    with transaction():
        return take_answer(enquiry_id, answer, actor=actor)


def time_out(app: Flask, days: int = 5) -> None:
    """Let the period pass in which data is awaited, or the paper."""
    with clock.shifted(timedelta(days=days, minutes=1)):
        engine.run_due_jobs(app)
    db.session.rollback()


def send_paper(dossier: Dossier) -> None:
    """The applicant attaches the paper and sends it."""
    applicant = _actor("saomai")
    upload = operations.store_upload(
        dossier.id, "an-tich.pdf", BytesIO(paper("Phiếu")), limit_bytes=10**6
    )
    with transaction():
        operations.attach_document(dossier.id, KIND, upload, actor=applicant)
    (item,) = [
        each for each in queries.tasks(visible_to=applicant) if each.task.element_id == "send_paper"
    ]
    with transaction():
        operations.complete_task(item.task.id, {}, actor=applicant, language="vi")
    db.session.rollback()
