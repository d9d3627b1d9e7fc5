"""A case played to its end, with a mark in everything that somebody could write into it."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Flask

import engine
from accounts import departments
from accounts.actor import SYSTEM, Actor
from administration import EVERYWHERE
from administration import operations as settings
from administration.timeline import Ruling
from commands.sample.application import SAO_MAI, SERVICE, paper
from commands.sample.dossiers import _actor, draft
from core.clock import now, today
from core.database import db, transaction
from dossiers import operations, queries
from dossiers.handovers import operations as handing
from dossiers.models import Dossier
from dossiers.operations.unmasking import unmask
from dossiers.settled import RETENTION
from engine.operations import publish_message
from engine.runtime import EXTENSION, Runtime
from workflows.queries import service

MARK = "Zquirl"
# What the law makes public: it stays in the register, and nowhere else.
PUBLIC = {
    "device_name": f"Máy {MARK}-public-name",
    "device_models": f"{MARK}-public-models",
    "intended_use": f"{MARK}-public-use",
    "manufacturer_name": f"{MARK}-public-maker",
    "applied_standards": f"{MARK}-public-standards",
    "organisation_address": f"{MARK}-public-address",
    "warranty_site": f"{MARK}-public-warranty",
}
PRIVATE = {
    "contact_name": f"{MARK} Họ Tên",
    "contact_phone": "0987 123 4455",
    "contact_email": f"{MARK}@secret.example",
}
FINDINGS = f"{MARK}-public-withdrawal"
SUPPLEMENT = f"{MARK}-supplement"
SECRETS = (MARK, "0987 123 4455")
TERM = {
    "service": SERVICE,
    "kept": "for-a-term",
    "amount": 5,
    "unit": "years",
    "valid_entry": "needs",
    "basis": "Decision 1",
}


@dataclass(frozen=True)
class Played:
    """The case, and who had to do with it."""

    id: UUID
    owner: Actor


def settle_term(agency_id: UUID = EVERYWHERE, **other: Any) -> None:
    """Decide how long dossiers of the service tell of people."""
    value = {**TERM, **other}
    if value["kept"] == "for-ever":
        value = {name: value[name] for name in ("service", "kept", "basis")}
    with transaction():
        proposal = settings.propose(
            RETENTION,
            Ruling(value, today()),
            agency_id=agency_id,
            reason="Decision 1",
            by=_actor("quantri"),
            language="en",
        )
    with transaction():
        settings.decide(proposal.id, by=_actor("quantri2"))


def play(app: Flask, *, withdrawn: bool = True) -> Played:
    """From the draft to the withdrawal of its number, through the desk and a supplement."""
    runtime: Runtime = app.extensions[EXTENSION]
    unknown = {"enterprise": {"found": False, "active": False, "name": ""}}
    runtime.on_job("enterprise.lookup", lambda _call: unknown)
    answers = {**SAO_MAI, **PUBLIC, **PRIVATE}
    owner = _actor("saomai")
    dossier = draft("saomai", answers)
    for kind in service(SERVICE).required_documents(answers):
        _attach(dossier, kind, owner)
    with transaction():
        operations.submit(dossier.id, actor=owner, language="vi")
    engine.run_due_jobs(app)
    _pay(dossier)
    engine.run_due_jobs(app)
    clerk = replace(_actor("motcua"), proven_at=now())
    with transaction():
        unmask(dossier.id, "contact_phone", reason=f"{MARK}-reason", actor=clerk)
    _do(app, dossier, "motcua", decision="supplement", note=f"{MARK}-note", keeping=True)
    _do(app, dossier, "saomai", answer=SUPPLEMENT)
    _do(app, dossier, "motcua", decision="accept")
    if withdrawn:
        said: dict[str, Any] = {"outcome": "withdraw", "ground": "false-papers"}
        _do(app, dossier, "chuyenvien", **said, findings=FINDINGS)
        _do(app, dossier, "lanhdao", approved="yes", remark=f"{MARK}-remark")
    else:
        _do(app, dossier, "chuyenvien", outcome="keep", findings=f"{MARK}-findings")
    with transaction():
        publish_message("too-late", str(dossier.id), {"said": f"{MARK}-message"})
    director = replace(_actor("lanhdao"), proven_at=now())
    _hand_over(dossier, clerk, director)
    with transaction():
        operations.put_on_hold(dossier.id, reason=f"{MARK}-hold", actor=director)
    with transaction():
        operations.lift_hold(dossier.id, reason=f"{MARK}-lifted", actor=director)
    db.session.rollback()
    return Played(dossier.id, owner)


def _hand_over(dossier: Dossier, clerk: Actor, director: Actor) -> None:
    with transaction():
        names = {"vi": "Phòng Nghiệp vụ"}
        unit = departments.create_unit(dossier.agency_id, "handed", names, by=SYSTEM).id
        to = handing.Receiver(dossier.agency_id, unit)
        sent = handing.send(
            dossier.id, to, purpose=f"{MARK}-purpose", language="vi", actor=clerk
        ).id
    with transaction():
        handing.send_back(sent, reason=f"{MARK}-misrouted", actor=director)


def _attach(dossier: Dossier, kind: str, owner: Actor) -> None:
    content = io.BytesIO(paper(f"{MARK}-{kind}"))
    name = f"{MARK}-{kind}.pdf"
    upload = operations.store_upload(dossier.id, name, content, limit_bytes=10**6)
    with transaction():
        operations.attach_document(dossier.id, kind, upload, actor=owner)


def _pay(dossier: Dossier) -> None:
    order = queries.open_payment(dossier)
    assert order is not None
    with transaction():
        operations.note_payment(
            order.reference, amount=order.amount, currency=order.currency, transaction_code="T"
        )


def _do(
    app: Flask, dossier: Dossier, login: str, *, keeping: bool = False, **answers: str
) -> Mapping[str, Any]:
    """Do the task of the dossier that waits for somebody; perhaps keep a draft of it before."""
    actor = replace(_actor(login), proven_at=now())
    db.session.rollback()
    (item,) = (
        each for each in queries.tasks(visible_to=actor) if each.proceeding.dossier_id == dossier.id
    )
    with transaction():
        token = operations.claim_task(item.task.id, actor=actor)
        if keeping:
            operations.save_task_draft(item.task.id, answers, actor=actor, version=0)
        operations.complete_task(item.task.id, answers, actor=actor, language="vi", token=token)
    engine.run_due_jobs(app)
    return answers
