"""Fees of dossiers: orders, exemptions, receipts, refunds, and what is unclear."""

from typing import Any
from uuid import UUID

from accounts import policy
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.fee_schemas import (
    AskExemptionSchema,
    AskRefundSchema,
    CancelReceiptSchema,
    DecideExemptionSchema,
    DecideRefundSchema,
    DeskPaymentSchema,
    DetermineFeeSchema,
    FeeExemptionSchema,
    FeeMatterSchema,
    FeeOrderSchema,
    FeeReceiptSchema,
    FeeRefundSchema,
    FeesSchema,
    SettleMatterSchema,
)
from api.idempotency import once
from api.resource import Resource
from core.database import db, transaction
from dossiers import queries
from dossiers.fees import again, exemptions, matters, payments, receipts, refunds
from dossiers.fees.models import FeeExemption, FeeMatter, FeeReceipt, FeeRefund
from dossiers.fees.queries import (
    fees_of,
    find_exemption,
    find_matter,
    find_order,
    find_receipt,
    find_refund,
)
from dossiers.models import Dossier, PaymentOrder

resource = Resource("fees", "Fees of dossiers, exemptions, receipts and refunds.")


@resource.route("/dossiers/<uuid:dossier_id>/fees")
@requires(Action.DOSSIER_VIEW)
@resource.response(200, FeesSchema)
def list_fees(dossier_id: UUID) -> dict[str, Any]:
    """List what a dossier owes and has paid, with the line of the tariff of each fee."""
    dossier = queries.find_dossier(dossier_id, visible_to=current_actor())
    return {"items": fees_of(dossier, visible_to=current_actor())}


@resource.route("/fee-orders/<uuid:order_id>/again", methods=["POST"])
@requires(Action.DOSSIER_PAY)
@once
@resource.response(201, FeeOrderSchema)
def pay_again(order_id: UUID) -> tuple[PaymentOrder, int]:
    """Open another order in the place of one whose payment failed."""
    _order(order_id, Action.DOSSIER_PAY)
    order = again.pay_again(order_id, by=current_actor())
    db.session.flush()
    return order, 201


@resource.route("/fee-orders/<uuid:order_id>/exemptions", methods=["POST"])
@requires(Action.DOSSIER_PAY)
@once
@resource.arguments(AskExemptionSchema)
@resource.response(201, FeeExemptionSchema)
def ask_exemption(data: dict[str, Any], order_id: UUID) -> tuple[FeeExemption, int]:
    """Ask to owe less. Needs an Idempotency-Key."""
    _order(order_id, Action.DOSSIER_PAY)
    asked = exemptions.ask_exemption(
        order_id, data["exemption"], reason=data["reason"], by=current_actor()
    )
    db.session.flush()
    return asked, 201


@resource.route("/fee-exemptions/<uuid:exemption_id>/decide", methods=["POST"])
@requires(Action.FEE_DECIDE)
@resource.arguments(DecideExemptionSchema)
@resource.response(200, FeeExemptionSchema)
def decide_exemption(data: dict[str, Any], exemption_id: UUID) -> FeeExemption:
    """Grant or deny that somebody owes less."""
    _asked, dossier = find_exemption(exemption_id, visible_to=current_actor())
    policy.require(current_actor(), Action.FEE_DECIDE, dossier)
    with transaction():
        return exemptions.decide_exemption(
            exemption_id, granted=data["granted"], note=data["note"], by=current_actor()
        )


@resource.route("/fee-orders/<uuid:order_id>/determine", methods=["POST"])
@requires(Action.FEE_DECIDE)
@resource.arguments(DetermineFeeSchema)
@resource.response(200, FeeOrderSchema)
def determine_fee(data: dict[str, Any], order_id: UUID) -> PaymentOrder:
    """Say what is owed where the tariff has no line."""
    _order(order_id, Action.FEE_DECIDE)
    with transaction():
        return exemptions.determine(
            order_id, data["amount"], basis=data["basis"], by=current_actor()
        )


