"""Fees: ordered by the process, paid at the payment platform, noted here."""

import secrets

from sqlalchemy import select, update

from core.clock import now
from core.database import db
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.errors import NothingToPay, PaymentMismatch
from dossiers.models import Dossier, PaymentOrder
from dossiers.operations.journal import record
from engine import operations as engine

PAYMENT_PAID = "payment-paid"


def order_fee(dossier: Dossier, amount: int) -> PaymentOrder:
    """Open an order for a locked dossier's fee, in the smallest unit of the profile's currency."""
    order = PaymentOrder(
        id=new_id(),
        dossier_id=dossier.id,
        reference=f"MC{secrets.token_hex(8).upper()}",
        amount=amount,
        currency=jurisdiction().profile.currency["code"],
        created_at=now(),
    )
    db.session.add(order)
    _record(DossierTag.FEE_ORDERED, order)
    return order


def note_checkout(reference: str, checkout_url: str) -> None:
    """Remember where the applicant pays an order."""
    db.session.execute(
        update(PaymentOrder)
        .where(PaymentOrder.reference == reference)
        .values(checkout_url=checkout_url, state="pending")
    )


def note_payment(reference: str, *, amount: int, transaction_code: str) -> None:
    """Note that the payment platform took the money; saying it twice changes nothing.

    Raises NothingToPay when no such order exists, PaymentMismatch when the amount differs.
    """
    order = db.session.scalars(
        select(PaymentOrder).where(PaymentOrder.reference == reference)
    ).one_or_none()
    if order is None:
        raise NothingToPay
    if order.amount != amount:
        raise PaymentMismatch(paid=amount, owed=order.amount)
    # The message first: it locks the instance, and an instance is always locked before its rows here.
    engine.publish_message(
        PAYMENT_PAID,
        str(order.dossier_id),
        {"payment": {"reference": reference, "transaction": transaction_code}},
        message_id=reference,
    )
    _mark_paid(order, transaction_code)


def _mark_paid(order: PaymentOrder, transaction_code: str) -> None:
    marked = db.session.scalar(
        update(PaymentOrder)
        .where(PaymentOrder.id == order.id, PaymentOrder.paid_at.is_(None))
        .values(state="paid", paid_at=now(), transaction_code=transaction_code)
        .returning(PaymentOrder.id)
    )
    if marked is not None:
        _record(DossierTag.FEE_PAID, order)


def _record(tag: DossierTag, order: PaymentOrder) -> None:
    record(
        tag,
        order.dossier_id,
        actor="system",
        subject=f"payment:{order.reference}",
        details={"amount": order.amount, "currency": order.currency},
    )
