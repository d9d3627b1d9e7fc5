"""Comparing the journal of an agency with what the payment platform says of the same orders."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.audit import note
from core.clock import now
from core.database import db
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.fees.errors import PeriodTooLong, ReconciliationNotFound
from dossiers.fees.journal import MOST_DAYS
from dossiers.fees.models import FeeReconciliation
from dossiers.fees.payments import GATEWAY, note_payment
from dossiers.models import Dossier, PaymentOrder
from engine.runtime import current_runtime

COMPARE: Final = "payment.compare"
MOST_ORDERS: Final = 2000
NEWEST: Final = 20
PAID: Final = "paid"


def ask_comparison(agency_id: UUID, first: date, last: date, *, by: Actor) -> FeeReconciliation:
    """Have the platform asked of every order of an agency that was made in a period, by a job.

    Raises ActionRefused, PeriodTooLong.
    """
    policy.require(by, Action.FEE_VIEW, policy.Scope(agency_id=agency_id))
    if last < first or (last - first).days >= MOST_DAYS:
        raise PeriodTooLong({("last",): [str(last)]}, most=MOST_DAYS)
    asked = FeeReconciliation(
        id=new_id(), agency_id=agency_id, first=first, last=last, asked_by=by.id, differences=[]
    )
    db.session.add(asked)
    db.session.flush()
    note(DossierTag.FEES_COMPARED, actor=by.id, subject=f"agency:{agency_id}", details={})
    current_runtime().enqueue(COMPARE, asked.id, {"reconciliation": str(asked.id)})
    return asked


def comparisons(agency_id: UUID, *, visible_to: Actor) -> Sequence[FeeReconciliation]:
    """The newest comparisons of an agency; raises ActionRefused."""
    policy.require(visible_to, Action.FEE_VIEW, policy.Scope(agency_id=agency_id))
    return db.session.scalars(
        select(FeeReconciliation)
        .where(FeeReconciliation.agency_id == agency_id)
        .order_by(FeeReconciliation.asked_at.desc())
        .limit(NEWEST)
    ).all()


def find_comparison(reconciliation_id: UUID, *, visible_to: Actor) -> FeeReconciliation:
    """One comparison; raises ReconciliationNotFound."""
    found = db.session.get(FeeReconciliation, reconciliation_id)
    scope = policy.Scope(agency_id=found.agency_id) if found else None
    if found is None or not policy.allows(visible_to, Action.FEE_VIEW, scope):
        raise ReconciliationNotFound
    return found


def references_of(reconciliation_id: UUID) -> list[str]:
    """The orders that a comparison is about: those that the platform was told of."""
    asked = db.session.get_one(FeeReconciliation, reconciliation_id)
    calendar = jurisdiction().calendar
    orders = db.session.execute(
        select(PaymentOrder.reference, PaymentOrder.created_at)
        .join(Dossier, Dossier.id == PaymentOrder.dossier_id)
        .where(
            Dossier.agency_id == asked.agency_id,
            PaymentOrder.checkout_url.is_not(None),
            or_(PaymentOrder.way == GATEWAY, PaymentOrder.paid_at.is_(None)),
        )
        .order_by(PaymentOrder.id)
        .limit(MOST_ORDERS)
    )
    return [
        reference
        for reference, made in orders
        if asked.first <= calendar.local_date(made) <= asked.last
    ]


def note_comparison(reconciliation_id: UUID, told: Sequence[Mapping[str, Any]]) -> None:
    """Write down where platform and journal differ.

    What was paid there and not noted here is booked.
    """
    asked = db.session.get_one(FeeReconciliation, reconciliation_id)
    if asked.done_at is not None:
        return
    known = _known([each["reference"] for each in told])
    differences = []
    for each in told:
        difference = _difference(each, known[each["reference"]])
        if difference:
            differences.append(difference)
    asked.differences, asked.compared, asked.done_at = differences, len(told), now()


def _known(references: Sequence[str]) -> Mapping[str, PaymentOrder]:
    orders = db.session.scalars(select(PaymentOrder).where(PaymentOrder.reference.in_(references)))
    return {order.reference: order for order in orders}


def _difference(told: Mapping[str, Any], order: PaymentOrder) -> dict[str, Any] | None:
    there, here = told["state"] == PAID, order.paid_at is not None
    same = (told["amount"], told["currency"]) == (order.amount, order.currency)
    if there == here and same:
        return None
    outcome = ""
    if there and not here:
        noted = note_payment(
            order.reference,
            amount=told["amount"],
            currency=told["currency"],
            transaction_code=told["transaction_code"],
        )
        outcome = str(noted.outcome)
    return {
        "reference": order.reference,
        "platform": str(told["state"]),
        "platform_amount": told["amount"],
        "here": order.state,
        "amount": order.amount,
        "outcome": outcome,
    }
