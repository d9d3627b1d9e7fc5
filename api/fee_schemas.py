"""How fees look from outside. Amounts are whole numbers in the smallest unit of their currency."""

from marshmallow import fields, validate

from api.dossier_schemas import LONGEST_REASON
from api.schemas import Shape
from dossiers.fees.assessing import local_day
from dossiers.fees.models import (
    ExemptionState,
    MatterKind,
    MovementKind,
    RefundGround,
    RefundState,
)
from dossiers.fees.payments import AT_DESK
from dossiers.fees.states import OrderState


def _reason() -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))


class FeeLineSchema(Shape):
    """One kind of fee; `amount` is null until an officer says it."""

    fee = fields.String(required=True)
    amount = fields.Integer(required=True, allow_none=True)
    full_amount = fields.Integer(required=True)
    tariff_line = fields.String(required=True, attribute="tariff_key")
    valid_from = fields.Date(required=True, allow_none=True)
    valid_until = fields.Date(required=True, allow_none=True)
    source = fields.String(required=True)
    verified = fields.Boolean(required=True)
    fallback = fields.String(
        required=True, metadata={"description": "last, full or ask where the tariff had no line."}
    )
    exemption = fields.String(required=True)


class FeeExemptionSchema(Shape):
    """That somebody owes less. People are ids of actors."""

    id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    exemption = fields.String(required=True)
    percent = fields.Integer(required=True)
    basis = fields.String(required=True)
    state = fields.Enum(ExemptionState, by_value=True, required=True)
    reason = fields.String(required=True)
    proof_id = fields.UUID(required=True, allow_none=True)
    asked_by = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    note = fields.String(required=True)


class FeeRefundSchema(Shape):
    """Money that is to be given back, or was."""

    id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    reference = fields.String(required=True)
    amount = fields.Integer(required=True)
    currency = fields.String(required=True)
    way = fields.String(required=True)
    ground = fields.Enum(RefundGround, by_value=True, required=True)
    state = fields.Enum(RefundState, by_value=True, required=True)
    reason = fields.String(required=True)
    asked_by = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    note = fields.String(required=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)


class FeeReceiptSchema(Shape):
    """A receipt; `document_id` is its paper, once that is made."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    amount = fields.Integer(required=True)
    currency = fields.String(required=True)
    way = fields.String(required=True)
    issued_at = fields.AwareDateTime(required=True)
    document_id = fields.UUID(required=True, allow_none=True)
    cancelled_at = fields.AwareDateTime(required=True, allow_none=True)
    cancel_reason = fields.String(required=True)


class FeeMatterSchema(Shape):
    """Something about a fee that a clerk must look at; open until `settled_at`."""

    id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    kind = fields.Enum(MatterKind, by_value=True, required=True)
    amount = fields.Integer(required=True)
    currency = fields.String(required=True)
    transaction_code = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)
    settled_by = fields.String(required=True, allow_none=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    note = fields.String(required=True)


class FeeOrderSchema(Shape):
    """An order; one that takes the place of another names the first one of the claim."""

    id = fields.UUID(required=True)
    claim_id = fields.UUID(required=True, allow_none=True)
    reference = fields.String(required=True)
    amount = fields.Integer(required=True)
    currency = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(OrderState)))
    way = fields.String(required=True)
    checkout_url = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    paid_at = fields.AwareDateTime(required=True, allow_none=True)


class FeeSchema(Shape):
    """An order with everything that belongs to it."""

    order = fields.Nested(FeeOrderSchema, required=True)
    undetermined = fields.Boolean(required=True)
    lines = fields.List(fields.Nested(FeeLineSchema), required=True)
    exemptions = fields.List(fields.Nested(FeeExemptionSchema), required=True)
    receipts = fields.List(fields.Nested(FeeReceiptSchema), required=True)
    refunds = fields.List(fields.Nested(FeeRefundSchema), required=True)
    matters = fields.List(
        fields.Nested(FeeMatterSchema),
        required=True,
        metadata={"description": "Told to staff of the agency only."},
    )


class FeesSchema(Shape):
    """All fees of a dossier, oldest first."""

    items = fields.List(fields.Nested(FeeSchema), required=True)


class AskExemptionSchema(Shape):
    """Which of the service's exemptions, and why it holds. With a paper, use the pages."""

    exemption = fields.String(required=True, validate=validate.Length(min=1, max=100))
    reason = _reason()


class DecideExemptionSchema(Shape):
    """Yes or no, and why."""

    granted = fields.Boolean(required=True)
    note = _reason()


