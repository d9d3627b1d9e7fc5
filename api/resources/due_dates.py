"""Due dates that the calendar of today would tell otherwise."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from accounts.department_queries import find_place
from accounts.models import Agency
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.dossier_schemas import LONGEST_REASON
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers.operations.recounting import recount, recounts

resource = Resource("due dates", "Counting due dates anew after a calendar was changed late.")


class RecountSchema(Shape):
    """An open dossier with the day that was promised and the one of today's calendar."""

    dossier_id = fields.UUID(required=True)
    reference = fields.String(required=True)
    before = fields.AwareDateTime(required=True)
    after = fields.AwareDateTime(required=True)


class RecountsSchema(Shape):
    """All of them, the soonest first."""

    items = fields.List(fields.Nested(RecountSchema), required=True)


class RecountReasonSchema(Shape):
    """Why; it goes on the record of each dossier."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))


class RecountedSchema(Shape):
    """How many due dates were changed; ask again until it is none, for some are done at once."""

    changed = fields.Integer(required=True)


@resource.route("/administration/agencies/<uuid:agency_id>/due-dates")
@requires(Action.DUE_DATE_RECOUNT)
@resource.response(200, RecountsSchema)
def list_recounts(agency_id: UUID) -> dict[str, Any]:
    """List the open dossiers whose due date the calendar of today would tell otherwise."""
    agency = find_place(Agency, agency_id, visible_to=current_actor())
    return {"items": recounts(agency.id, visible_to=current_actor())}


@resource.route("/administration/agencies/<uuid:agency_id>/due-dates/recount", methods=["POST"])
@requires(Action.DUE_DATE_RECOUNT)
@resource.arguments(RecountReasonSchema)
@resource.response(200, RecountedSchema)
def recount_due_dates(data: dict[str, Any], agency_id: UUID) -> dict[str, int]:
    """Promise the days of today's calendar."""
    agency = find_place(Agency, agency_id, visible_to=current_actor())
    with transaction():
        changed = recount(agency.id, reason=data["reason"], by=current_actor())
    return {"changed": changed}
