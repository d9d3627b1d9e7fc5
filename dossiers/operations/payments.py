"""Fees as processes and outside systems speak of them; what they are is decided in `dossiers.fees`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from core.database import db
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.fees.errors import FeeUnsaid
from dossiers.fees.orders import (
    PAYMENT_PAID,
    note_order,
    order_by_tariff,
    order_told,
    waive,
)
from dossiers.fees.payments import Outcome, is_undetermined, note_failure, note_payment
from dossiers.fees.states import OPEN, OrderEvent, OrderState, after
from dossiers.models import Dossier, PaymentOrder
from workflows.queries import service_version

__all__ = [
    "PAYMENT_PAID",
    "Outcome",
    "facts_of",
    "note_checkout",
    "note_failure",
    "note_fee_of_old",
    "note_payment",
    "order_facts",
    "order_fee",
]


def order_fee(dossier: Dossier, amount: int | None = None) -> PaymentOrder:
    """Open an order for a locked dossier's fee: what the process says, else what the tariff says.

    `amount` is in the smallest unit of the profile's currency. Raises FeeUnsaid when neither says it.
    """
    pack = service_version(dossier.service_version)
    if amount is None:
        if pack.manifest.fees is None:
            raise FeeUnsaid
        return order_by_tariff(dossier, pack, pack.manifest.fees)
    order = order_told(dossier, amount)
    if amount == 0:
        waive(order)
    return order


def order_facts(order: PaymentOrder, dossier: Dossier) -> dict[str, Any]:
    """What the payment platform is told of an order; `placed` is false where it need not be told."""
    address = jurisdiction().public_url
    return {
        "reference": order.reference,
        "amount": order.amount,
        "currency": order.currency,
        "description": dossier.reference,
        "return_url": f"{address}/dossiers/{dossier.reference}",
        "notification_url": f"{address}/api/v1/payments/notifications",
        "placed": order.state in OPEN and order.amount > 0 and not is_undetermined(order, dossier),
    }


def facts_of(reference: str) -> Mapping[str, Any] | None:
    """The same by the reference of an order; None when there is none."""
    order = db.session.scalars(
        select(PaymentOrder).where(PaymentOrder.reference == reference)
    ).one_or_none()
    if order is None:
        return None
    return order_facts(order, db.session.get_one(Dossier, order.dossier_id))


def note_fee_of_old(dossier: Dossier, amount: int, *, at: datetime) -> None:
    """Note a fee that was paid in an older system, in the smallest unit of the currency.

    It is no money of our journal: it was booked there.
    """
    order = order_told(dossier, amount)
    order.created_at, order.paid_at = at, at
    order.state = after(OrderState.CREATED, OrderEvent.PAID)
    note_order(DossierTag.FEE_PAID, order)


def note_checkout(reference: str, checkout_url: str) -> None:
    """Remember where the applicant pays an order; one that is no longer open stays as it is.

    One statement, for it takes no lock: an open order is placed, or stays so.
    """
    db.session.execute(
        update(PaymentOrder)
        .where(PaymentOrder.reference == reference, PaymentOrder.state.in_(sorted(OPEN)))
        .values(checkout_url=checkout_url, state=OrderState.PENDING)
    )
