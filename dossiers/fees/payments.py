"""Money that comes: by the payment platform's word, or taken at the desk. Never lost, never twice."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.clock import now
from core.database import db
from core.ids import new_id
from dossiers.errors import NothingToPay
from dossiers.fees import matters, money
from dossiers.fees.errors import AmountWrong, FeeUndetermined, OrderNotFound, OrderStateWrong
from dossiers.fees.locking import Held, Place, hold, hold_for, place_of
from dossiers.fees.models import FeeLine, FeeMovement, FeeReceipt, MatterKind, MovementKind
from dossiers.fees.moving import note_movement
from dossiers.fees.orders import SYSTEM, move, tell_process
from dossiers.fees.receipts import issue_if_kept
from dossiers.fees.states import OPEN, OrderEvent, OrderState
from dossiers.models import Dossier, PaymentOrder
from workflows.queries import service_version

GATEWAY, CASH, TRANSFER = "gateway", "cash", "transfer"
AT_DESK: Final = (CASH, TRANSFER)
CORRECTED: Final = "The payment platform has corrected the amount."

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What became of a report that money came."""

    BOOKED = "booked"
    BOOKED_LATE = "booked-late"
    KNOWN = "known"
    OTHER_AMOUNT = "other-amount"
    PAID_TWICE = "paid-twice"


@dataclass(frozen=True)
class Money:
    """Money that came.

    In the smallest unit of its currency; `transaction` is the payer's side's name.
    """

    amount: int
    currency: str
    transaction: str
    way: str = GATEWAY
    by: str = SYSTEM


@dataclass(frozen=True)
class Noted:
    """What became of a report, and what is owed by the order that it named."""

    outcome: Outcome
    amount: int
    currency: str


def note_payment(reference: str, *, amount: int, currency: str, transaction_code: str) -> Noted:
    """Note that the payment platform took money for an order; saying it twice changes nothing.

    Only the amount owed, for an order that waits, is booked as the fee. Money for a case that is
    over or an order that was cancelled is booked as late; another amount, another currency or a
    second payment as surplus: a clerk is told of each. Raises NothingToPay when no such order exists.
    """
    came = Money(amount, currency, transaction_code)
    order = _heard_of(reference, came)
    if order.known is not None:
        return Noted(Outcome.KNOWN, order.amount, order.currency)
    place = Place(order.id, order.dossier_id, order.instance_id)
    outcome = book(hold(place, transaction_code=transaction_code), came)
    return Noted(outcome, order.amount, order.currency)


def note_failure(reference: str) -> bool:
    """Note that the platform refused a payment; False when that no longer matters, or is known."""
    try:
        order = hold(place_of(PaymentOrder.reference == reference)).order
    except OrderNotFound as error:
        raise NothingToPay from error
    if order.state == OrderState.FAILED or order.state not in OPEN:
        log.info("a payment failed that no longer matters", order=order.reference)
        return False
    move(order, OrderEvent.FAILED, by=SYSTEM)
    return True


def take_at_desk(
    order_id: UUID,
    *,
    way: str,
    amount: int,
    transaction_code: str = "",
    by: Actor,
    scope: policy.Scope | None = None,
) -> FeeReceipt | None:
    """Take a fee in cash, or note a transfer; its receipt, where the service keeps a book of them.

    `scope` is that of the office that took the dossier in, if another one settles it.

    Raises OrderNotFound, NotAllowed, FeeUndetermined, AmountWrong, OrderStateWrong.
    """
    held = hold_for(order_id, actor=by, action=Action.FEE_COLLECT, scope=scope)
    if is_undetermined(held.order, held.dossier):
        raise FeeUndetermined
    if held.order.state not in OPEN or held.dossier.status.final or _one_is_paid(held):
        raise OrderStateWrong(state=held.order.state, event=OrderEvent.PAID)
    if amount != held.order.amount or way not in AT_DESK:
        raise AmountWrong(owed=money.written(held.order.amount, held.dossier.language))
    taken = Money(amount, held.order.currency, transaction_code or f"desk-{new_id()}", way, by.id)
    return _book_fee(held, taken)


def book(held: Held, came: Money) -> Outcome:
    """Book money that came for an order of a locked dossier, whatever it turns out to be."""
    order, told = held.order, {(each.amount, each.currency) for each in held.earlier}
    if (came.amount, came.currency) in told:
        return Outcome.KNOWN
    if told:
        if not _corrects(held, came):
            _tell_clerks(held, came, MatterKind.OTHER_AMOUNT)
            return Outcome.OTHER_AMOUNT
        _take_back(held, came)
    if (came.amount, came.currency) != (order.amount, order.currency) or is_undetermined(
        order, held.dossier
    ):
        return _book_surplus(held, came, MatterKind.OTHER_AMOUNT, Outcome.OTHER_AMOUNT)
    if order.paid_at is not None:
        return _book_surplus(held, came, MatterKind.PAID_TWICE, Outcome.PAID_TWICE)
    if order.state in OPEN and not held.dossier.status.final and not _one_is_paid(held):
        _book_fee(held, came)
        return Outcome.BOOKED
    _book_late(held, came)
    return Outcome.BOOKED_LATE


