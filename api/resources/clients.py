"""Programs that call the API: registered by administrators, looked after by their contacts."""

from typing import Any

from marshmallow import fields, validate

from accounts.actor import GRANTABLE_ROLES, Role
from accounts.clients import keys, queries, registering
from accounts.clients.keys import ALGORITHMS
from accounts.clients.models import ClientKey
from accounts.clients.registering import PER_DAY, PER_MINUTE, Registration
from accounts.models import ClientCredential
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.idempotency import once
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction

_WORD = validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")
_NAMED = validate.Length(min=1, max=200)
_COUNT = validate.Range(min=1, max=10**9)
_PEM = validate.Length(min=1, max=10_000)

resource = Resource("clients", "Programs that call this API, and their keys.")


class NewKeySchema(Shape):
    """A public key (PEM). The algorithm is the key's own; only RSA has two, PS256 unless said."""

    key_id = fields.String(required=True, validate=_WORD)
    public_key = fields.String(required=True, validate=_PEM)
    algorithm = fields.String(load_default="", validate=validate.OneOf(["", *sorted(ALGORITHMS)]))
    valid_from = fields.AwareDateTime(load_default=None)
    valid_until = fields.AwareDateTime(load_default=None)


class NewClientSchema(Shape):
    """A program with its first key. Scopes are actions; `contact` is the login of a person."""

    client_id = fields.String(required=True, validate=_WORD)
    name = fields.String(required=True, validate=_NAMED)
    role = fields.String(required=True, validate=validate.OneOf(sorted(map(str, GRANTABLE_ROLES))))
    scopes = fields.List(fields.String(validate=_NAMED), required=True)
    contact = fields.String(load_default="", validate=validate.Length(max=200))
    job_kinds = fields.List(fields.String(validate=_NAMED), load_default=list)
    message_names = fields.List(fields.String(validate=_NAMED), load_default=list)
    requests_per_minute = fields.Integer(load_default=PER_MINUTE, validate=_COUNT)
    requests_per_day = fields.Integer(load_default=PER_DAY, validate=_COUNT)
    key = fields.Nested(NewKeySchema, required=True)


class KeySchema(Shape):
    """A key; `revoked_at` is null while it holds within its dates."""

    key_id = fields.String(required=True)
    algorithm = fields.String(required=True)
    public_key = fields.String(required=True)
    valid_from = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)


class ClientSchema(Shape):
    """A program; null requests are without limit."""

    client_id = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    job_kinds = fields.List(fields.String(), required=True)
    message_names = fields.List(fields.String(), required=True)
    requests_per_minute = fields.Integer(required=True, allow_none=True)
    requests_per_day = fields.Integer(required=True, allow_none=True)


class ClientsSchema(Shape):
    """The programs that the caller looks after; all of them for administrators."""

    items = fields.List(fields.Nested(ClientSchema), required=True)


class KeysSchema(Shape):
    """The keys of a program, the newest first."""

    items = fields.List(fields.Nested(KeySchema), required=True)


@resource.route("/clients")
@requires(Action.CLIENT_VIEW)
@resource.response(200, ClientsSchema)
def list_clients() -> dict[str, Any]:
    """List the programs that you look after."""
    return {"items": queries.clients(visible_to=current_actor())}


@resource.route("/clients", methods=["POST"])
@requires(Action.ACCOUNT_ADMINISTER)
@once
@resource.arguments(NewClientSchema)
@resource.response(201, ClientSchema)
def register_client(data: dict[str, Any]) -> ClientCredential:
    """Register a program with its first key. It has no secret."""
    key, role = data.pop("key"), Role(data.pop("role"))
    registering.register(Registration(role=role, **data), by=current_actor())
    _add(data["client_id"], key)
    return queries.find_client(data["client_id"], visible_to=current_actor())


@resource.route("/clients/<string:client_id>", methods=["DELETE"])
@requires(Action.ACCOUNT_ADMINISTER)
@resource.response(204)
def revoke_client(client_id: str) -> None:
    """End a program: its tokens and keys prove nothing from now on."""
    with transaction():
        registering.revoke(client_id, by=current_actor())


@resource.route("/clients/<string:client_id>/keys")
@requires(Action.CLIENT_VIEW)
@resource.response(200, KeysSchema)
def list_client_keys(client_id: str) -> dict[str, Any]:
    """List the keys of a program, revoked ones too."""
    found = queries.find_client(client_id, visible_to=current_actor())
    return {"items": queries.keys_of(found)}


@resource.route("/clients/<string:client_id>/keys", methods=["POST"])
@requires(Action.CLIENT_KEEP_KEYS)
@once
@resource.arguments(NewKeySchema)
@resource.response(201, KeySchema)
def add_client_key(data: dict[str, Any], client_id: str) -> ClientKey:
    """Register one more public key; several may hold at once."""
    return _add(client_id, data)


@resource.route("/clients/<string:client_id>/keys/<string:key_id>", methods=["DELETE"])
@requires(Action.CLIENT_KEEP_KEYS)
@resource.response(204)
def revoke_client_key(client_id: str, key_id: str) -> None:
    """Let a key prove nothing from now on."""
    with transaction():
        keys.revoke_key(client_id, key_id, by=current_actor())


def _add(client_id: str, key: dict[str, Any]) -> ClientKey:
    key_id, pem = key.pop("key_id"), key.pop("public_key")
    return keys.add_key(client_id, key_id, pem, by=current_actor(), **key)
