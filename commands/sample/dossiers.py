"""Sample dossiers at different stages: from a draft to one that is issued."""

import io
from collections.abc import Mapping
from typing import Any

from flask import Flask
from sqlalchemy import select

from accounts import queries as accounts
from accounts.actor import Actor
from commands.sample.application import DONG_XANH, MISNAMED, SAO_MAI, SERVICE, paper
from commands.sample.people import account_of, first_agency
from core.database import db, transaction
from dossiers import operations, queries
from dossiers.feed import number_status_changes
from dossiers.models import Dossier, PaymentOrder
from engine import run_due_jobs
from workflows.queries import service

REQUEST = {
    "decision": "supplement",
    "note": "Tên tổ chức khác với tên đã đăng ký doanh nghiệp. Đề nghị sửa lại cho thống nhất.",
}
_LIMIT = 5_000_000


def create_dossiers(app: Flask) -> None:
    """Make the samples by the operations that the site uses; nothing when there are dossiers."""
    if db.session.scalars(select(Dossier.id).limit(1)).first() is not None:
        return
    draft("dongxanh", {**DONG_XANH, "device_name": "Găng tay khám bệnh"})
    submitted(app, "saomai", {**SAO_MAI, "device_name": "Máy xông khí dung"})
    _paid(app, submitted(app, "dongxanh", DONG_XANH))
    _paid(app, submitted(app, "saomai", SAO_MAI))
    _paid(app, misnamed := submitted(app, "saomai", MISNAMED))
    _asked_to_supplement(app, misnamed)
    number_status_changes()


def draft(login: str, answers: Mapping[str, Any]) -> Dossier:
    """An application that a demo person is still writing."""
    actor = _actor(login)
    with transaction():
        dossier = operations.start_draft(
            SERVICE, agency_id=first_agency().id, actor=actor, language="vi"
        )
        operations.save_answers(dossier.id, answers, actor=actor)
    return dossier


def submitted(app: Flask, login: str, answers: Mapping[str, Any]) -> Dossier:
    """An application with all its papers, sent; it waits for its fee."""
    dossier, actor = draft(login, answers), _actor(login)
    for kind in service(SERVICE).required_documents(answers):
        attach(dossier, kind, actor)
    with transaction():
        operations.submit(dossier.id, actor=actor, language="vi")
    run_due_jobs(app)
    return dossier


def attach(dossier: Dossier, kind: str, actor: Actor) -> None:
    """Attach an invented paper of a kind."""
    content = io.BytesIO(paper(kind))
    upload = operations.store_upload(dossier.id, f"{kind}.pdf", content, limit_bytes=_LIMIT)
    with transaction():
        operations.attach_document(dossier.id, kind, upload, actor=actor)


def _paid(app: Flask, dossier: Dossier) -> None:
    with transaction():
        order = db.session.scalars(
            select(PaymentOrder).where(PaymentOrder.dossier_id == dossier.id)
        ).one()
        operations.note_payment(
            order.reference, amount=order.amount, currency=order.currency, transaction_code="SAMPLE"
        )
    run_due_jobs(app)


def _asked_to_supplement(app: Flask, dossier: Dossier) -> None:
    clerk = _actor("motcua")
    waiting = queries.tasks(visible_to=clerk)
    task = next(item.task for item in waiting if item.proceeding.dossier_id == dossier.id)
    with transaction():
        token = operations.claim_task(task.id, actor=clerk)
        operations.complete_task(task.id, REQUEST, actor=clerk, language="vi", token=token)
    run_due_jobs(app)


def _actor(login: str) -> Actor:
    found = accounts.actor(f"account:{account_of(login).id}")
    if found is None:
        raise LookupError(f"the demo account {login} is not active")
    return found
