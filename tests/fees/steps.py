"""What people and the payment platform do about fees, in a few words."""

import io
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from accounts.actor import Actor
from commands.sample.application import SAO_MAI, paper
from commands.sample.dossiers import _actor, submitted
from core.database import db, transaction
from dossiers import operations
from dossiers.fees import exemptions, payments, refunds
from dossiers.fees.models import (
    FeeExemption,
    FeeMatter,
    FeeMovement,
    FeeReceipt,
    FeeRefund,
)
from dossiers.models import Dossier, DossierStatus, PaymentOrder
from dossiers.operations.locking import lock_dossier
from dossiers.operations.payments import Outcome
from dossiers.operations.status import record_status
from engine import run_due_jobs

OWNER, CLERK, OFFICER, DIRECTOR = "saomai", "motcua", "chuyenvien", "lanhdao"


def apply(app: Flask) -> Dossier:
    """A submitted application of the sample company."""
    return submitted(app, OWNER, SAO_MAI)


def fresh(row: Any) -> Any:
    db.session.rollback()
    db.session.refresh(row)
    return row


def orders(dossier: Dossier) -> list[PaymentOrder]:
    db.session.rollback()
    asked = select(PaymentOrder).where(PaymentOrder.dossier_id == dossier.id)
    return list(
        db.session.scalars(
            asked.order_by(PaymentOrder.id).execution_options(populate_existing=True)
        )
    )


def report(order: PaymentOrder, **changed: Any) -> Outcome:
    """The payment platform tells that an order was paid."""
    told = {
        "amount": order.amount,
        "currency": order.currency,
        "transaction_code": "T",
        **changed,
    }
    with transaction():
        return operations.note_payment(order.reference, **told).outcome


def paid(app: Flask) -> tuple[Dossier, PaymentOrder]:
    dossier = apply(app)
    (order,) = orders(dossier)
    report(order)
    return dossier, order


def end(dossier: Dossier, status: DossierStatus) -> None:
    with transaction():
        record_status(lock_dossier(dossier.id), status)


def ask_exemption(order: PaymentOrder, name: str, *, proof: bool = False) -> UUID:
    upload = None
    if proof:
        content = io.BytesIO(paper("proof"))
        upload = operations.store_upload(order.dossier_id, "proof.pdf", content, limit_bytes=10**6)
    with transaction():
        asked = exemptions.ask_exemption(
            order.id, name, reason="We have little", proof=upload, by=actor(OWNER)
        )
        return asked.id


def decide_exemption(exemption_id: UUID, *, granted: bool = True) -> None:
    with transaction():
        exemptions.decide_exemption(exemption_id, granted=granted, note="Seen", by=actor(OFFICER))


def take(order: PaymentOrder, **other: Any) -> FeeReceipt | None:
    told = {"way": "cash", "amount": order.amount, "by": actor(CLERK), **other}
    with transaction():
        return payments.take_at_desk(order.id, **told)


def ask_refund(order: PaymentOrder, by: str = CLERK, **other: Any) -> UUID:
    with transaction():
        asked = refunds.ask_refund(
            order.id, reason="Nhầm", by=actor(by), erred=by != OWNER, **other
        )
        return asked.id


def decide_refund(refund_id: UUID, *, approved: bool = True, by: str = DIRECTOR) -> None:
    with transaction():
        refunds.decide_refund(refund_id, approved=approved, note="Seen", by=actor(by))


def actor(login: str) -> Actor:
    db.session.rollback()
    return _actor(login)


def rows(table: type[Any]) -> list[Any]:
    db.session.rollback()
    db.session.expire_all()
    moment = next(
        (getattr(table, name) for name in ("at", "opened_at", "asked_at") if hasattr(table, name)),
        table.id,
    )
    return list(db.session.scalars(select(table).order_by(moment, table.id)))


def moved() -> list[tuple[str, int]]:
    """Every movement of money: its kind and amount."""
    return [(str(each.kind), each.amount) for each in rows(FeeMovement)]


def matters() -> list[tuple[str, bool]]:
    """What clerks must look at: its kind, and whether it is open."""
    return [(str(each.kind), each.settled_at is None) for each in rows(FeeMatter)]


__all__ = ["FeeExemption", "FeeRefund", "run_due_jobs"]
