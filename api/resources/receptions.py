"""Taking applications in at the desk and by post."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from accounts import queries as accounts
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.idempotency import once
from api.language import language
from api.resource import Resource
from api.schemas import Shape
from core.database import db, transaction
from core.errors import N_, InvalidRequest
from core.i18n import translated
from dossiers.desk import operations as desk
from dossiers.desk.models import DeskReception, Standing
from dossiers.desk.operations import MOST_SHEETS, Papers, Person, Sheets, Visit
from dossiers.desk.queries import find_reception, paper_components, receptions
from dossiers.desk.supplementing import hand_in
from dossiers.models import Dossier, DossierStatus
from workflows.sections.desk import AT_DESK

LONGEST = 500

resource = Resource("receptions", "Applications that clerks take in at the desk and by post.")


def _text(*, needed: bool = False) -> fields.String:
    told: dict[str, Any] = {"required": True} if needed else {"load_default": ""}
    least = 1 if needed else 0
    return fields.String(validate=validate.Length(min=least, max=LONGEST), **told)


class DeskPersonSchema(Shape):
    """Somebody at the desk, as the shown papers say."""

    name = _text(needed=True)
    identity_number = _text()
    address = _text()
    phone = _text()
    email = _text()


class NewReceptionSchema(Shape):
    """Who came for whom. `receiving_agency` is the office that takes it in, `agency` settles it."""

    service = _text(needed=True)
    agency = _text(needed=True)
    receiving_agency = _text(needed=True)
    channel = fields.String(required=True, validate=validate.OneOf(AT_DESK))
    submitter = fields.Nested(DeskPersonSchema, required=True)
    owner = fields.Nested(DeskPersonSchema, load_default=None, allow_none=True)
    standing = fields.Enum(Standing, by_value=True, required=True)
    standing_paper = _text()
    fact = _text()


class SheetsSchema(Shape):
    """How much was brought of a kind of paper, and whether the clerk saw the original."""

    originals = fields.Integer(load_default=0, validate=validate.Range(min=0, max=MOST_SHEETS))
    copies = fields.Integer(load_default=0, validate=validate.Range(min=0, max=MOST_SHEETS))
    compared = fields.Boolean(load_default=False)


class ReceptionAnswersSchema(Shape):
    """The answers of the application, and what was brought on paper, by kind."""

    answers = fields.Dict(keys=fields.String(), required=True)
    papers = fields.Dict(
        keys=fields.String(), values=fields.Nested(SheetsSchema), load_default=dict
    )


class DeskSupplementSchema(Shape):
    """The reply by the form of the applicant's task; `done` are the numbers of what was mended."""

    answers = fields.Dict(keys=fields.String(), required=True)
    done = fields.List(
        fields.Integer(validate=validate.Range(min=1)), load_default=None, allow_none=True
    )


