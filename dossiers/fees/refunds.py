"""Giving money back: asked for, approved by another person, sent, and heard of again."""

import secrets
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.clock import now
from core.database import db
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.errors import ReasonMissing
from dossiers.fees import matters, money
from dossiers.fees.errors import (
    RefundDecided,
    RefundNotDue,
    RefundNotFound,
    RefundTooMuch,
    SecondPersonForRefund,
)
from dossiers.fees.locking import Held, hold, hold_for, place_of
from dossiers.fees.models import (
    FeeMatter,
    FeeRefund,
    MovementKind,
    RefundGround,
    RefundState,
)
from dossiers.fees.moving import note_movement
from dossiers.fees.orders import move
from dossiers.fees.states import OrderEvent, OrderState
from dossiers.models import Dossier, PaymentOrder
from dossiers.operations.journal import record
from engine.runtime import current_runtime
from workflows.queries import service_version

SEND: Final = "payment.refund"
GATEWAY: Final = "gateway"
_UNDERWAY: Final = (RefundState.ASKED, RefundState.APPROVED)
_NOT_DENIED: Final = (*_UNDERWAY, RefundState.DONE)


def ask_refund(
    order_id: UUID, *, reason: str, amount: int | None = None, by: Actor, erred: bool = False
) -> FeeRefund:
    """Ask to have a fee back, all that is left of it or a part.

    An applicant may ask when the rules of the service say so, or when the fee was not owed any more; a
    clerk when the agency `erred`, at any time. Raises OrderNotFound, NotAllowed, ReasonMissing,
    RefundNotDue, RefundTooMuch, OrderStateWrong.
    """
    held = hold_for(order_id, actor=by, action=Action.FEE_DECIDE if erred else Action.DOSSIER_PAY)
    if not reason.strip():
        raise ReasonMissing
    if not erred and not may_be_asked(held.order, held.dossier):
        raise RefundNotDue
    ground = RefundGround.AGENCY_ERRED if erred else RefundGround.APPLICANT
    left = left_of(held.order)
    return open_refund(held, amount=amount or left, ground=ground, reason=reason.strip(), by=by.id)


def return_matter(matter_id: UUID, *, reason: str, by: Actor) -> FeeRefund:
    """Begin to give back money that was no fee, or came too late.

    Raises MatterNotFound, NotAllowed, MatterSettled, ReasonMissing, RefundNotDue.
    """
    matter = matters.hold_matter(matter_id, by=by)
    if not reason.strip():
        raise ReasonMissing
    if matter.amount <= 0:
        raise RefundNotDue
    matters.close_matter(matter, note=reason.strip(), by=by.id)
    held = hold(place_of(PaymentOrder.id == matter.order_id))
    return open_refund(
        held,
        amount=matter.amount,
        ground=RefundGround.NOT_OWED,
        reason=reason.strip(),
        by=by.id,
        matter=matter,
    )


def may_be_asked(order: PaymentOrder, dossier: Dossier) -> bool:
    """Whether the applicant may ask for an order's money now."""
    rules = service_version(dossier.service_version).manifest.fees
    allowed = rules.refunds.on_request | rules.refunds.by_itself if rules else frozenset()
    late = order.state == OrderState.PAID_LATE
    paid = order.state in {OrderState.PAID, OrderState.REFUND_FAILED} and order.amount > 0
    return late or (paid and dossier.status in allowed)


def left_of(order: PaymentOrder) -> int:
    """What was paid for an order and is not given back, nor about to be."""
    asked = select(func.coalesce(func.sum(FeeRefund.amount), 0)).where(
        FeeRefund.order_id == order.id,
        FeeRefund.state.in_(_NOT_DENIED),
        FeeRefund.transaction_code == (order.transaction_code or ""),
    )
    return order.amount - int(db.session.scalar(asked) or 0) if order.paid_at else 0


def open_refund(
    held: Held,
    *,
    amount: int,
    ground: RefundGround,
    reason: str,
    by: str,
    matter: FeeMatter | None = None,
) -> FeeRefund:
    """Note that an order of a locked dossier is to be given back; another person decides."""
    order = held.order
    surplus = matter is not None and matter.transaction_code != order.transaction_code
    if not surplus:
        if not 0 < amount <= left_of(order):
            left = money.written(left_of(order), held.dossier.language)
            raise RefundTooMuch(left=left)
        move(order, OrderEvent.REFUND_ASKED, by=by)
    refund = _new(held, amount, ground, reason, by, matter)
    db.session.add(refund)
    _record(DossierTag.REFUND_ASKED, refund, by)
    db.session.flush()
    return refund


