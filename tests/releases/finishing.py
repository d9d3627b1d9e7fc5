"""Brings open dossiers to their end, in whatever state they are."""

from typing import Any

from sqlalchemy import select

from accounts import queries as accounts
from accounts.actor import Actor
from commands.sample.dossiers import attach
from commands.sample.people import account_of
from core.database import db, transaction
from dossiers import operations, queries
from dossiers.models import Dossier, DossierStatus, PaymentOrder

DESK, POST_CHECK = "desk_check", "post_check"
ANSWERS: dict[str, dict[str, Any]] = {
    DESK: {"decision": "accept", "note": "Đủ điều kiện tiếp nhận"},
    POST_CHECK: {"outcome": "keep", "findings": "Hồ sơ phù hợp"},
}


def submit_drafts() -> None:
    for draft in every(Dossier, Dossier.status == DossierStatus.DRAFT):
        owner = actor(f"account:{draft.owner_id}")
        for kind in queries.missing_documents(draft):
            attach(draft, kind, owner)
        with transaction():
            operations.submit(draft.id, actor=owner, language="vi")


def pay_fees() -> None:
    for order in every(PaymentOrder, PaymentOrder.paid_at.is_(None)):
        with transaction():
            operations.note_payment(
                order.reference,
                amount=order.amount,
                currency=order.currency,
                transaction_code="UPGRADE",
            )


def reply_to_requests() -> None:
    for dossier in every(Dossier, Dossier.status == DossierStatus.AWAITING_SUPPLEMENT):
        owner = actor(f"account:{dossier.owner_id}")
        request = queries.request_to_applicant(dossier, visible_to=owner)
        assert request is not None
        with transaction():
            operations.complete_task(
                request.task.id, {"answer": "Đã sửa theo yêu cầu."}, actor=owner, language="vi"
            )


def work_queue(login: str, form: str) -> None:
    clerk = actor(f"account:{account_of(login).id}")
    for item in queries.tasks(visible_to=clerk):
        with transaction():
            token = operations.claim_task(item.task.id, actor=clerk)
            operations.complete_task(
                item.task.id, ANSWERS[form], actor=clerk, language="vi", token=token
            )


def actor(actor_id: str) -> Actor:
    found = accounts.actor(actor_id)
    assert found is not None
    return found


def every(table: type[Any], *conditions: Any) -> list[Any]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(table).where(*conditions)))
