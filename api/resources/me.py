"""The caller."""

from typing import Any

from marshmallow import fields

from accounts import policy
from accounts.actor import Actor, Grant
from api.authentication import current_actor, requires_sign_in
from api.resource import Resource
from api.schemas import Shape

resource = Resource("me", "The caller.")


class RoleSchema(Shape):
    """A role, in one agency or (null) in all, and how far it reaches there.

    `unit_ids` (with the units below the granted one) and `service` narrow it unless null; `queue` is
    the queue of tasks that it works.
    """

    role = fields.String(required=True)
    agency_id = fields.UUID(required=True, allow_none=True)
    unit_ids = fields.List(fields.UUID(), required=True, allow_none=True)
    service = fields.String(required=True, allow_none=True)
    queue = fields.String(required=True)


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
    return {
        "id": actor.id,
        "kind": actor.kind,
        "name": actor.name,
        "roles": [_reach(grant) for grant in sorted(actor.grants, key=repr)],
        "organisations": sorted(actor.organisations),
        "actions": sorted(policy.scopes_of(actor)),
    }


def _reach(grant: Grant) -> dict[str, Any]:
    return {
        "role": grant.role,
        "agency_id": grant.agency_id,
        "unit_ids": sorted(grant.units) if grant.units is not None else None,
        "service": grant.service,
        "queue": grant.works,
    }
