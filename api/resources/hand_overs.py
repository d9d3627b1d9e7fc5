"""Hand-overs between offices, the control sheet (form 06) and the register of dossiers (form 07)."""

from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from accounts import queries as accounts
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.dossier_schemas import LONGEST_REASON
from api.language import language
from api.paging import Page, PageArguments, page_schema, paged
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from core.errors import NotFound
from dossiers.handovers import operations, queries, register
from dossiers.handovers.models import AnswerKind, HandOver
from dossiers.handovers.operations import Receiver
from dossiers.handovers.register import Outcome, Period, RegisterLine
from dossiers.handovers.sheet import SheetRow, control_sheet
from dossiers.handovers.timing import Timing
from dossiers.looks import note_look
from dossiers.queries import find_dossier

resource = Resource("hand-overs", "Who handed which dossier to whom, and when it was taken.")


class PartySchema(Shape):
    """A place and a person there, by their names."""

    agency = fields.String(required=True)
    unit = fields.String(required=True)
    person = fields.String(required=True)


class ControlSheetRowSchema(Shape):
    """A row of the control sheet; `hand_over_id` is null for tasks between people."""

    stage = fields.String(required=True)
    giver = fields.Nested(PartySchema, required=True)
    receiver = fields.Nested(PartySchema, required=True)
    handed_at = fields.AwareDateTime(required=True)
    received_at = fields.AwareDateTime(required=True, allow_none=True)
    outcome = fields.String(required=True, validate=validate.OneOf(["open", *AnswerKind]))
    timing = fields.String(required=True, validate=validate.OneOf(list(Timing)))
    papers = fields.List(fields.String(), required=True)
    note = fields.String(required=True)
    hand_over_id = fields.UUID(required=True, allow_none=True)


class ControlSheetSchema(Shape):
    """The whole sheet, oldest first."""

    items = fields.List(fields.Nested(ControlSheetRowSchema), required=True)


class HandingOverSchema(Shape):
    """To whom a dossier goes: an agency, perhaps one of its units and a person there."""

    agency_id = fields.UUID(required=True)
    unit_id = fields.UUID(load_default=None, allow_none=True)
    person = fields.String(load_default="", validate=validate.Length(max=100))
    purpose = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))
    papers = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=100))
    due_at = fields.AwareDateTime(load_default=None, allow_none=True)


class OfficeHandOverSchema(Shape):
    """A hand-over. People are ids of actors; `answers` tells what became of it."""

    id = fields.UUID(required=True)
    dossier_id = fields.UUID(required=True)
    purpose = fields.String(required=True)
    papers = fields.List(fields.String(), required=True)
    from_agency_id = fields.UUID(required=True)
    from_unit_id = fields.UUID(required=True, allow_none=True)
    from_person = fields.String(required=True)
    to_agency_id = fields.UUID(required=True)
    to_unit_id = fields.UUID(required=True, allow_none=True)
    to_person = fields.String(required=True)
    handed_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    answers = fields.List(fields.String(validate=validate.OneOf(list(AnswerKind))), required=True)


class OfficeHandOversSchema(Shape):
    """What waits to be acknowledged, oldest first."""

    items = fields.List(fields.Nested(OfficeHandOverSchema), required=True)


class GivingBackSchema(Shape):
    """Why it goes back; it stands on the control sheet."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))


class RegisterArguments(PageArguments):
    """Of which agency, and from which day to which, both included."""

    agency = fields.String(required=True, metadata={"description": "Code of the agency."})
    first = fields.Date(required=True)
    last = fields.Date(required=True)


class DossierRegisterLineSchema(Shape):
    """A dossier of the register. `outcome`: how it came out against its due date."""

    number = fields.Integer(required=True)
    reference = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    service = fields.String(required=True)
    procedure_code = fields.String(required=True)
    owner = fields.String(required=True, allow_none=True)
    channel = fields.String(required=True)
    received_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    delivered_at = fields.AwareDateTime(required=True, allow_none=True)
    status = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(list(Outcome)))


@resource.route("/dossiers/<uuid:dossier_id>/control-sheet")
@requires(Action.HANDOVER_SEND)
@resource.response(200, ControlSheetSchema)
def show_control_sheet(dossier_id: UUID) -> dict[str, list[SheetRow]]:
    """Show every hand-over of a dossier."""
    dossier = find_dossier(dossier_id, visible_to=current_actor())
    note_look(dossier, current_actor())
    return {"items": control_sheet(dossier, language())}


@resource.route("/dossiers/<uuid:dossier_id>/hand-overs", methods=["POST"])
@requires(Action.HANDOVER_SEND)
@resource.arguments(HandingOverSchema)
@resource.response(201, OfficeHandOverSchema)
def hand_over(data: dict[str, Any], dossier_id: UUID) -> dict[str, Any]:
    """Hand a dossier to another office or person."""
    to = Receiver(data.pop("agency_id"), data.pop("unit_id"), data.pop("person"))
    with transaction() as session:
        sent = operations.send(dossier_id, to, language=language(), actor=current_actor(), **data)
        session.flush()
        return _told(sent)


@resource.route("/hand-overs")
@requires(Action.HANDOVER_ANSWER)
@resource.response(200, OfficeHandOversSchema)
def list_hand_overs() -> dict[str, Any]:
    """List what was handed to the caller's places and waits to be acknowledged."""
    waiting = queries.waiting_for(visible_to=current_actor())
    return {"items": [_told(each) for each, _reference in waiting]}