class ReceptionSchema(Shape):
    """A dossier of the desk. `code` is given once it is received."""

    reference = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    service = fields.String(required=True)
    status = fields.Enum(DossierStatus, by_value=True, required=True)
    channel = fields.String(required=True)
    agency_id = fields.UUID(required=True)
    receiving_agency_id = fields.UUID(required=True)
    owner = fields.Dict(required=True)
    submitter = fields.Dict(required=True)
    standing = fields.Enum(Standing, by_value=True, required=True)
    standing_paper = fields.String(required=True)
    papers = fields.Dict(keys=fields.String(), required=True)
    received_at = fields.AwareDateTime(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    claimed_at = fields.AwareDateTime(required=True, allow_none=True)


class ReceptionsSchema(Shape):
    """The newest ones of the caller's offices."""

    items = fields.List(fields.Nested(ReceptionSchema), required=True)


@resource.route("/receptions")
@requires(Action.DOSSIER_RECEIVE)
@resource.response(200, ReceptionsSchema)
def list_receptions() -> dict[str, Any]:
    """List what was entered at your offices, newest first."""
    return {"items": [_told(*each) for each in receptions(visible_to=current_actor())]}


@resource.route("/receptions", methods=["POST"])
@requires(Action.DOSSIER_RECEIVE)
@once
@resource.arguments(NewReceptionSchema)
@resource.response(201, ReceptionSchema)
def enter_reception(data: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Begin a dossier for somebody at the desk. Needs an Idempotency-Key."""
    submitter = Person(**data["submitter"])
    visit = Visit(
        service_key=data["service"],
        agency_id=_agency(data, "agency"),
        receiving_agency_id=_agency(data, "receiving_agency"),
        channel=data["channel"],
        owner=Person(**data["owner"]) if data["owner"] else submitter,
        submitter=submitter,
        standing=data["standing"],
        standing_paper=data["standing_paper"],
        fact=data["fact"],
    )
    dossier = desk.enter(visit, language=language(), by=current_actor())
    db.session.flush()
    return _told(dossier, db.session.get_one(DeskReception, dossier.id)), 201


@resource.route("/receptions/<reference>")
@requires(Action.DOSSIER_RECEIVE)
@resource.response(200, ReceptionSchema)
def show_reception(reference: str) -> dict[str, Any]:
    """Show a dossier that your office has entered, by its code or reference."""
    return _told(*find_reception(reference, visible_to=current_actor()))


@resource.route("/receptions/<reference>/answers", methods=["PUT"])
@requires(Action.DOSSIER_RECEIVE)
@resource.arguments(ReceptionAnswersSchema)
@resource.response(200, ReceptionSchema)
def write_down(data: dict[str, Any], reference: str) -> dict[str, Any]:
    """Write down all answers, and what was brought on paper."""
    find_reception(reference, visible_to=current_actor())
    papers = Papers({kind: Sheets(**each) for kind, each in data["papers"].items()})
    with transaction():
        desk.write_down(reference, data["answers"], papers, language=language(), by=current_actor())
    return _told(*find_reception(reference, visible_to=current_actor()))


@resource.route("/receptions/<reference>/accept", methods=["POST"])
@requires(Action.DOSSIER_RECEIVE)
@resource.response(200, ReceptionSchema)
def accept_reception(reference: str) -> dict[str, Any]:
    """Take the dossier in: its process begins, and it gets its code where that is the reception."""
    find_reception(reference, visible_to=current_actor())
    with transaction():
        desk.accept(reference, language=language(), by=current_actor())
    return _told(*find_reception(reference, visible_to=current_actor()))


@resource.route("/receptions/<reference>/supplement", methods=["POST"])
@requires(Action.DOSSIER_RECEIVE)
@resource.arguments(DeskSupplementSchema)
@resource.response(200, ReceptionSchema)
def hand_in_supplement(data: dict[str, Any], reference: str) -> dict[str, Any]:
    """Hand in what was written down, for an applicant who has no account."""
    with transaction():
        hand_in(reference, data["answers"], data["done"], language=language(), by=current_actor())
    return _told(*find_reception(reference, visible_to=current_actor()))


def _agency(data: Mapping[str, Any], name: str) -> Any:
    found = accounts.agency_by_code(data[name])
    if found is None:
        raise InvalidRequest({(name,): [translated(N_("There is no such agency."))]})
    return found.id


def _told(dossier: Dossier, taken: DeskReception) -> dict[str, Any]:
    columns = ("reference", "code", "status", "channel", "agency_id", "received_at", "due_at")
    of_desk = ("owner", "submitter", "standing", "standing_paper", "claimed_at")
    papers = {
        kind: {"originals": each.originals, "copies": each.copies, "compared": each.compared}
        for kind, each in paper_components(dossier.id).items()
    }
    return {
        **{name: getattr(dossier, name) for name in columns},
        **{name: getattr(taken, name) for name in of_desk},
        "service": dossier.service_key,
        "receiving_agency_id": taken.agency_id,
        "papers": papers,
    }
