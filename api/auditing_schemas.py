"""How the record, samples and access reviews look to auditors' programs."""

from typing import Any

from marshmallow import fields, validate

from api.paging import PageArguments
from api.schemas import Shape
from auditing.models import Outcome, Verdict
from auditing.sampling import ANSWERS, LARGEST, QUESTIONS
from auditing.searching import GROUPS

LONGEST = 2000
_WORDS = validate.Length(max=200)
_AGENCY = {"description": "Code of the agency; null is all of them."}


def _search_fields() -> dict[str, fields.Field[Any]]:
    """How a search of the record can be narrowed."""
    return {
        "person": fields.String(
            load_default="",
            validate=_WORDS,
            metadata={"description": "A login, or an id such as client:portal."},
        ),
        "about": fields.String(
            load_default="",
            validate=_WORDS,
            metadata={"description": "Reference of a dossier, or a login: everything about it."},
        ),
        "record": fields.UUID(load_default=None, allow_none=True),
        "subject": fields.String(load_default="", validate=_WORDS),
        "group": fields.String(load_default="", validate=validate.OneOf(["", *GROUPS])),
        "tag": fields.String(load_default="", validate=_WORDS),
        "agency": fields.String(load_default="", validate=_WORDS),
        "first_day": fields.Date(load_default=None, allow_none=True),
        "last_day": fields.Date(load_default=None, allow_none=True),
    }


EventFilters = PageArguments.from_dict(_search_fields(), name="EventFilters")
ExportSchema = Shape.from_dict(
    {
        **_search_fields(),
        "purpose": fields.String(required=True, validate=validate.Length(min=1, max=LONGEST)),
        "form": fields.String(load_default="jsonl", validate=validate.OneOf(["jsonl", "csv"])),
    },
    name="ExportSchema",
)


class EventSchema(Shape):
    """An event of the record; `position` and `hash` are null until it is chained."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)
    tag = fields.String(required=True)
    subject = fields.String(required=True)
    record = fields.UUID(required=True, attribute="chain_id")
    position = fields.Integer(required=True, allow_none=True)
    agency_id = fields.UUID(required=True, allow_none=True)
    details = fields.Dict(
        required=True, allow_none=True, metadata={"description": "Null where erased by law."}
    )
    hash = fields.Function(
        lambda event: event.hash.hex() if event.hash else None,
        metadata={"type": ["string", "null"], "description": "Hexadecimal."},
        required=True,
    )


class RecordStateSchema(Shape):
    """Whether the chain of a record holds, and where it is broken first."""

    record = fields.UUID(required=True, attribute="chain")
    unbroken = fields.Function(
        lambda state: state.broken_at is None, metadata={"type": "boolean"}, required=True
    )
    broken_at = fields.Integer(required=True, allow_none=True)
    broken_event = fields.UUID(required=True, allow_none=True)


class ConclusionSchema(Shape):
    """What was found, as a whole."""

    conclusion = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST))


class _SignedSchema(Shape):
    """What samples and reviews share."""

    id = fields.UUID(required=True)
    agency = fields.String(required=True, allow_none=True, metadata=_AGENCY)
    signed_by = fields.String(required=True, allow_none=True)
    signed_at = fields.AwareDateTime(required=True, allow_none=True)
    conclusion = fields.String(required=True)


class NewSampleSchema(Shape):
    """Of which finished dossiers to draw. The same seed draws the same ones again."""

    agency = fields.String(load_default=None, allow_none=True, metadata=_AGENCY)
    service = fields.String(load_default="", validate=_WORDS)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    size = fields.Integer(load_default=10, validate=validate.Range(min=1, max=LARGEST))
    seed = fields.String(load_default="", validate=validate.Length(max=64))


class SampleSchema(_SignedSchema):
    """A sample: `population` counts the dossiers of which it was drawn."""

    service = fields.String(required=True, attribute="service_key")
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    seed = fields.String(required=True)
    population = fields.Integer(required=True)
    drawn_by = fields.String(required=True)
    drawn_at = fields.AwareDateTime(required=True)


class ChecksSchema(Shape):
    """The checklist of one dossier: every question has an answer."""

    checks = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(QUESTIONS))),
        values=fields.String(validate=validate.OneOf(list(ANSWERS))),
        required=True,
    )
    note = fields.String(load_default="", validate=validate.Length(max=LONGEST))


class SampledDossierSchema(Shape):
    """A dossier of a sample, and what was found."""

    position = fields.Integer(required=True)
    dossier_id = fields.UUID(required=True)
    reference = fields.String(required=True)
    checks = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    note = fields.String(required=True)
    checked_by = fields.String(required=True, allow_none=True)
    checked_at = fields.AwareDateTime(required=True, allow_none=True)


class SampleDetailsSchema(SampleSchema):
    """A sample with its dossiers, in the order in which they were drawn."""

    dossiers = fields.List(fields.Nested(SampledDossierSchema), required=True)


class NewReviewSchema(Shape):
    """Whose roles to review: of an agency, or (null) those that reach all; on which day, or today."""

    agency = fields.String(load_default=None, allow_none=True, metadata=_AGENCY)
    day = fields.Date(load_default=None, allow_none=True)


class ReviewSchema(_SignedSchema):
    """An access review."""

    day = fields.Date(required=True)
    opened_by = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)


class VerdictSchema(Shape):
    """What is said of a role; marking it for withdrawal needs a reason."""

    verdict = fields.Enum(Verdict, by_value=True, required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=LONGEST))


class ReviewedRoleSchema(Shape):
    """A role of a review: who holds it, what was said of it, and what an administrator did."""

    grant_id = fields.UUID(required=True)
    holder = fields.String(required=True)
    role = fields.String(required=True)
    queue = fields.String(required=True, allow_none=True)
    service = fields.String(required=True, allow_none=True)
    valid_from = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(required=True, allow_none=True)
    verdict = fields.Enum(Verdict, by_value=True, required=True, allow_none=True)
    reason = fields.String(required=True)
    reviewed_by = fields.String(required=True, allow_none=True)
    reviewed_at = fields.AwareDateTime(required=True, allow_none=True)
    waiting = fields.Boolean(required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True, allow_none=True)
    answer = fields.String(required=True)


class ReviewDetailsSchema(ReviewSchema):
    """A review with its roles."""

    roles = fields.List(fields.Nested(ReviewedRoleSchema), required=True)


class MarkedRoleSchema(Shape):
    """A role that an auditor marked, and why."""

    review_id = fields.UUID(required=True)
    grant_id = fields.UUID(required=True)
    holder = fields.String(required=True)
    role = fields.String(required=True)
    reason = fields.String(required=True)
    reviewed_by = fields.String(required=True, allow_none=True)


class MarkedRolesSchema(Shape):
    """Roles that wait for an administrator."""

    items = fields.List(fields.Nested(MarkedRoleSchema), required=True)


class SettledRoleSchema(Shape):
    """What is made of a marked role; keeping it needs an answer to the auditor."""

    outcome = fields.Enum(Outcome, by_value=True, required=True)
    answer = fields.String(load_default="", validate=validate.Length(max=LONGEST))
