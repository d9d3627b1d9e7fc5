"""People of the staff and their roles."""

from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import fields, validate

from accounts import granting, links, operations, proposing, staffing
from accounts.actor import Role
from accounts.department_models import GrantProposal
from accounts.granting import Reach
from accounts.models import Account, RoleGrant
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.department_schemas import (
    GrantSchema,
    GrantsSchema,
    LeavingSchema,
    NewGrantSchema,
    NewPersonSchema,
    PersonSchema,
    StaffSchema,
    WhySchema,
)
from api.idempotency import once
from api.paging import Page, PageArguments, page_schema, paged
from api.preconditions import matched_version, with_etag
from api.resource import Resource
from core.database import transaction
from dossiers.operations import handing_over

resource = Resource("staff", "People of the staff and their roles, for who administers them.")
Told = tuple[Any, int, dict[str, str]]


class StaffFilters(PageArguments):
    """How the list can be narrowed; `text` is looked for in names, logins and e-mail addresses."""

    text = fields.String(load_default="", validate=validate.Length(max=200))
    agency_id = fields.UUID(load_default=None)


@resource.route("/administration/staff")
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.arguments(StaffFilters, location="query")
@resource.response(200, page_schema(StaffSchema))
def list_staff(arguments: dict[str, Any]) -> Page:
    """List the people whom you administer, newest first."""
    return paged(_find, arguments, lambda each: each.id)


@resource.route("/administration/staff", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@once
@resource.arguments(NewPersonSchema)
@resource.response(201, StaffSchema)
def create_person(data: dict[str, Any]) -> Told:
    """Open an account, and send an invitation by e-mail."""
    actor = current_actor()
    made = staffing.create_staff(**data, by=actor)
    links.invite(made.id, by=actor)
    address = url_for("staff.show_person", account_id=made.id)
    return made, 201, {"Location": address, **with_etag(made.version)}


@resource.route("/administration/staff/<uuid:account_id>")
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(200, StaffSchema)
def show_person(account_id: UUID) -> Told:
    """Show somebody of the staff."""
    found = staffing.find_staff(account_id, visible_to=current_actor())
    return found, 200, with_etag(found.version)


@resource.route("/administration/staff/<uuid:account_id>", methods=["PUT"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.arguments(PersonSchema)
@resource.response(200, StaffSchema)
def change_person(data: dict[str, Any], account_id: UUID) -> Told:
    """Correct name, e-mail address or agency."""
    with transaction():
        found = staffing.change_staff(
            account_id, **data, seen_version=matched_version(), by=current_actor()
        )
    return found, 200, with_etag(found.version)


@resource.route("/administration/staff/<uuid:account_id>/close", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.arguments(LeavingSchema)
@resource.response(200, StaffSchema)
def close_person(data: dict[str, Any], account_id: UUID) -> Account:
    """Close an account: sessions and tokens end at once, tasks go to a colleague or their queues."""
    actor = current_actor()
    staffing.find_staff(account_id, visible_to=actor)
    with transaction():
        handing_over.close_account(
            account_id, reason=data["reason"], actor=actor, to=data["tasks_to"]
        )
    return staffing.find_staff(account_id, visible_to=actor)


@resource.route("/administration/staff/<uuid:account_id>/reopen", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.arguments(WhySchema)
@resource.response(200, StaffSchema)
def reopen_person(data: dict[str, Any], account_id: UUID) -> Account:
    """Open an account again, with the roles that have not ended."""
    actor = current_actor()
    with transaction():
        staffing.reopen_account(account_id, reason=data["reason"], by=actor)
    return staffing.find_staff(account_id, visible_to=actor)


@resource.route("/administration/staff/<uuid:account_id>/reset-second-factor", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.arguments(WhySchema)
@resource.response(204)
def reset_second_factor(data: dict[str, Any], account_id: UUID) -> None:
    """Take the authenticator off an account whose owner has lost it."""
    with transaction():
        staffing.reset_second_factor(account_id, reason=data["reason"], by=current_actor())


@resource.route("/administration/staff/<uuid:account_id>/invite", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(204)
def invite_person(account_id: UUID) -> None:
    """Send a new link by e-mail with which the person chooses a password."""
    actor = current_actor()
    staffing.find_staff(account_id, visible_to=actor)
    with transaction():
        links.invite(account_id, by=actor)


@resource.route("/administration/staff/<uuid:account_id>/unlock", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(204)
def unlock_person(account_id: UUID) -> None:
    """Forget what has shut an account for a while: wrong passwords, wrong codes, links asked for."""
    actor = current_actor()
    staffing.find_staff(account_id, visible_to=actor)
    staffing.unlock(account_id, by=actor)


@resource.route("/administration/staff/<uuid:account_id>/end-sessions", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(204)
def end_sessions(account_id: UUID) -> None:
    """Sign out every browser of a person, and let no token go on."""
    actor = current_actor()
    staffing.find_staff(account_id, visible_to=actor)
    with transaction():
        operations.revoke_sessions(account_id, by=actor)


@resource.route("/administration/staff/<uuid:account_id>/roles")
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(200, GrantsSchema)
def list_roles(account_id: UUID) -> dict[str, Any]:
    """List the roles that somebody has, will have or had, newest first."""
    found = staffing.grants_of(account_id, visible_to=current_actor())
    return {"items": [_granted(each) for each in found]}


@resource.route("/administration/staff/<uuid:account_id>/roles", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@once
@resource.arguments(NewGrantSchema)
@resource.response(201, GrantSchema)
def give_role(data: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """Give a role, or propose it where another administrator must agree."""
    why, role = data.pop("reason"), Role(data.pop("role"))
    made = proposing.give_or_propose(
        account_id, role, Reach(**data), reason=why, by=current_actor()
    )
    return _granted(made)


@resource.route("/administration/roles/<uuid:grant_id>/end", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(204)
def end_role(grant_id: UUID) -> None:
    """End a role now."""
    with transaction():
        granting.revoke_role(grant_id, by=current_actor())


@resource.route("/administration/role-proposals")
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(200, GrantsSchema)
def list_role_proposals() -> dict[str, Any]:
    """List the roles that wait for a second administrator."""
    found = proposing.proposals(visible_to=current_actor())
    return {"items": [_granted(each) for each in found]}


@resource.route("/administration/role-proposals/<uuid:proposal_id>/agree", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(200, GrantSchema)
def agree(proposal_id: UUID) -> dict[str, Any]:
    """Give a role that another administrator has proposed."""
    with transaction():
        return _granted(proposing.agree(proposal_id, by=current_actor()))


@resource.route("/administration/role-proposals/<uuid:proposal_id>/refuse", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.arguments(WhySchema)
@resource.response(204)
def refuse(data: dict[str, Any], proposal_id: UUID) -> None:
    """Refuse a proposed role, or take back your own proposal."""
    with transaction():
        proposing.refuse(proposal_id, by=current_actor(), note=data["reason"])


def _find(**filters: Any) -> Any:
    return staffing.staff_list(visible_to=current_actor(), **filters)


def _granted(made: RoleGrant | GrantProposal) -> dict[str, Any]:
    state = "proposed" if isinstance(made, GrantProposal) else "given"
    told = {name: getattr(made, name) for name in (*vars(Reach()), "id", "account_id", "role")}
    return {**told, "state": state}
