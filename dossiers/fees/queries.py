"""Reads about fees, for whom they concern."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from dossiers.fees.errors import (
    ExemptionNotFound,
    MatterNotFound,
    OrderNotFound,
    ReceiptNotFound,
    RefundNotFound,
)
from dossiers.fees.models import (
    ExemptionState,
    FeeExemption,
    FeeLine,
    FeeMatter,
    FeeReceipt,
    FeeRefund,
    RefundState,
)
from dossiers.models import Dossier, PaymentOrder

NEWEST = 200


@dataclass
class OrderView:
    """An order with everything that belongs to it, each oldest first."""

    order: PaymentOrder
    lines: list[FeeLine] = field(default_factory=list)
    exemptions: list[FeeExemption] = field(default_factory=list)
    receipts: list[FeeReceipt] = field(default_factory=list)
    refunds: list[FeeRefund] = field(default_factory=list)
    matters: list[FeeMatter] = field(default_factory=list)

    @property
    def undetermined(self) -> bool:
        """Whether an officer must still say the amount."""
        return any(line.amount is None for line in self.lines)


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody of an agency, oldest first, each with its dossier."""

    matters: Sequence[tuple[FeeMatter, Dossier]]
    exemptions: Sequence[tuple[FeeExemption, Dossier]]
    refunds: Sequence[tuple[FeeRefund, Dossier]]

    def __bool__(self) -> bool:
        return bool(self.matters or self.exemptions or self.refunds)


def fees_of(dossier: Dossier, *, visible_to: Actor) -> list[OrderView]:
    """All fees of a dossier that the caller was given; what clerks must look at is for staff alone."""
    orders = db.session.scalars(
        select(PaymentOrder).where(PaymentOrder.dossier_id == dossier.id).order_by(PaymentOrder.id)
    )
    views = {order.id: OrderView(order) for order in orders}
    for table, part in _PARTS.items():
        if table is FeeMatter and not policy.allows(visible_to, Action.FEE_VIEW, dossier):
            continue
        rows = select(table).where(table.dossier_id == dossier.id).order_by(table.id)
        for row in db.session.scalars(rows):
            getattr(views[row.order_id], part).append(row)
    for view in views.values():
        view.lines.sort(key=lambda line: line.position)
    return list(views.values())


def find_order(
    order_id: UUID, *, visible_to: Actor, of: Dossier | None = None
) -> tuple[PaymentOrder, Dossier]:
    """One order with its dossier, which may be named; raises OrderNotFound."""
    order = db.session.get(PaymentOrder, order_id)
    dossier = db.session.get_one(Dossier, order.dossier_id) if order else None
    if order is None or dossier is None or not _sees(visible_to, dossier):
        raise OrderNotFound
    if of is not None and of.id != dossier.id:
        raise OrderNotFound
    return order, dossier


def find_exemption(exemption_id: UUID, *, visible_to: Actor) -> tuple[FeeExemption, Dossier]:
    """What was asked, with its dossier; raises ExemptionNotFound."""
    asked = db.session.get(FeeExemption, exemption_id)
    dossier = db.session.get_one(Dossier, asked.dossier_id) if asked else None
    if asked is None or dossier is None or not _sees(visible_to, dossier):
        raise ExemptionNotFound
    return asked, dossier


def find_matter(matter_id: UUID, *, visible_to: Actor) -> tuple[FeeMatter, Dossier]:
    """What a clerk must look at, with its dossier; raises MatterNotFound."""
    matter = db.session.get(FeeMatter, matter_id)
    dossier = db.session.get_one(Dossier, matter.dossier_id) if matter else None
    seen = dossier is not None and policy.allows(visible_to, Action.FEE_VIEW, dossier)
    if matter is None or dossier is None or not seen:
        raise MatterNotFound
    return matter, dossier


def find_refund(refund_id: UUID, *, visible_to: Actor) -> tuple[FeeRefund, Dossier]:
    """One refund with its dossier; raises RefundNotFound."""
    refund = db.session.get(FeeRefund, refund_id)
    dossier = db.session.get_one(Dossier, refund.dossier_id) if refund else None
    if refund is None or dossier is None or not _sees(visible_to, dossier):
        raise RefundNotFound
    return refund, dossier


def find_receipt(receipt_id: UUID, *, visible_to: Actor) -> tuple[FeeReceipt, Dossier]:
    """One receipt with its dossier; raises ReceiptNotFound."""
    receipt = db.session.get(FeeReceipt, receipt_id)
    dossier = db.session.get_one(Dossier, receipt.dossier_id) if receipt else None
    if receipt is None or dossier is None or not _sees(visible_to, dossier):
        raise ReceiptNotFound
    return receipt, dossier


def waiting(*, visible_to: Actor) -> Waiting:
    """What waits in the agencies whose fees somebody sees."""
    return Waiting(
        _of_agencies(FeeMatter, FeeMatter.settled_at.is_(None), visible_to),
        _of_agencies(FeeExemption, FeeExemption.state == ExemptionState.ASKED, visible_to),
        _of_agencies(
            FeeRefund,
            FeeRefund.state.in_([RefundState.ASKED, RefundState.APPROVED, RefundState.FAILED]),
            visible_to,
        ),
    )


def _of_agencies(table: Any, condition: ColumnElement[bool], actor: Actor) -> list[Any]:
    asked = (
        select(table, Dossier)
        .join(Dossier, Dossier.id == table.dossier_id)
        .where(condition, policy.clause(actor, Action.FEE_VIEW, Dossier))
        .order_by(table.id)
        .limit(NEWEST)
    )
    return [(row, dossier) for row, dossier in db.session.execute(asked)]


def _sees(actor: Actor, dossier: Dossier) -> bool:
    return policy.allows(actor, Action.DOSSIER_VIEW, dossier)


_PARTS: Mapping[Any, str] = {
    FeeLine: "lines",
    FeeExemption: "exemptions",
    FeeReceipt: "receipts",
    FeeRefund: "refunds",
    FeeMatter: "matters",
}
