"""Public keys: of our access tokens, and of the authority above our seals."""

from typing import Any

from flask import Response, jsonify
from marshmallow import fields

from accounts import runtime
from api.resource import Resource
from api.schemas import Shape
from signing import trust_anchor_pem

SECONDS_KEPT = 600
PEM = "application/x-pem-file"

resource = Resource("keys", "Public keys of tokens and seals.", prefix="/.well-known")


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


@resource.route("/seal-authority.pem")
@resource.doc(security=[])
@resource.response(200, {"type": "string"}, content_type=PEM)
def seal_authority() -> Response:
    """Root certificate above the seals on our notices, for verifiers of your own."""
    response = Response(trust_anchor_pem(), content_type=PEM)
    response.headers["Cache-Control"] = f"public, max-age={SECONDS_KEPT}"
    return response
