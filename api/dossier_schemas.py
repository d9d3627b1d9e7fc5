"""How dossiers look from outside."""

from marshmallow import fields, validate

from api.schemas import Shape
from dossiers.clock_models import DueCause
from dossiers.models import DossierStatus

LONGEST_REASON = 2000


class DossierSchema(Shape):
    """A dossier in a list. `reference` is ours, `code` the national one, given at reception."""

    id = fields.UUID(required=True)
    reference = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    service = fields.String(required=True, attribute="service_key")
    procedure_code = fields.String(
        required=True,
        metadata={"description": "National code of the procedure asked for; empty if unknown."},
    )
    service_version = fields.String(required=True)
    agency_id = fields.UUID(required=True)
    organisation_number = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Number of the owner; null where it is hidden from you."},
    )
    organisation_name = fields.String(required=True, allow_none=True)
    acting_for = fields.String(
        required=True,
        metadata={"description": "Number of the organisation whose dossier it is, or empty."},
    )
    mandate_id = fields.UUID(required=True, allow_none=True)
    submitted_by = fields.String(
        required=True, allow_none=True, metadata={"description": "Id of the actor who sent it."}
    )
    status = fields.Enum(DossierStatus, by_value=True, required=True)
    created_at = fields.AwareDateTime(required=True)
    submitted_at = fields.AwareDateTime(required=True, allow_none=True)
    received_at = fields.AwareDateTime(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    delivered_at = fields.AwareDateTime(required=True, allow_none=True)


class StatusChangeSchema(Shape):
    """One step in a dossier's life."""

    sequence = fields.Integer(required=True)
    status = fields.Enum(DossierStatus, by_value=True, required=True)
    at = fields.AwareDateTime(required=True)


class DecisionReasonSchema(Shape):
    """Why a decision table answered as it did: `rules` that held, and the words for the reader."""

    decision = fields.String(required=True, attribute="decision_id")
    element = fields.String(
        required=True,
        attribute="element_id",
        metadata={"description": "The step of the process that asked; empty on submitting."},
    )
    value = fields.String(required=True, metadata={"description": "In FEEL's notation."})
    rules = fields.List(fields.String(), required=True)
    explanation = fields.String(required=True)
    at = fields.AwareDateTime(required=True, attribute="made_at")


class PaymentSchema(Shape):
    """A fee; `checkout_url` is where it is paid, once the payment platform knows it."""

    reference = fields.String(required=True)
    amount = fields.Integer(required=True)
    currency = fields.String(required=True)
    state = fields.String(
        required=True,
        metadata={"description": "created, pending, paid, or paid-late: to be given back."},
    )
    checkout_url = fields.String(required=True, allow_none=True)
    paid_at = fields.AwareDateTime(required=True, allow_none=True)


class DueChangeSchema(Shape):
    """A due date that took the place of another: `returned` after a wait, `calendar` or `extended`."""

    at = fields.AwareDateTime(required=True)
    before = fields.AwareDateTime(required=True)
    after = fields.AwareDateTime(required=True)
    cause = fields.Enum(DueCause, by_value=True, required=True)


class DossierDetailsSchema(DossierSchema):
    """One dossier with everything about it; `task_id` is what its applicant is asked to do.

    While `clock_stands_since` is told, `due_at` is the day promised before.
    `masked` names the answers about people that are null because they are not shown to you.
    """

    answers = fields.Dict(required=True)
    masked = fields.List(fields.String(), required=True)
    missing_documents = fields.List(fields.String(), required=True)
    history = fields.List(fields.Nested(StatusChangeSchema), required=True)
    clock_stands_since = fields.AwareDateTime(required=True, allow_none=True)
    due_changes = fields.List(fields.Nested(DueChangeSchema), required=True)
    payments = fields.List(fields.Nested(PaymentSchema), required=True)
    task_id = fields.UUID(required=True, allow_none=True)
    register_number = fields.String(required=True, allow_none=True)


class NewDossierSchema(Shape):
    """What an application begins with: a service and an agency by their codes."""

    service = fields.String(required=True, validate=validate.Length(min=1, max=100))
    agency = fields.String(required=True, validate=validate.Length(min=1, max=100))
    answers = fields.Dict(keys=fields.String(), load_default=dict)
    organisation = fields.String(
        load_default="",
        validate=validate.Length(max=30),
        metadata={"description": "Number of an organisation of yours whose draft it shall be."},
    )
    mandate_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "The mandate by which you act for somebody else."},
    )


class ChangeAnswersSchema(Shape):
    """Answers by the keys of the service's form; null forgets one."""

    answers = fields.Dict(keys=fields.String(), required=True)


class UnmaskSchema(Shape):
    """Which of the `masked` answers is wanted, and what for."""

    field = fields.String(required=True, validate=validate.Length(min=1, max=200))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))


class UnmaskedSchema(Shape):
    """One answer about a person."""

    field = fields.String(required=True)
    value = fields.Raw(required=True)


class WithdrawalSchema(Shape):
    """Why a dossier is withdrawn."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))


class LookSchema(Shape):
    """A look at a dossier; `role` is empty for the system, `reason` where none had to be given.

    `name` is empty unless the authority tells its names.
    """

    at = fields.AwareDateTime(required=True, attribute="event.at")
    deed = fields.String(required=True, attribute="event.tag")
    role = fields.String(required=True)
    name = fields.String(required=True)
    purpose = fields.String(required=True)
    reason = fields.String(required=True, attribute="said")


class LooksSchema(Shape):
    """The newest two hundred looks."""

    items = fields.List(fields.Nested(LookSchema), required=True)
