"""What signing services tell of their own accord: that somebody approved, refused, or let it expire."""

from typing import Any

from flask import request
from marshmallow import INCLUDE, Schema, fields, validate

from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers.signatures import operations
from signing import port
from signing.errors import CallbackRefused, SealKeyMissing

resource = Resource("signatures", "Answers of signing services.")


class SigningCallbackSchema(Schema):
    """A message in the signing service's own words; its header is what makes it believed."""

    class Meta:
        """How marshmallow treats the schema."""

        unknown = INCLUDE


class CallbackKeySchema(Shape):
    """For which key: the serial number of its certificate, hexadecimal."""

    key = fields.String(required=True, validate=validate.Regexp("^[0-9a-f]{1,64}$"))


class CallbackTakenSchema(Shape):
    """That it was understood. What is told twice, late or of no order of ours is taken all the same."""

    taken = fields.Boolean(required=True)


@resource.route("/signatures/callbacks", methods=["POST"])
@resource.doc(security=[])
@resource.arguments(CallbackKeySchema, location="query")
@resource.arguments(SigningCallbackSchema)
@resource.response(200, CallbackTakenSchema)
def take_callback(which: dict[str, Any], _message: dict[str, Any]) -> dict[str, bool]:
    """For signing services: report what became of a transaction."""
    kid = str(which["key"])
    try:
        told = port.read_callback(kid, dict(request.headers), request.get_data())
    except SealKeyMissing as error:
        raise CallbackRefused from error
    with transaction():
        operations.note_callback(kid, told.transaction, told.answer)
    return {"taken": True}
