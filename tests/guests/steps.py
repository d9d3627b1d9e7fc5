"""What people without an account do, step by step."""

from dataclasses import replace
from uuid import UUID

from flask import Flask

import engine
from accounts import queries
from accounts.actor import Actor
from accounts.notices import Mail
from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import _actor, attach
from commands.sample.people import first_agency
from core.database import db, transaction
from dossiers import guests, notices
from dossiers import operations as dossiers
from dossiers.feed import number_status_changes
from dossiers.models import Dossier
from dossiers.queries import find_dossier, open_payment, tasks
from tests.guests.sharing import EMAIL, FACT, link_in
from workflows.queries import service

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"
WRONG = "654321"


def asked(email: str = EMAIL, fact: str = FACT, address: str = HERE) -> None:
    wish = guests.Wish(SERVICE, first_agency().id, email, fact)
    guests.ask(wish, language="vi", address=address)


def entered(mail: Mail, fact: str = FACT, address: str = HERE) -> tuple[Actor, Dossier]:
    proof, dossier = guests.enter(link_in(mail), fact, address=address)
    actor = queries.actor(f"account:{proof.account_id}")
    assert actor is not None
    return replace(actor, assurance=proof.assurance), dossier


def filled(actor: Actor, dossier: Dossier) -> None:
    with transaction():
        dossiers.save_answers(dossier.id, SAO_MAI, actor=actor)
    for kind in service(SERVICE).required_documents(SAO_MAI):
        attach(dossier, kind, actor)


def submitted(installation: Flask, actor: Actor, dossier: Dossier) -> None:
    filled(actor, dossier)
    with transaction():
        dossiers.submit(dossier.id, actor=actor, language="vi")
    engine.run_due_jobs(installation)


def told() -> None:
    number_status_changes()
    notices.tell_all()


def to_the_applicant(installation: Flask, dossier: Dossier, actor: Actor) -> None:
    """Pay, and let the desk ask for more."""
    order = open_payment(find_dossier(dossier.id, visible_to=actor))
    assert order is not None
    with transaction():
        dossiers.note_payment(
            order.reference, amount=order.amount, currency=order.currency, transaction_code="T"
        )
    engine.run_due_jobs(installation)
    clerk = _actor("motcua")
    (item,) = tasks(visible_to=clerk)
    with transaction():
        token = dossiers.claim_task(item.task.id, actor=clerk)
    decision = {"decision": "supplement", "note": "Thiếu giấy chứng nhận ISO 13485"}
    with transaction():
        dossiers.complete_task(item.task.id, decision, actor=clerk, language="vi", token=token)
    engine.run_due_jobs(installation)
    db.session.rollback()


def account_of(actor: Actor) -> UUID:
    assert actor.account_id is not None
    return actor.account_id
