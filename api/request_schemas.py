"""How requests about dossiers look from outside."""

from marshmallow import fields, validate

from api.dossier_schemas import LONGEST_REASON
from api.schemas import Shape
from dossiers.requests.models import RequestKind, RequestState

LONGEST_LIST = 200
LONGEST_NAME = 200
_PROPOSED = ("correction", "extension", "stop", "refusal")
_PART = "Key of a question, or document: and a kind of document; empty for the whole dossier."


class DefectSchema(Shape):
    """What is wrong with a part of the dossier, how to mend it, and by which rule."""

    part = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_NAME), metadata={"description": _PART}
    )
    defect = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))
    remedy = fields.String(load_default="", validate=validate.Length(max=LONGEST_REASON))
    legal_basis = fields.String(load_default="", validate=validate.Length(max=LONGEST_REASON))


class DefectItemSchema(DefectSchema):
    """One defect of a list, what its part is called, and whether the applicant mended it."""

    label = fields.String(required=True)
    done = fields.Boolean(required=True)


class RequestSchema(Shape):
    """A request. By kind it has `items`, `basis`, `fields` and `granted`, `old_due` and `new_due`."""

    id = fields.UUID(required=True)
    dossier_id = fields.UUID(required=True)
    kind = fields.Enum(RequestKind, by_value=True, required=True)
    round = fields.Integer(required=True)
    state = fields.Enum(RequestState, by_value=True, required=True)
    reason = fields.String(required=True)
    asked_by = fields.String(required=True, metadata={"description": "Id of an actor."})
    by_applicant = fields.Boolean(required=True)
    asked_at = fields.AwareDateTime(required=True)
    answer_until = fields.AwareDateTime(required=True, allow_none=True)
    answer = fields.String(required=True)
    answered_by = fields.String(required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    items = fields.List(fields.Nested(DefectItemSchema), required=True)
    basis = fields.String(required=True)
    fields_ = fields.List(fields.String(), required=True, data_key="fields", attribute="fields")
    granted = fields.List(fields.String(), required=True)
    changed = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Keys of the answers that a correction changed."},
    )
    old_due = fields.String(required=True, allow_none=True)
    new_due = fields.String(required=True, allow_none=True)


class RequestsSchema(Shape):
    """The requests about a dossier, newest first."""

    items = fields.List(fields.Nested(RequestSchema), required=True)


class NewRequestSchema(Shape):
    """What is asked for: a correction or a stop by the applicant, the others by the agency.

    `fields` are the answers to correct, `until` is the day proposed for the result.
    """

    kind = fields.String(required=True, validate=validate.OneOf(_PROPOSED))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))
    basis = fields.String(load_default="", validate=validate.Length(max=LONGEST_REASON))
    fields_ = fields.List(
        fields.String(validate=validate.Length(max=LONGEST_NAME)),
        load_default=list,
        data_key="fields",
        validate=validate.Length(max=LONGEST_LIST),
    )
    until = fields.Date(load_default=None, allow_none=True)


class RequestGrantSchema(Shape):
    """Why, if there is anything to say; of a correction which of the answers, all if none is named."""

    reason = fields.String(load_default="", validate=validate.Length(max=LONGEST_REASON))
    fields_ = fields.List(
        fields.String(validate=validate.Length(max=LONGEST_NAME)),
        load_default=list,
        data_key="fields",
        validate=validate.Length(max=LONGEST_LIST),
    )


class RequestDenialSchema(Shape):
    """Why."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))


class TicksSchema(Shape):
    """The numbers, from 1, of the items that are mended."""

    done = fields.List(
        fields.Integer(validate=validate.Range(min=1, max=LONGEST_LIST)),
        required=True,
        validate=validate.Length(max=LONGEST_LIST),
    )


class CorrectedSchema(Shape):
    """The answers as they shall be, by their keys; null forgets one."""

    answers = fields.Dict(keys=fields.String(), required=True)


class SupplementSchema(Shape):
    """One list of all defects; `basis` is the rule that allows a further round.

    `token` is that of the claim of the task.
    """

    token = fields.UUID(load_default=None, allow_none=True)
    items = fields.List(
        fields.Nested(DefectSchema),
        required=True,
        validate=validate.Length(min=1, max=LONGEST_LIST),
    )
    basis = fields.String(load_default="", validate=validate.Length(max=LONGEST_REASON))
