"""Mandates: letting somebody act in one's name."""

from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import fields, validate

from accounts.actor import MandateScope
from accounts.policy import Action
from accounts.representing import mandates, queries
from accounts.representing.queries import MandateView
from api.authentication import current_actor, requires
from api.idempotency import once
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers import operations

resource = Resource("mandates", "Who may act in whose name.")

LONGEST = 1000


class NewMandateSchema(Shape):
    """Who may do what in your name, or in that of an organisation that you administer."""

    agent_login = fields.String(required=True, validate=validate.Length(min=1, max=200))
    scopes = fields.List(fields.Enum(MandateScope, by_value=True), required=True)
    services = fields.List(
        fields.String(validate=validate.Length(max=100)),
        load_default=list,
        metadata={"description": "Keys of services; empty for every service."},
    )
    organisation = fields.String(load_default=None, allow_none=True)
    valid_from = fields.AwareDateTime(load_default=None, allow_none=True)
    valid_until = fields.AwareDateTime(load_default=None, allow_none=True)


class MandateSchema(Shape):
    """A mandate; `proof` is `given` or `paper`, the latter with the document's reference."""

    id = fields.UUID(required=True)
    principal = fields.String(required=True)
    principal_organisation = fields.String(required=True, allow_none=True)
    agent = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    services = fields.List(fields.String(), required=True)
    proof = fields.String(required=True)
    document_reference = fields.String(required=True, allow_none=True)
    given_at = fields.AwareDateTime(required=True)
    valid_from = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    in_force = fields.Boolean(required=True)


class MandateRevocationSchema(Shape):
    """Why a mandate ends; may be empty."""

    reason = fields.String(load_default="", validate=validate.Length(max=LONGEST))


@resource.route("/mandates")
@requires(Action.MANDATE_GIVE)
@resource.response(200, MandateSchema(many=True))
def list_mandates() -> list[dict[str, Any]]:
    """List the mandates that you gave or hold."""
    return [described(view) for view in queries.mandates(visible_to=current_actor())]


@resource.route("/mandates", methods=["POST"])
@requires(Action.MANDATE_GIVE)
@once
@resource.arguments(NewMandateSchema)
@resource.response(201, MandateSchema)
def give_mandate(data: dict[str, Any]) -> Any:
    """Let somebody act for you."""
    actor = current_actor()
    given = mandates.give_mandate(data.pop("agent_login"), data.pop("scopes"), by=actor, **data)
    view = queries.find_mandate(given.id, visible_to=actor)
    return described(view), 201, {"Location": url_for("mandates.list_mandates")}


@resource.route("/mandates/<uuid:mandate_id>/revoke", methods=["POST"])
@requires(Action.MANDATE_GIVE)
@resource.arguments(MandateRevocationSchema)
@resource.response(200, MandateSchema)
def revoke_mandate(data: dict[str, Any], mandate_id: UUID) -> dict[str, Any]:
    """End a mandate at once."""
    with transaction():
        mandates.revoke_mandate(mandate_id, by=current_actor(), **data)
        return described(queries.find_mandate(mandate_id, visible_to=current_actor()))


@resource.route("/dossiers/<uuid:dossier_id>/take-over", methods=["POST"])
@requires(Action.DOSSIER_SUBMIT)
@resource.response(204)
def take_over_dossier(dossier_id: UUID) -> None:
    """Stand for a dossier yourself whose mandate has ended, so that it is decided again."""
    with transaction():
        operations.take_over(dossier_id, actor=current_actor())


def described(view: MandateView) -> dict[str, Any]:
    """A mandate as `MandateSchema` shows it."""
    mandate = view.mandate
    same = (
        "id",
        "principal_organisation",
        "services",
        "proof",
        "document_reference",
        "given_at",
        "valid_from",
        "valid_until",
        "revoked_at",
    )
    return {
        **{name: getattr(mandate, name) for name in same},
        "principal": mandate.principal_name,
        "agent": view.agent,
        "scopes": mandate.actions,
        "in_force": view.in_force,
    }