class DecideRefundSchema(Shape):
    """Yes or no; a denial says why."""

    approved = fields.Boolean(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=LONGEST_REASON))


class DetermineFeeSchema(Shape):
    """What is owed where the tariff has no line, and by which act."""

    amount = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=10**15))
    basis = _reason()


class DeskPaymentSchema(Shape):
    """Money taken at the desk: exactly what is owed."""

    way = fields.String(required=True, validate=validate.OneOf(AT_DESK))
    amount = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=10**15))
    transaction_code = fields.String(load_default="", validate=validate.Length(max=100))


class AskRefundSchema(Shape):
    """Why a fee is to go back; `erred` when a clerk asks because the agency did."""

    reason = _reason()
    amount = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(min=1, max=10**15),
        metadata={"description": "A part of it; without one, all that is left."},
    )
    erred = fields.Boolean(load_default=False)


class CancelReceiptSchema(Shape):
    """Why; the number stays in the book. `anew` gives another receipt in its place."""

    reason = _reason()
    anew = fields.Boolean(load_default=False)


class SettleMatterSchema(Shape):
    """What came of it; `give_back` begins a refund of the money."""

    note = _reason()
    give_back = fields.Boolean(load_default=False)


class FeePeriodSchema(Shape):
    """From a day to a day, both counted."""

    first = fields.Date(required=True)
    last = fields.Date(required=True)


class FeeJournalArguments(Shape):
    """From a day to a day, both counted; this month where nothing is said."""

    first = fields.Date(load_default=lambda: local_day().replace(day=1))
    last = fields.Date(load_default=local_day)


class FeeMovementSchema(Shape):
    """Money that came, or (below zero) went."""

    day = fields.Date(required=True, attribute="movement.day")
    kind = fields.Enum(MovementKind, by_value=True, required=True, attribute="movement.kind")
    amount = fields.Integer(required=True, attribute="movement.amount")
    currency = fields.String(required=True, attribute="movement.currency")
    way = fields.String(required=True, attribute="movement.way")
    transaction_code = fields.String(required=True, attribute="movement.transaction_code")
    dossier = fields.String(required=True)
    order = fields.String(required=True)
    receipt = fields.String(required=True, allow_none=True)


class FeeSumSchema(Shape):
    """What came and went of one kind, in one way, in one currency."""

    kind = fields.String(required=True)
    way = fields.String(required=True)
    currency = fields.String(required=True)
    amount = fields.Integer(required=True)
    count = fields.Integer(required=True)


class FeeJournalSchema(Shape):
    """The fee journal of a period."""

    movements = fields.List(fields.Nested(FeeMovementSchema), required=True, attribute="rows")
    sums = fields.List(fields.Nested(FeeSumSchema), required=True)


class FeeDifferenceSchema(Shape):
    """Where platform and journal differ; `outcome` is what was booked because of it."""

    reference = fields.String(required=True)
    platform = fields.String(required=True)
    platform_amount = fields.Integer(required=True)
    here = fields.String(required=True)
    amount = fields.Integer(required=True)
    outcome = fields.String(required=True)


class FeeComparisonSchema(Shape):
    """A comparison with the payment platform; under way until `done_at`."""

    id = fields.UUID(required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    asked_at = fields.AwareDateTime(required=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)
    compared = fields.Integer(required=True)
    differences = fields.List(fields.Nested(FeeDifferenceSchema), required=True)


class TariffLineSchema(Shape):
    """What a fee costs from a day on; empty `channel` and `variant` mean any."""

    fee = fields.String(required=True)
    amount = fields.Integer(required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True, allow_none=True)
    channel = fields.String(required=True)
    variant = fields.String(required=True)
    source = fields.String(required=True)
    verified = fields.Boolean(required=True)
    decided = fields.Boolean(required=True)


class TariffSchema(Shape):
    """All lines of a service."""

    items = fields.List(fields.Nested(TariffLineSchema), required=True)


class GapSchema(Shape):
    """A day from which a tariff has no line."""

    service = fields.String(required=True, attribute="pack.manifest.key")
    agency_id = fields.UUID(required=True)
    fee = fields.String(required=True, attribute="gap.fee")
    channel = fields.String(required=True, attribute="gap.channel")
    variant = fields.String(required=True, attribute="gap.variant")
    first = fields.Date(required=True, attribute="gap.first")


class GapsSchema(Shape):
    """The gaps that come soon, the nearest first."""

    items = fields.List(fields.Nested(GapSchema), required=True)