@resource.route("/fee-orders/<uuid:order_id>/desk-payments", methods=["POST"])
@requires(Action.FEE_COLLECT)
@once
@resource.arguments(DeskPaymentSchema)
@resource.response(201, FeeOrderSchema)
def take_fee(data: dict[str, Any], order_id: UUID) -> tuple[PaymentOrder, int]:
    """Take a fee in cash or by transfer. Needs an Idempotency-Key."""
    _order(order_id, Action.FEE_COLLECT)
    payments.take_at_desk(order_id, **data, by=current_actor())
    db.session.flush()
    return db.session.get_one(PaymentOrder, order_id), 201


@resource.route("/fee-orders/<uuid:order_id>/refunds", methods=["POST"])
@requires(Action.DOSSIER_PAY, Action.FEE_DECIDE)
@once
@resource.arguments(AskRefundSchema)
@resource.response(201, FeeRefundSchema)
def ask_refund(data: dict[str, Any], order_id: UUID) -> tuple[FeeRefund, int]:
    """Ask to have a fee back, or (`erred`) to give it back. Needs an Idempotency-Key."""
    _order(order_id, Action.FEE_DECIDE if data["erred"] else Action.DOSSIER_PAY)
    return refunds.ask_refund(order_id, **data, by=current_actor()), 201


@resource.route("/fee-refunds/<uuid:refund_id>/decide", methods=["POST"])
@requires(Action.FEE_APPROVE)
@resource.arguments(DecideRefundSchema)
@resource.response(200, FeeRefundSchema)
def decide_refund(data: dict[str, Any], refund_id: UUID) -> FeeRefund:
    """Approve or deny a refund that somebody else asked for."""
    _refund(refund_id, Action.FEE_APPROVE)
    with transaction():
        return refunds.decide_refund(refund_id, **data, by=current_actor())


@resource.route("/fee-refunds/<uuid:refund_id>/pay-out", methods=["POST"])
@requires(Action.FEE_COLLECT)
@resource.response(200, FeeRefundSchema)
def pay_out(refund_id: UUID) -> FeeRefund:
    """Note that an approved refund was paid out at the desk."""
    _refund(refund_id, Action.FEE_COLLECT)
    with transaction():
        return refunds.pay_out(refund_id, by=current_actor())


@resource.route("/fee-receipts/<uuid:receipt_id>/cancel", methods=["POST"])
@requires(Action.FEE_COLLECT)
@resource.arguments(CancelReceiptSchema)
@resource.response(200, FeeReceiptSchema)
def cancel_receipt(data: dict[str, Any], receipt_id: UUID) -> FeeReceipt:
    """Cancel a receipt; its number stays in the book."""
    _receipt, dossier = find_receipt(receipt_id, visible_to=current_actor())
    policy.require(current_actor(), Action.FEE_COLLECT, dossier)
    with transaction():
        return receipts.cancel_receipt(receipt_id, **data, by=current_actor())


@resource.route("/fee-matters/<uuid:matter_id>/settle", methods=["POST"])
@requires(Action.FEE_DECIDE)
@resource.arguments(SettleMatterSchema)
@resource.response(200, FeeMatterSchema)
def settle_matter(data: dict[str, Any], matter_id: UUID) -> FeeMatter:
    """Settle what is unclear, perhaps by giving the money back."""
    _matter, dossier = find_matter(matter_id, visible_to=current_actor())
    policy.require(current_actor(), Action.FEE_DECIDE, dossier)
    with transaction():
        if data["give_back"]:
            refunds.return_matter(matter_id, reason=data["note"], by=current_actor())
        else:
            matters.settle_matter(matter_id, note=data["note"], by=current_actor())
        return db.session.get_one(FeeMatter, matter_id)


def _order(order_id: UUID, action: Action) -> Dossier:
    _order, dossier = find_order(order_id, visible_to=current_actor())
    policy.require(current_actor(), action, dossier)
    return dossier


def _refund(refund_id: UUID, action: Action) -> None:
    _found, dossier = find_refund(refund_id, visible_to=current_actor())
    policy.require(current_actor(), action, dossier)
