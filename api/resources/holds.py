"""Legal holds of dossiers."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.dossier_schemas import LONGEST_REASON
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers import operations, queries
from dossiers.looks import note_look
from dossiers.privacy.models import LegalHold
from dossiers.privacy.queries import holds_of

resource = Resource("holds", "Dossiers that are kept whole whatever their retention term says.")


class HoldSchema(Shape):
    """A hold; it stands until `lifted_at`. People are ids of actors."""

    id = fields.UUID(required=True)
    dossier_id = fields.UUID(required=True)
    reason = fields.String(required=True)
    placed_by = fields.String(required=True)
    placed_at = fields.AwareDateTime(required=True)
    lifting_reason = fields.String(required=True)
    lifted_by = fields.String(required=True, allow_none=True)
    lifted_at = fields.AwareDateTime(required=True, allow_none=True)


class HoldsSchema(Shape):
    """All holds of a dossier, newest first."""

    items = fields.List(fields.Nested(HoldSchema), required=True)


class HoldReasonSchema(Shape):
    """Why; it goes on record."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))


@resource.route("/dossiers/<uuid:dossier_id>/holds")
@requires(Action.DOSSIER_VIEW_HOLD)
@resource.response(200, HoldsSchema)
def list_holds(dossier_id: UUID) -> dict[str, Any]:
    """List the holds of a dossier."""
    dossier = queries.find_dossier(dossier_id, visible_to=current_actor())
    note_look(dossier, current_actor())
    return {"items": holds_of(dossier, visible_to=current_actor())}


@resource.route("/dossiers/<uuid:dossier_id>/holds", methods=["POST"])
@requires(Action.DOSSIER_HOLD)
@resource.arguments(HoldReasonSchema)
@resource.response(201, HoldSchema)
def place_hold(data: dict[str, Any], dossier_id: UUID) -> LegalHold:
    """Put a dossier on hold. Needs a fresh proof of who you are."""
    with transaction() as session:
        hold = operations.put_on_hold(dossier_id, reason=data["reason"], actor=current_actor())
        session.flush()
        return hold


@resource.route("/dossiers/<uuid:dossier_id>/holds/lift", methods=["POST"])
@requires(Action.DOSSIER_HOLD)
@resource.arguments(HoldReasonSchema)
@resource.response(200, HoldSchema)
def lift_hold(data: dict[str, Any], dossier_id: UUID) -> LegalHold:
    """Lift the hold of a dossier. Needs a fresh proof of who you are."""
    with transaction():
        return operations.lift_hold(dossier_id, reason=data["reason"], actor=current_actor())