@resource.route("/hand-overs/<uuid:hand_over_id>")
@requires(Action.HANDOVER_ANSWER)
@resource.response(200, OfficeHandOverSchema)
def show_hand_over(hand_over_id: UUID) -> dict[str, Any]:
    """Show one hand-over."""
    return _told(queries.find_hand_over(hand_over_id, visible_to=current_actor()))


@resource.route("/hand-overs/<uuid:hand_over_id>/acknowledge", methods=["POST"])
@requires(Action.HANDOVER_ANSWER)
@resource.response(200, OfficeHandOverSchema)
def acknowledge(hand_over_id: UUID) -> dict[str, Any]:
    """Take what was handed over."""
    with transaction():
        operations.acknowledge(hand_over_id, actor=current_actor())
    return show(hand_over_id)


@resource.route("/hand-overs/<uuid:hand_over_id>/return", methods=["POST"])
@requires(Action.HANDOVER_ANSWER)
@resource.arguments(GivingBackSchema)
@resource.response(200, OfficeHandOverSchema)
def give_back(data: dict[str, Any], hand_over_id: UUID) -> dict[str, Any]:
    """Return what was acknowledged, and say what was done."""
    with transaction():
        operations.give_back(hand_over_id, reason=data["reason"], actor=current_actor())
    return show(hand_over_id)


@resource.route("/hand-overs/<uuid:hand_over_id>/misroute", methods=["POST"])
@requires(Action.HANDOVER_ANSWER)
@resource.arguments(GivingBackSchema)
@resource.response(200, OfficeHandOverSchema)
def send_back(data: dict[str, Any], hand_over_id: UUID) -> dict[str, Any]:
    """Send back what is not for this place."""
    with transaction():
        operations.send_back(hand_over_id, reason=data["reason"], actor=current_actor())
    return show(hand_over_id)


@resource.route("/dossier-register")
@requires(Action.DOSSIER_VIEW)
@resource.arguments(RegisterArguments, location="query")
@resource.response(200, page_schema(DossierRegisterLineSchema))
def list_register(arguments: dict[str, Any]) -> Page:
    """List what an agency received in a period, as far as the caller may see it."""
    first, last = arguments.pop("first"), arguments.pop("last")
    code = arguments.pop("agency")
    return paged(_finder(code, first, last), arguments, lambda each: str(each["number"]), int)


def _finder(code: str, first: date, last: date) -> Any:
    actor, period = current_actor(), Period(first, last)
    agency = accounts.agency_by_code(code)
    if agency is None or not actor.serves(agency.id):
        raise NotFound

    def find(*, after: int | None, limit: int) -> list[dict[str, Any]]:
        found = register.lines(
            agency.id,
            period,
            visible_to=actor,
            language=language(),
            skip=after or 0,
            limit=limit,
        )
        return [_line(each) for each in found]

    return find


def show(hand_over_id: UUID) -> dict[str, Any]:
    """A hand-over as it is now."""
    return _told(queries.find_hand_over(hand_over_id, visible_to=current_actor()))


def _told(found: HandOver) -> dict[str, Any]:
    columns = OfficeHandOverSchema().fields.keys() - {"answers"}
    answers = [str(each.kind) for each in queries.answers_of(found)]
    return {**{name: getattr(found, name) for name in columns}, "answers": answers}


def _line(line: RegisterLine) -> dict[str, Any]:
    dossier = line.dossier
    names = ("reference", "code", "channel", "received_at", "due_at", "finished_at")
    told = {name: getattr(dossier, name) for name in (*names, "delivered_at", "status")}
    return {
        **told,
        "number": line.number,
        "service": line.service,
        "procedure_code": line.procedure_code,
        "owner": dossier.organisation_name,
        "outcome": line.outcome,
    }
