"""Enquiries about people: programs outside answer them, and few people read what was answered."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate, validates_schema

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.resource import Resource
from api.resources.documents import DocumentSchema
from api.schemas import Shape
from core.database import transaction
from dossiers import queries
from dossiers.confidential.models import DataEnquiry, EnquiryState, Source
from dossiers.confidential.operations import Outcome, take_answer
from dossiers.confidential.queries import enquiries_of
from dossiers.confidential.reading import Paper, papers_to_read, read_answer
from dossiers.confidential.sealing import Answer

MOST_TEXT = 20_000
_NAMED = validate.Length(max=200)

resource = Resource("enquiries", "What other systems are asked about people.")


class EnquirySchema(Shape):
    """What was asked, why and by which right; not what was answered."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    purpose = fields.String(required=True)
    legal_basis = fields.String(required=True)
    state = fields.Enum(EnquiryState, by_value=True, required=True)
    source = fields.Enum(Source, by_value=True, required=True, allow_none=True)
    asked_at = fields.AwareDateTime(required=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    paper_asked_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class EnquiriesSchema(Shape):
    """All enquiries of a dossier, oldest first."""

    items = fields.List(fields.Nested(EnquirySchema), required=True)


class NewAnswerSchema(Shape):
    """What the system tells; with `available: false` it has nothing, and says nothing else."""

    available = fields.Boolean(load_default=True)
    text = fields.String(load_default="", validate=validate.Length(max=MOST_TEXT))
    reference = fields.String(load_default="", validate=_NAMED)
    issuer = fields.String(load_default="", validate=_NAMED)
    issued_on = fields.Date(load_default=None, allow_none=True)

    @validates_schema
    def _told(self, data: dict[str, Any], **_: Any) -> None:
        if bool(data["text"].strip()) is not data["available"]:
            raise ValidationError("Tell it exactly where “available” is true.", "text")


class TakenSchema(Shape):
    """What became of the answer. The first one holds: sending it again does no harm."""

    outcome = fields.Enum(Outcome, by_value=True, required=True)


class PaperSchema(Shape):
    """A confidential kind that the task reads: what was asked, and files that were sent."""

    kind = fields.String(required=True)
    enquiries = fields.List(fields.Nested(EnquirySchema), required=True)
    documents = fields.List(fields.Nested(DocumentSchema), required=True)


class PapersSchema(Shape):
    """All that the task reads."""

    items = fields.List(fields.Nested(PaperSchema), required=True)


class AnswerSchema(EnquirySchema):
    """An enquiry with what was answered."""

    text = fields.String(required=True)
    reference = fields.String(required=True)
    issuer = fields.String(required=True)
    issued_on = fields.Date(required=True, allow_none=True)


@resource.route("/dossiers/<uuid:dossier_id>/enquiries")
@requires(Action.DOSSIER_VIEW)
@resource.response(200, EnquiriesSchema)
def list_enquiries(dossier_id: UUID) -> dict[str, Sequence[DataEnquiry]]:
    """List what other systems were asked about the person of a dossier."""
    dossier = queries.find_dossier(dossier_id, visible_to=current_actor())
    return {"items": enquiries_of(dossier, visible_to=current_actor())}


@resource.route("/enquiries/<uuid:enquiry_id>/answer", methods=["POST"])
@requires(Action.ENQUIRY_ANSWER)
@resource.arguments(NewAnswerSchema)
@resource.response(200, TakenSchema)
def answer_enquiry(data: dict[str, Any], enquiry_id: UUID) -> dict[str, Outcome]:
    """Answer an enquiry. It is sealed; the process is told that it is there, and nothing else.

    For programs registered for the message `enquiry.` and its kind. Repeat it until you are answered.
    """
    available = data.pop("available")
    answer = Answer(**data) if available else None
    with transaction():
        return {"outcome": take_answer(enquiry_id, answer, actor=current_actor())}


@resource.route("/tasks/<uuid:task_id>/confidential")
@requires(Action.CONFIDENTIAL_READ)
@resource.response(200, PapersSchema)
def list_confidential(task_id: UUID) -> dict[str, list[Paper]]:
    """List what is confidential and read for a task that you have taken; empty for everybody else."""
    item = queries.find_task(task_id, visible_to=current_actor())
    return {"items": papers_to_read(item, visible_to=current_actor())}


@resource.route("/tasks/<uuid:task_id>/confidential/<uuid:enquiry_id>")
@requires(Action.CONFIDENTIAL_READ)
@resource.response(200, AnswerSchema)
def read_confidential(task_id: UUID, enquiry_id: UUID) -> dict[str, Any]:
    """Read what was answered, for a task that you have taken. Each look is recorded."""
    enquiry, answer = read_answer(task_id, enquiry_id, actor=current_actor())
    told = {name: getattr(enquiry, name) for name in EnquirySchema().fields}
    return {**told, **answer.__dict__}
