"""Fees: what is owed, and the payment platform's word that it was paid."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import INCLUDE, Schema, fields

from accounts import policy
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.dossier_schemas import PaymentSchema
from api.resource import Resource
from api.schemas import Shape
from connectors.payment import Payment, PaymentState
from connectors.payment.messages import SUCCESS
from connectors.systems import current_systems
from core.database import transaction
from dossiers import operations, queries
from dossiers.errors import NothingToPay, PaymentMismatch
from dossiers.models import PaymentOrder
from dossiers.operations.payments import Outcome, note_failure

resource = Resource("payments", "Fees.")


class PaymentsSchema(Shape):
    """All fees of a dossier, oldest first."""

    items = fields.List(fields.Nested(PaymentSchema), required=True)


class NotificationSchema(Schema):
    """A message in the payment platform's own words; its digest is what makes it believed."""

    class Meta:
        """How marshmallow treats the schema."""

        unknown = INCLUDE

    MaThamChieu = fields.String(required=True)
    MaXacThuc = fields.String(required=True)


class AcknowledgementSchema(Schema):
    """That the message was understood, in the platform's words."""

    MaLoi = fields.String(required=True)


@resource.route("/dossiers/<uuid:dossier_id>/payments")
@requires(Action.DOSSIER_VIEW)
@resource.response(200, PaymentsSchema)
def list_payments(dossier_id: UUID) -> dict[str, Sequence[PaymentOrder]]:
    """List the fees of a dossier."""
    dossier = queries.find_dossier(dossier_id, visible_to=current_actor())
    return {"items": queries.payments(dossier)}


@resource.route("/dossiers/<uuid:dossier_id>/payments", methods=["POST"])
@requires(Action.DOSSIER_PAY)
@resource.response(200, PaymentSchema)
def begin_payment(dossier_id: UUID) -> PaymentOrder:
    """Begin to pay the open fee: says where. Asking again gives the same order."""
    dossier = queries.find_dossier(dossier_id, visible_to=current_actor())
    policy.require(current_actor(), Action.DOSSIER_PAY, dossier)
    order = queries.open_payment(dossier)
    if order is None:
        raise NothingToPay
    return order


@resource.route("/payments/notifications", methods=["POST"])
@resource.doc(security=[])
@resource.arguments(NotificationSchema)
@resource.response(200, AcknowledgementSchema)
def take_notification(message: dict[str, Any]) -> dict[str, str]:
    """For the payment platform: report what became of an order."""
    payment = current_systems().payments.read_notification(message)
    if payment.state is PaymentState.PAID:
        _note_paid(payment)
    elif payment.state is PaymentState.FAILED:
        with transaction():
            note_failure(payment.reference)
    return {"MaLoi": SUCCESS}


def _note_paid(payment: Payment) -> None:
    """Money of another amount is written down for a clerk, and refused as the fee all the same."""
    with transaction():
        noted = operations.note_payment(
            payment.reference,
            amount=payment.amount,
            currency=payment.currency,
            transaction_code=payment.transaction_code,
        )
    if noted.outcome is Outcome.OTHER_AMOUNT:
        paid, owed = (f"{each.amount} {each.currency}" for each in (payment, noted))
        raise PaymentMismatch(paid=paid, owed=owed)
