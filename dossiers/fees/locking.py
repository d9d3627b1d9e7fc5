"""Taking a fee for a change.

Lock order everywhere: instance, dossier, counters; an order has no lock.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from dossiers.fees.errors import OrderNotFound
from dossiers.fees.models import FeeMovement
from dossiers.models import Dossier, PaymentOrder
from dossiers.operations.locking import lock_dossier
from engine import operations as engine


@dataclass(frozen=True)
class Held:
    """An order under the lock of its dossier, with all orders of the dossier as they stand now.

    `earlier` is what was written down of the transaction that was asked about.
    """

    order: PaymentOrder
    dossier: Dossier
    orders: tuple[PaymentOrder, ...]
    earlier: tuple[FeeMovement, ...] = ()

    @property
    def others(self) -> list[PaymentOrder]:
        """The other orders of the same claim."""
        mine = claim_of(self.order)
        return [each for each in self.orders if claim_of(each) == mine and each is not self.order]


def claim_of(order: PaymentOrder) -> UUID:
    """What the order and those that took its place have in common."""
    return order.claim_id or order.id


@dataclass(frozen=True)
class Place:
    """Where an order belongs, read without a lock."""

    order_id: UUID
    dossier_id: UUID
    instance_id: UUID | None


def place_of(named: ColumnElement[bool]) -> Place:
    """Where one order belongs; raises OrderNotFound."""
    found = db.session.execute(
        select(PaymentOrder.id, PaymentOrder.dossier_id, Dossier.instance_id)
        .join(Dossier, Dossier.id == PaymentOrder.dossier_id)
        .where(named)
    ).one_or_none()
    if found is None:
        raise OrderNotFound
    return Place(*found)


def hold(place: Place, *, transaction_code: str | None = None) -> Held:
    """Lock the process and the dossier of an order, and read what belongs to it afresh."""
    if place.instance_id is not None:
        engine.lock(place.instance_id)
    dossier = lock_dossier(place.dossier_id)
    if transaction_code is None:
        orders, movements = orders_of(dossier), tuple[FeeMovement]()
    else:
        orders, movements = _with_movements(dossier, transaction_code)
    mine = tuple(each for each in movements if each.order_id == place.order_id)
    order = next(each for each in orders if each.id == place.order_id)
    return Held(order, dossier, orders, mine)


def hold_for(
    order_id: UUID, *, actor: Actor, action: Action, scope: policy.Scope | None = None
) -> Held:
    """Like `hold`, for a deed of an actor; raises OrderNotFound when he may not see it, NotAllowed.

    `scope` is asked in the place of the dossier, for the office that took it in.
    """
    held = hold(place_of(PaymentOrder.id == order_id))
    if scope is not None:
        policy.require(actor, action, scope)
        return held
    if not policy.allows(actor, Action.DOSSIER_VIEW, held.dossier):
        raise OrderNotFound
    policy.require(actor, action, held.dossier)
    return held


def orders_of(dossier: Dossier) -> tuple[PaymentOrder, ...]:
    """All orders of a locked dossier as they stand now, oldest first."""
    asked = select(PaymentOrder).where(PaymentOrder.dossier_id == dossier.id)
    fresh = asked.order_by(PaymentOrder.id).execution_options(populate_existing=True)
    return tuple(db.session.scalars(fresh))


def _with_movements(
    dossier: Dossier, transaction_code: str
) -> tuple[tuple[PaymentOrder, ...], tuple[FeeMovement, ...]]:
    """The orders, and what was written down of a transaction, in one statement."""
    rows = db.session.execute(
        select(PaymentOrder, FeeMovement)
        .outerjoin(
            FeeMovement,
            (FeeMovement.order_id == PaymentOrder.id)
            & (FeeMovement.transaction_code == transaction_code),
        )
        .where(PaymentOrder.dossier_id == dossier.id)
        .order_by(PaymentOrder.id, FeeMovement.at, FeeMovement.id)
        .execution_options(populate_existing=True)
    ).all()
    orders = dict.fromkeys(order for order, _ in rows)
    return tuple(orders), tuple(movement for _, movement in rows if movement is not None)
