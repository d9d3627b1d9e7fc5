"""Due dates near and past: what one was told, and for who watches, what happens to whom."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers.escalation import operations, queries
from dossiers.escalation.models import Escalation
from dossiers.escalation.queries import Outlook

resource = Resource("escalations", "Who is told of due dates that are near or past.")


class StageReachedSchema(Shape):
    """A stage that a due date has come to; `task_id` is null where it is the dossier's own."""

    dossier_id = fields.UUID(required=True)
    reference = fields.String(required=True)
    task_id = fields.UUID(required=True, allow_none=True)
    stage = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True)


class EscalationSchema(StageReachedSchema):
    """The same, once it has happened."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)


class OwnNoticeSchema(EscalationSchema):
    """What you were told; `is_new` until you have said that you read it."""

    is_new = fields.Boolean(required=True)


class OwnNoticesSchema(Shape):
    """The newest hundred."""

    items = fields.List(fields.Nested(OwnNoticeSchema), required=True)
    unread = fields.Integer(required=True)


class HappenedSchema(EscalationSchema):
    """A stage that happened, and the ids of the actors who were told."""

    told = fields.List(fields.String(), required=True)


class HappenedListSchema(Shape):
    """The newest hundred."""

    items = fields.List(fields.Nested(HappenedSchema), required=True)


class OutlookSchema(StageReachedSchema):
    """A stage that will be reached by tonight, and the ids of the actors who will be told."""

    told = fields.List(fields.String(), required=True)


class OutlookListSchema(Shape):
    """All of today."""

    items = fields.List(fields.Nested(OutlookSchema), required=True)


class ReadSchema(Shape):
    """How much of it was new."""

    read = fields.Integer(required=True)


@resource.route("/escalations")
@requires(Action.DOSSIER_VIEW)
@resource.response(200, OwnNoticesSchema)
def list_notices() -> dict[str, Any]:
    """List what you were told of due dates, newest first."""
    actor = current_actor()
    told = queries.told(visible_to=actor)
    items = [{**_happened(each.escalation, each.reference), "is_new": each.is_new} for each in told]
    return {"items": items, "unread": queries.unread(visible_to=actor)}


@resource.route("/escalations/read", methods=["POST"])
@requires(Action.DOSSIER_VIEW)
@resource.response(200, ReadSchema)
def note_read() -> dict[str, int]:
    """Say that you have read all that you were told."""
    with transaction():
        return {"read": operations.note_read(by=current_actor())}


@resource.route("/escalations/happened")
@requires(Action.ESCALATION_VIEW)
@resource.response(200, HappenedListSchema)
def list_happened() -> dict[str, Any]:
    """List what was escalated in the agencies that you watch, newest first."""
    found = queries.happened(visible_to=current_actor())
    return {
        "items": [
            {**_happened(each.escalation, each.reference), "told": each.told} for each in found
        ]
    }


@resource.route("/escalations/outlook")
@requires(Action.ESCALATION_VIEW)
@resource.response(200, OutlookListSchema)
def show_outlook() -> dict[str, Sequence[dict[str, Any]]]:
    """Tell who will be told by the end of today, in the agencies that you watch. Nobody is told now."""
    return {"items": [_ahead(each) for each in queries.outlook(visible_to=current_actor())]}


def _happened(escalation: Escalation, reference: str) -> dict[str, Any]:
    columns = ("id", "dossier_id", "task_id", "stage", "due_at", "at")
    return {**{name: getattr(escalation, name) for name in columns}, "reference": reference}


def _ahead(each: Outlook) -> dict[str, Any]:
    watched = each.reached.watched
    return {
        "dossier_id": watched.dossier_id,
        "reference": watched.reference,
        "task_id": watched.task_id,
        "stage": each.reached.stage.key,
        "due_at": watched.due.due_at,
        "told": each.told,
    }
