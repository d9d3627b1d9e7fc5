"""The caller."""

from typing import Any

from marshmallow import fields

from accounts import policy
from accounts.actor import Actor
from api.authentication import current_actor, requires_sign_in
from api.resource import Resource
from api.schemas import Shape

resource = Resource("me", "The caller.")


class RoleSchema(Shape):
    """A role, in one agency or (null) in all."""

    role = fields.String(required=True)
    agency_id = fields.UUID(required=True, allow_none=True)


class MeSchema(Shape):
    """Who calls, and what the caller may do at all."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.Nested(RoleSchema), required=True)
    organisations = fields.List(fields.String(), required=True)
    actions = fields.List(fields.String(), required=True)


@resource.route("/me")
@requires_sign_in
@resource.response(200, MeSchema)
def show_me() -> dict[str, Any]:
    """Show who you are to us."""
    return _described(current_actor())


def _described(actor: Actor) -> dict[str, Any]:
    held = sorted(actor.roles, key=str)
    return {
        "id": actor.id,
        "kind": actor.kind,
        "name": actor.name,
        "roles": [{"role": role, "agency_id": agency_id} for role, agency_id in held],
        "organisations": sorted(actor.organisations),
        "actions": sorted(policy.scopes_of(actor)),
    }
