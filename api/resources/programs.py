"""Programs of an organisation, kept by those who administer it."""

from typing import Any

from marshmallow import fields, validate

from accounts.policy import Action
from accounts.representing import programs
from accounts.representing.programs import Program
from api.authentication import current_actor, requires
from api.limits import PUBLIC_CHECK, caller, limiter
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction

_SCOPES = validate.OneOf([str(scope) for scope in programs.SCOPES])

resource = Resource("programs", "Programs that act for an organisation.")


class NewProgramSchema(Shape):
    """What the program may do, and until when; within a year."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    scopes = fields.List(
        fields.String(validate=_SCOPES), required=True, validate=validate.Length(max=20)
    )
    valid_until = fields.AwareDateTime(required=True)


class ProgramSecretSchema(Shape):
    """What the program signs in with; the secret is told once."""

    client_id = fields.String(required=True)
    client_secret = fields.String(required=True)


class ProgramSchema(Shape):
    """A program. `last_used` is a day of UTC; it works no more once its maker lost his role."""

    client_id = fields.String(required=True)
    name = fields.String(required=True)
    made_by = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    valid_until = fields.AwareDateTime(required=True)
    last_used = fields.String(required=True, allow_none=True)
    in_force = fields.Boolean(required=True)


@resource.route("/organisations/<number>/programs")
@requires(Action.ORGANISATION_ADMINISTER)
@resource.response(200, ProgramSchema(many=True))
def list_programs(number: str) -> list[dict[str, Any]]:
    """List the programs of an organisation that you administer."""
    return [_described(each) for each in programs.programs(number, visible_to=current_actor())]


@resource.route("/organisations/<number>/programs", methods=["POST"])
@requires(Action.ORGANISATION_ADMINISTER)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.arguments(NewProgramSchema)
@resource.response(201, ProgramSecretSchema)
def make_program(data: dict[str, Any], number: str) -> dict[str, str]:
    """Let a program act for the organisation as you may, while you may. Needs a fresh proof."""
    scopes = [Action(scope) for scope in data["scopes"]]
    with transaction():
        made, secret = programs.make_program(
            number, data["name"], scopes, data["valid_until"], by=current_actor()
        )
        return {"client_id": made.client_id, "client_secret": secret}


@resource.route("/organisations/<number>/programs/<client_id>/secret", methods=["POST"])
@requires(Action.ORGANISATION_ADMINISTER)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.response(201, ProgramSecretSchema)
def change_program_secret(number: str, client_id: str) -> dict[str, str]:
    """Give the program another secret; the former one and its tokens end. Needs a fresh proof."""
    with transaction():
        secret = programs.change_secret(number, client_id, by=current_actor())
        return {"client_id": client_id, "client_secret": secret}


@resource.route("/organisations/<number>/programs/<client_id>", methods=["DELETE"])
@requires(Action.ORGANISATION_ADMINISTER)
@resource.response(204)
def end_program(number: str, client_id: str) -> None:
    """Let the program do nothing from now on."""
    with transaction():
        programs.end_program(number, client_id, by=current_actor())


def _described(program: Program) -> dict[str, Any]:
    return {
        "client_id": program.credential.client_id,
        "name": program.name,
        "made_by": program.maker,
        "scopes": program.credential.scopes,
        "valid_until": program.credential.valid_until,
        "last_used": program.last_used,
        "in_force": program.in_force,
    }