def decide_refund(refund_id: UUID, *, approved: bool, note: str = "", by: Actor) -> FeeRefund:
    """Approve or deny a refund that somebody else has asked for; a denial says why.

    Approved, what came by the payment platform goes back there by a job; what was paid at the desk
    waits until somebody pays it out. Raises RefundNotFound, NotAllowed, RefundDecided,
    SecondPersonForRefund, ReasonMissing.
    """
    refund, held = _hold(refund_id, by, Action.FEE_APPROVE)
    if refund.state is not RefundState.ASKED:
        raise RefundDecided
    if refund.asked_by == by.id:
        raise SecondPersonForRefund
    if not approved and not note.strip():
        raise ReasonMissing
    refund.decided_by, refund.decided_at, refund.note = by.id, now(), note.strip()
    refund.state = RefundState.APPROVED if approved else RefundState.DENIED
    _record(DossierTag.REFUND_APPROVED if approved else DossierTag.REFUND_DENIED, refund, by.id)
    if not approved:
        _follow(refund, held, _denied(held.order), by=by.id)
    elif refund.way == GATEWAY:
        send_later(refund, held.dossier)
    return refund


def pay_out(refund_id: UUID, *, by: Actor) -> FeeRefund:
    """Note that an approved refund was paid out at the desk. Raises RefundNotFound, RefundDecided."""
    refund, held = _hold(refund_id, by, Action.FEE_COLLECT)
    if refund.state is not RefundState.APPROVED or refund.way == GATEWAY:
        raise RefundDecided
    _done(refund, held, by.id)
    return refund


def send_later(refund: FeeRefund, dossier: Dossier) -> None:
    """Have the payment platform told, by a job."""
    current_runtime().enqueue(SEND, dossier.instance_id or dossier.id, {"refund": str(refund.id)})


def note_refund(reference: str, *, done: bool) -> None:
    """Note what the payment platform says of a refund; saying it twice changes nothing."""
    found = db.session.scalars(select(FeeRefund).where(FeeRefund.reference == reference)).one()
    held = hold(place_of(PaymentOrder.id == found.order_id))
    db.session.refresh(found)
    if found.state is not RefundState.APPROVED:
        return
    if done:
        _done(found, held, "system")
        return
    found.state = RefundState.FAILED
    _record(DossierTag.REFUND_FAILED, found, "system")
    _follow(found, held, OrderEvent.REFUND_FAILED, by="system")


def _new(  # noqa: PLR0917  everything that a refund is
    held: Held, amount: int, ground: RefundGround, reason: str, by: str, matter: FeeMatter | None
) -> FeeRefund:
    order = held.order
    code = matter.transaction_code if matter else order.transaction_code
    return FeeRefund(
        id=new_id(),
        order_id=order.id,
        dossier_id=held.dossier.id,
        agency_id=held.dossier.agency_id,
        matter_id=matter.id if matter else None,
        reference=f"HP{secrets.token_hex(8).upper()}",
        amount=amount,
        currency=matter.currency if matter else order.currency,
        way=order.way,
        transaction_code=code or "",
        ground=ground,
        state=RefundState.ASKED,
        reason=reason,
        asked_by=by,
        asked_at=now(),
    )


def _hold(refund_id: UUID, by: Actor, action: Action) -> tuple[FeeRefund, Held]:
    refund = db.session.get(FeeRefund, refund_id)
    if refund is None:
        raise RefundNotFound
    held = hold(place_of(PaymentOrder.id == refund.order_id))
    if not policy.allows(by, Action.DOSSIER_VIEW, held.dossier):
        raise RefundNotFound
    policy.require(by, action, held.dossier)
    db.session.refresh(refund)
    return refund, held


def _done(refund: FeeRefund, held: Held, by: str) -> None:
    refund.state, refund.done_at = RefundState.DONE, now()
    note_movement(
        held.dossier,
        held.order,
        MovementKind.REFUND,
        amount=-refund.amount,
        currency=refund.currency,
        way=refund.way,
        transaction_code=refund.reference,
        by=by,
    )
    _record(DossierTag.REFUND_DONE, refund, by)
    db.session.flush()
    whole = left_of(held.order) == 0
    event = OrderEvent.REFUNDED if whole else OrderEvent.REFUNDED_IN_PART
    _follow(refund, held, event, by=by)


def _follow(refund: FeeRefund, held: Held, event: OrderEvent, *, by: str) -> None:
    """The order goes with its refund, unless that is of money which never was its fee."""
    if refund.transaction_code == (held.order.transaction_code or ""):
        move(held.order, event, by=by)


def _denied(order: PaymentOrder) -> OrderEvent:
    late = any(matter.kind == "paid-late" for matter in _matters(order))
    return OrderEvent.REFUND_DENIED_LATE if late else OrderEvent.REFUND_DENIED


def _matters(order: PaymentOrder) -> Any:
    return db.session.scalars(select(FeeMatter).where(FeeMatter.order_id == order.id))


def _record(tag: DossierTag, refund: FeeRefund, by: str) -> None:
    details = {
        "amount": refund.amount,
        "currency": refund.currency,
        "ground": str(refund.ground),
        "reference": refund.reference,
    }
    subject = f"fee-refund:{refund.id}"
    record(tag, refund.dossier_id, actor=by, subject=subject, details=details)
