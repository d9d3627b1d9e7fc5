"""The public keys of our access tokens."""

from typing import Any

from flask import jsonify
from marshmallow import fields

from accounts import runtime
from api.resource import Resource
from api.schemas import Shape

SECONDS_KEPT = 600

resource = Resource("keys", "Public keys of access tokens.", prefix="/.well-known")


class KeySetSchema(Shape):
    """A JSON Web Key Set (RFC 7517)."""

    keys = fields.List(fields.Dict(), required=True)


@resource.route("/jwks.json")
@resource.doc(security=[])
@resource.response(200, KeySetSchema)
def published_keys() -> Any:
    """Public keys that sign access tokens; a new one stands here an hour before it is used."""
    response = jsonify(runtime().tokens.keys.published())
    response.headers["Cache-Control"] = f"public, max-age={SECONDS_KEPT}"
    return response
