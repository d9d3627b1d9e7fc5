"""Organisations: claiming one, its members, invitations to it."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from accounts.actor import OrganisationRole
from accounts.models import MembershipState
from accounts.policy import Action
from accounts.representing import claims, invitations, members, queries
from accounts.representing.queries import Part
from api.authentication import current_actor, requires
from api.limits import PUBLIC_CHECK, caller, limiter
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction

resource = Resource("organisations", "Organisations, and who acts for them.")


class OrganisationNumberSchema(Shape):
    """The organisation that one represents, by its enterprise number."""

    number = fields.String(required=True, validate=validate.Length(min=1, max=30))


class MembershipSchema(Shape):
    """Somebody's part in an organisation; only an `active` one gives rights."""

    id = fields.UUID(required=True)
    organisation_number = fields.String(required=True)
    organisation_name = fields.String(required=True)
    person = fields.String(required=True)
    role = fields.Enum(OrganisationRole, by_value=True, required=True)
    state = fields.Enum(MembershipState, by_value=True, required=True)
    valid_until = fields.AwareDateTime(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class OrganisationRoleSchema(Shape):
    """A role in an organisation, and until when it is held."""

    role = fields.Enum(OrganisationRole, by_value=True, required=True)
    valid_until = fields.AwareDateTime(load_default=None, allow_none=True)


class NewInvitationSchema(OrganisationRoleSchema):
    """Whom to invite, by login or e-mail, and to what."""

    invited = fields.String(required=True, validate=validate.Length(min=1, max=200))


class InvitationSchema(Shape):
    """An invitation; `secret` is told once and opens it."""

    id = fields.UUID(required=True)
    invited = fields.String(required=True)
    role = fields.Enum(OrganisationRole, by_value=True, required=True)
    expires_at = fields.AwareDateTime(required=True)
    secret = fields.String(metadata={"description": "Only in the answer that makes it."})


class InvitationSecretSchema(Shape):
    """The secret of an invitation's link."""

    secret = fields.String(required=True, validate=validate.Length(min=1, max=200))


@resource.route("/organisations")
@requires(Action.ORGANISATION_CLAIM)
@resource.response(200, MembershipSchema(many=True))
def list_organisations() -> list[dict[str, Any]]:
    """List the organisations to which you belong, and your claims."""
    return [_described(part) for part in queries.own_parts(visible_to=current_actor())]


@resource.route("/organisations", methods=["POST"])
@requires(Action.ORGANISATION_CLAIM)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.arguments(OrganisationNumberSchema)
@resource.response(202, MembershipSchema(many=True))
def claim_organisation(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Say that you represent an organisation: the register is asked, then the list tells."""
    with transaction():
        claims.claim(data["number"], by=current_actor())
        return [_described(part) for part in queries.own_parts(visible_to=current_actor())]


@resource.route("/organisations/<number>/members")
@requires(Action.ORGANISATION_VIEW)
@resource.response(200, MembershipSchema(many=True))
def list_members(number: str) -> list[dict[str, Any]]:
    """List the members of an organisation of yours."""
    return [_described(part) for part in queries.members(number, visible_to=current_actor())]


@resource.route("/organisations/<number>/leave", methods=["POST"])
@requires(Action.ORGANISATION_CLAIM)
@resource.response(204)
def leave_organisation(number: str) -> None:
    """Leave an organisation, or take a claim back."""
    with transaction():
        members.leave(number, by=current_actor())


@resource.route("/memberships/<uuid:membership_id>", methods=["PUT"])
@requires(Action.ORGANISATION_ADMINISTER)
@resource.arguments(OrganisationRoleSchema)
@resource.response(204)
def change_membership(data: dict[str, Any], membership_id: UUID) -> None:
    """Give a colleague another role; it holds at once."""
    with transaction():
        members.change_role(membership_id, by=current_actor(), **data)


@resource.route("/memberships/<uuid:membership_id>", methods=["DELETE"])
@requires(Action.ORGANISATION_ADMINISTER)
@resource.response(204)
def end_membership(membership_id: UUID) -> None:
    """Let a colleague go; he loses access at once."""
    with transaction():
        members.remove_member(membership_id, by=current_actor())


@resource.route("/organisations/<number>/invitations")
@requires(Action.ORGANISATION_ADMINISTER)
@resource.response(200, InvitationSchema(many=True))
def list_invitations(number: str) -> Any:
    """List the open invitations to an organisation that you administer."""
    return queries.invitations(number, visible_to=current_actor())


@resource.route("/organisations/<number>/invitations", methods=["POST"])
@requires(Action.ORGANISATION_ADMINISTER)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.arguments(NewInvitationSchema)
@resource.response(201, InvitationSchema)
def make_invitation(data: dict[str, Any], number: str) -> dict[str, Any]:
    """Invite a colleague. The secret is told once, so nothing is kept to answer a second time."""
    with transaction():
        made, secret = invitations.invite(number, by=current_actor(), **data)
        told = {"id": made.id, "invited": made.invited, "expires_at": made.expires_at}
        return {**told, "role": OrganisationRole(made.role), "secret": secret}


@resource.route("/invitations/<uuid:invitation_id>", methods=["DELETE"])
@requires(Action.ORGANISATION_ADMINISTER)
@resource.response(204)
def withdraw_invitation(invitation_id: UUID) -> None:
    """Let an invitation work no more."""
    with transaction():
        invitations.withdraw_invitation(invitation_id, by=current_actor())


@resource.route("/invitations/accept", methods=["POST"])
@requires(Action.ORGANISATION_CLAIM)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.arguments(InvitationSecretSchema)
@resource.response(204)
def accept_invitation(data: dict[str, Any]) -> None:
    """Become a member by an invitation to your login or e-mail."""
    with transaction():
        invitations.accept_invitation(data["secret"], by=current_actor())


def _described(part: Part) -> dict[str, Any]:
    membership = part.membership
    return {
        "id": membership.id,
        "organisation_number": membership.organisation_number,
        "organisation_name": part.organisation,
        "person": part.person,
        "role": OrganisationRole(membership.role),
        "state": membership.state,
        "valid_until": membership.valid_until,
        "reason": membership.reason,
    }
