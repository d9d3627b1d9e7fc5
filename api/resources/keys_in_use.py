"""The keys by which agencies seal, for who administers them."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from marshmallow import fields

import signing
from accounts.department_queries import find_place
from accounts.models import Agency
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.resource import Resource
from api.schemas import Shape
from dossiers.leader_keys import keys_of_leaders
from dossiers.settled import seal_serial

resource = Resource("keys in use", "Certificates by which agencies seal results.")


class SealKeySchema(Shape):
    """A key of an agency, without its secret part."""

    serial = fields.String(required=True)
    subject = fields.String(required=True)
    issuer = fields.String(required=True)
    valid_from = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(required=True)
    valid = fields.Boolean(required=True)
    ends_soon = fields.Boolean(required=True)


class LeaderKeySchema(SealKeySchema):
    """A key by which a leader signs in his own name."""

    name = fields.String(required=True)


class SealKeysSchema(Shape):
    """The keys of an agency, newest first; `settled` is the serial number that two people chose.

    `leaders` are the keys of people with a role there.
    """

    settled = fields.String(required=True, allow_none=True)
    items = fields.List(fields.Nested(SealKeySchema), required=True)
    leaders = fields.List(fields.Nested(LeaderKeySchema), required=True)


@resource.route("/administration/agencies/<uuid:agency_id>/seal-keys")
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(200, SealKeysSchema)
def list_seal_keys(agency_id: UUID) -> dict[str, Any]:
    """List the keys by which an agency seals, the newest first."""
    agency = find_place(Agency, agency_id, visible_to=current_actor())
    return {
        "settled": seal_serial(agency.id) or None,
        "items": signing.seal_keys(str(agency.id)),
        "leaders": [
            {**asdict(key), "ends_soon": key.ends_soon, "name": name}
            for name, key in keys_of_leaders(agency.id)
        ],
    }
