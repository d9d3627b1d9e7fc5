"""Access tokens, for people and for programs."""

from typing import Any

from flask import Request, request
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from accounts import authentication, operations, policy, queries
from accounts.actor import Actor
from accounts.authentication import Authentication
from accounts.clients import assertions
from accounts.errors import SignInFailed
from accounts.tokens import AccessToken
from api.limits import SIGN_IN, limiter
from api.parsing import StrictParser
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from core.errors import N_

PASSWORD = "password"  # noqa: S105  (the name of a grant, not a secret)
CLIENT_CREDENTIALS = "client_credentials"
NEEDED = {PASSWORD: ("login", "password"), CLIENT_CREDENTIALS: ("client_id", "client_secret")}
ASSERTION = "client_assertion"
FORM = "application/x-www-form-urlencoded"


class FormsToo(StrictParser):
    """Libraries for OAuth send forms (RFC 6749); here they may, as JSON of one level."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body, as JSON or as a form."""
        return (
            self.load_form(req, schema) if req.mimetype == FORM else super().load_json(req, schema)
        )


resource = Resource("tokens", "Access tokens.")
resource.ARGUMENTS_PARSER = FormsToo()


class TokenRequestSchema(Shape):
    """Who asks. People send login and password, programs their id and secret or a signed assertion."""

    grant_type = fields.String(required=True, validate=validate.OneOf(list(NEEDED)))
    login = fields.String(validate=validate.Length(max=200))
    password = fields.String(validate=validate.Length(max=200))
    code = fields.String(
        load_default="",
        validate=validate.Length(max=50),
        metadata={"description": "Code of an authenticator, or for recovery, where one is needed."},
    )
    client_id = fields.String(validate=validate.Length(max=200))
    client_secret = fields.String(validate=validate.Length(max=200))
    client_assertion_type = fields.String(validate=validate.Equal(assertions.TYPE))
    client_assertion = fields.String(
        validate=validate.Length(max=assertions.LONGEST_TEXT),
        metadata={"description": "A JWT signed by the program (RFC 7523), instead of a secret."},
    )
    scope = fields.String(
        load_default="",
        validate=validate.Length(max=2000),
        metadata={"description": "Actions parted by spaces; empty for all that are possible."},
    )

    @validates_schema
    def needs_its_own_fields(self, data: dict[str, Any], **_: Any) -> None:
        """Each grant needs its two fields; a program that signs needs no secret, and sends none."""
        needed: tuple[str, ...] = NEEDED.get(data.get("grant_type", ""), ())
        if data.get("grant_type") == CLIENT_CREDENTIALS and ASSERTION in data:
            needed = ("client_assertion_type",)
            if "client_secret" in data:
                raise ValidationError(
                    {"client_secret": [N_("Send a secret or an assertion, not both.")]}
                )
        missing = {name: [N_("Missing data for required field.")] for name in needed}
        missing = {name: messages for name, messages in missing.items() if name not in data}
        if missing:
            raise ValidationError(missing)


class TokenSchema(Shape):
    """A token for `Authorization: Bearer …`, its life in seconds and its scope."""

    access_token = fields.String(required=True, attribute="text")
    token_type = fields.Constant("Bearer")
    expires_in = fields.Integer(required=True, attribute="seconds")
    scope = fields.Function(lambda token: " ".join(sorted(token.scopes)))


@resource.route("/tokens", methods=["POST"])
@resource.doc(security=[])
@limiter.limit(SIGN_IN)
@resource.arguments(TokenRequestSchema)
@resource.response(200, TokenSchema)
def issue_token(data: dict[str, Any]) -> AccessToken:
    """Prove who you are and get an access token."""
    if ASSERTION in data:
        return _issue_for_assertion(data)
    actor, proof = _proven(data)
    asked = frozenset(data["scope"].split()) or policy.scopes_of(actor)
    with transaction():
        return operations.issue_token(actor, asked & policy.scopes_of(actor), proof=proof)


def _issue_for_assertion(data: dict[str, Any]) -> AccessToken:
    actor, proven = assertions.by_assertion(data[ASSERTION], client_id=data.get("client_id"))
    asked = frozenset(data["scope"].split()) or policy.scopes_of(actor)
    with transaction():
        assertions.use(proven)
        return operations.issue_token(actor, asked & policy.scopes_of(actor))


def _proven(data: dict[str, Any]) -> tuple[Actor, Authentication | None]:
    address = request.remote_addr or ""
    if data["grant_type"] == CLIENT_CREDENTIALS:
        client_id, secret = data["client_id"], data["client_secret"]
        return authentication.by_client_secret(client_id, secret, address=address), None
    proof = authentication.by_password(
        data["login"], data["password"], address=address, code=data["code"]
    )
    actor = queries.actor(f"account:{proof.account_id}")
    if actor is None:
        raise SignInFailed
    return actor, proof
