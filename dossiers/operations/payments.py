"""Fees: ordered by the process, paid at the payment platform, noted here."""

import secrets
from datetime import datetime

import structlog
from sqlalchemy import select, update

from core.clock import now
from core.database import db
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.errors import NothingToPay, PaymentMismatch
from dossiers.models import Dossier, PaymentOrder
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier
from engine import operations as engine

PAYMENT_PAID = "payment-paid"
PAID, PAID_LATE = "paid", "paid-late"

log = structlog.get_logger(__name__)


def order_fee(dossier: Dossier, amount: int) -> PaymentOrder:
    """Open an order for a locked dossier's fee, in the smallest unit of the profile's currency."""
    order = _new_order(dossier, amount, now())
    _record(DossierTag.FEE_ORDERED, order)
    return order


def note_fee_of_old(dossier: Dossier, amount: int, *, at: datetime) -> None:
    """Note a fee that was paid in an older system, in the smallest unit of the currency."""
    order = _new_order(dossier, amount, at)
    order.state, order.paid_at = PAID, at
    _record(DossierTag.FEE_PAID, order)


def _new_order(dossier: Dossier, amount: int, moment: datetime) -> PaymentOrder:
    order = PaymentOrder(
        id=new_id(),
        dossier_id=dossier.id,
        reference=f"MC{secrets.token_hex(8).upper()}",
        amount=amount,
        currency=jurisdiction().profile.currency["code"],
        created_at=moment,
    )
    db.session.add(order)
    return order


def note_checkout(reference: str, checkout_url: str) -> None:
    """Remember where the applicant pays an order; one that is paid already stays so."""
    db.session.execute(
        update(PaymentOrder)
        .where(PaymentOrder.reference == reference, PaymentOrder.paid_at.is_(None))
        .values(checkout_url=checkout_url, state="pending")
    )


def note_payment(reference: str, *, amount: int, currency: str, transaction_code: str) -> None:
    """Note that the payment platform took the money; saying it twice changes nothing.

    Money for a dossier that is over is booked as `paid-late`: it is to be given back. Raises
    NothingToPay when no such order exists, PaymentMismatch when amount or currency differ.
    """
    order = db.session.scalars(
        select(PaymentOrder).where(PaymentOrder.reference == reference)
    ).one_or_none()
    if order is None:
        raise NothingToPay
    if (order.amount, order.currency) != (amount, currency):
        owed = f"{order.amount} {order.currency}"
        raise PaymentMismatch(paid=f"{amount} {currency}", owed=owed)
    if order.paid_at is not None:
        return
    # The message first: it locks the instance, and an instance is always locked before its rows here.
    engine.publish_message(
        PAYMENT_PAID,
        str(order.dossier_id),
        {"payment": {"reference": reference, "transaction": transaction_code}},
        message_id=reference,
    )
    _mark_paid(order, transaction_code, late=lock_dossier(order.dossier_id).status.final)


def _mark_paid(order: PaymentOrder, transaction_code: str, *, late: bool) -> None:
    state, tag = (PAID_LATE, DossierTag.FEE_PAID_LATE) if late else (PAID, DossierTag.FEE_PAID)
    marked = db.session.scalar(
        update(PaymentOrder)
        .where(PaymentOrder.id == order.id, PaymentOrder.paid_at.is_(None))
        .values(state=state, paid_at=now(), transaction_code=transaction_code)
        .returning(PaymentOrder.id)
    )
    if marked is not None:
        _record(tag, order)
        if late:
            log.warning("fee paid for a dossier that is over", order=order.reference)


def _record(tag: DossierTag, order: PaymentOrder) -> None:
    record(
        tag,
        order.dossier_id,
        actor="system",
        subject=f"payment:{order.reference}",
        details={"amount": order.amount, "currency": order.currency},
    )