def _corrects(held: Held, came: Money) -> bool:
    """Whether the platform now tells the amount owed of a transaction of which it told another.

    One transaction is one amount: any other one is a question for a clerk, not more money.
    """
    right = (came.amount, came.currency) == (held.order.amount, held.order.currency)
    return right and all(each.kind is MovementKind.SURPLUS for each in held.earlier)


def _take_back(held: Held, came: Money) -> None:
    """Reverse what was written down of the transaction before, and close the question about it."""
    for number, earlier in enumerate(held.earlier, 1):
        code = f"{came.transaction}/reversed-{number}"
        wrong = Money(-earlier.amount, earlier.currency, code, came.way)
        _move_money(held.dossier, held.order, wrong, MovementKind.SURPLUS)
    matters.close_matters_of(held.order, MatterKind.OTHER_AMOUNT, note=CORRECTED, by=SYSTEM)


def _heard_of(reference: str, came: Money) -> Any:
    """The order of a reference, and whether this very money was written down for it already.

    It is asked without a lock: a report that comes again costs one statement. Raises NothingToPay.
    """
    written_down = (
        (FeeMovement.order_id == PaymentOrder.id)
        & (FeeMovement.transaction_code == came.transaction)
        & (FeeMovement.amount == came.amount)
        & (FeeMovement.currency == came.currency)
    )
    columns = ("id", "dossier_id", "amount", "currency")
    found = db.session.execute(
        select(
            *(getattr(PaymentOrder, name) for name in columns),
            Dossier.instance_id,
            FeeMovement.id.label("known"),
        )
        .join(Dossier, Dossier.id == PaymentOrder.dossier_id)
        .outerjoin(FeeMovement, written_down)
        .where(PaymentOrder.reference == reference)
    ).first()
    if found is None:
        raise NothingToPay
    return found


def is_undetermined(order: PaymentOrder, dossier: Dossier) -> bool:
    """Whether an officer must still say what is owed; asked of services with a tariff alone."""
    if service_version(dossier.service_version).manifest.fees is None:
        return False
    asked = select(FeeLine.id).where(FeeLine.order_id == order.id, FeeLine.amount.is_(None))
    return db.session.scalar(asked.limit(1)) is not None


def _one_is_paid(held: Held) -> bool:
    """Whether the claim was settled by another order; money that came late settles nothing."""
    paid = [each.id for each in held.others if each.paid_at is not None]
    fee = (FeeMovement.order_id.in_(paid), FeeMovement.kind == MovementKind.FEE)
    return bool(paid) and db.session.scalar(select(FeeMovement.id).where(*fee).limit(1)) is not None


def _book_fee(held: Held, came: Money) -> FeeReceipt | None:
    """The process is told while its instance is locked; the dossier may go on within this call."""
    order = held.order
    _pay(order, came, OrderEvent.PAID)
    for other in held.others:
        if other.state in OPEN:
            move(other, OrderEvent.CANCELLED, by=came.by)
    _move_money(held.dossier, order, came, MovementKind.FEE)
    receipt = issue_if_kept(order, held.dossier, by=came.by)
    tell_process(order, came.transaction)
    return receipt


def _book_late(held: Held, came: Money) -> None:
    _pay(held.order, came, OrderEvent.PAID_LATE)
    _move_money(held.dossier, held.order, came, MovementKind.LATE)
    _tell_clerks(held, came, MatterKind.PAID_LATE)
    log.warning("fee paid for a dossier that is over", order=held.order.reference)


def _book_surplus(held: Held, came: Money, kind: MatterKind, outcome: Outcome) -> Outcome:
    _move_money(held.dossier, held.order, came, MovementKind.SURPLUS)
    _tell_clerks(held, came, kind)
    log.warning("money that is no fee", order=held.order.reference, kind=kind)
    return outcome


def _pay(order: PaymentOrder, came: Money, event: OrderEvent) -> None:
    order.paid_at, order.transaction_code, order.way = now(), came.transaction, came.way
    move(order, event, by=came.by)


def _move_money(
    dossier: Dossier, order: PaymentOrder, came: Money, kind: MovementKind
) -> FeeMovement:
    return note_movement(
        dossier,
        order,
        kind,
        amount=came.amount,
        currency=came.currency,
        way=came.way,
        transaction_code=came.transaction,
        by=came.by,
    )


def _tell_clerks(held: Held, came: Money, kind: MatterKind) -> None:
    matters.open_matter(
        held.order,
        held.dossier,
        kind,
        amount=came.amount,
        currency=came.currency,
        transaction_code=came.transaction,
    )
