"""My organisations: claiming one, its members, inviting colleagues, leaving."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts.actor import OrganisationRole
from accounts.models import Account
from accounts.policy import Action, Scope
from accounts.representing import claims, invitations, members, queries
from accounts.representing.errors import (
    AlreadyMember,
    DatesReversed,
    LastAdministrator,
    NumberUnreadable,
    OwnRole,
    RepresentativeStays,
    RoleNotGivable,
    TooManyClaims,
)
from accounts.representing.holding import person
from core.database import db, transaction
from core.errors import InvalidRequest, NotFound
from web import limits
from web.company import words
from web.company.blueprint import blueprint
from web.limits import limiter
from web.visitors import known_visitor

Page = str | Response | tuple[str, int]


@blueprint.get("/organisations/")
def organisations() -> str:
    """The organisations to which one belongs, and the claims that wait."""
    return _own({})


@blueprint.post("/organisations/claim")
@limiter.limit(limits.PUBLIC_CHECK)
def claim() -> Page:
    """Say that one represents an organisation."""
    try:
        with transaction():
            claims.claim(words.text("number"), by=known_visitor())
    except (NumberUnreadable, AlreadyMember, TooManyClaims) as error:
        return _own(words.told(error, "number")), error.status
    flash(_("The enterprise register is being asked. Load this page again in a moment."), "done")
    return redirect(url_for("company.organisations"), 303)


@blueprint.get("/organisations/<number>")
def organisation(number: str) -> str:
    """One organisation: its members and, to administrators, its invitations."""
    return _one(number, {})


@blueprint.post("/organisations/<number>/invite")
@limiter.limit(limits.PUBLIC_CHECK)
def invite(number: str) -> Page:
    """Make an invitation; its link is shown once."""
    role, invited = words.chosen_role(), words.text("invited")
    errors = {} if invited else {"invited": _("Write the login or the e-mail of your colleague")}
    if role is None:
        errors["role"] = words.choose_one()
    if role is None or errors:
        return _one(number, errors), 400
    try:
        with transaction():
            _invitation, secret = invitations.invite(
                number, invited, role, by=known_visitor(), valid_until=words.last_day()
            )
    except (DatesReversed, RoleNotGivable) as error:
        return _one(number, words.told(error, "until")), error.status
    address = url_for("company.invitation", secret=secret, _external=True)
    return _one(number, {}, link=address, invited=invited)


@blueprint.post("/organisations/<number>/leave")
def leave(number: str) -> Page:
    """Leave, or take a claim back."""
    try:
        with transaction():
            members.leave(number, by=known_visitor())
    except LastAdministrator as error:
        return _one(number, words.told(error)), error.status
    flash(_("You have left the organisation. Its dossiers stay with it."), "done")
    return redirect(url_for("company.organisations"), 303)


@blueprint.get("/organisations/<number>/members/<uuid:membership_id>")
def member(number: str, membership_id: UUID) -> str:
    """One colleague: another role, or none."""
    return _member(number, membership_id, {})


@blueprint.post("/organisations/<number>/members/<uuid:membership_id>")
def change_member(number: str, membership_id: UUID) -> Page:
    """Give a colleague another role."""
    role = words.chosen_role()
    if role is None:
        return _member(number, membership_id, {"role": words.choose_one()}), 400
    try:
        with transaction():
            members.change_role(
                membership_id, role, by=known_visitor(), valid_until=words.last_day()
            )
    except (InvalidRequest, OwnRole, RepresentativeStays, LastAdministrator) as error:
        return _member(number, membership_id, words.told(error)), error.status
    flash(_("The role was changed. It holds from now on."), "done")
    return redirect(url_for("company.organisation", number=number), 303)


@blueprint.post("/organisations/<number>/members/<uuid:membership_id>/remove")
def remove_member(number: str, membership_id: UUID) -> Page:
    """Let a colleague go."""
    try:
        with transaction():
            members.remove_member(membership_id, by=known_visitor())
    except (OwnRole, RepresentativeStays, LastAdministrator) as error:
        return _member(number, membership_id, words.told(error)), error.status
    flash(_("Your colleague has no access any more."), "done")
    return redirect(url_for("company.organisation", number=number), 303)


@blueprint.post("/organisations/<number>/invitations/<uuid:invitation_id>/withdraw")
def withdraw_invitation(number: str, invitation_id: UUID) -> Response:
    """Let a link work no more."""
    with transaction():
        invitations.withdraw_invitation(invitation_id, by=known_visitor())
    flash(_("The invitation was withdrawn."), "done")
    return redirect(url_for("company.organisation", number=number), 303)


@blueprint.get("/invitations/<secret>")
@limiter.limit(limits.PUBLIC_CHECK)
def invitation(secret: str) -> str:
    """What one is invited to."""
    account = db.session.get_one(Account, person(known_visitor()))
    found = invitations.find_invitation(secret, account)
    name = queries.organisation_name(found.organisation_number)
    return render_template(
        "company/invitation.html", invitation=found, organisation=name, secret=secret
    )


@blueprint.post("/invitations/<secret>")
@limiter.limit(limits.PUBLIC_CHECK)
def accept(secret: str) -> Response:
    """Accept the invitation."""
    with transaction():
        number = invitations.accept_invitation(secret, by=known_visitor()).organisation_number
    flash(_("You belong to the organisation now."), "done")
    return redirect(url_for("company.organisation", number=number), 303)


def _own(errors: dict[str, str]) -> str:
    parts = queries.own_parts(visible_to=known_visitor())
    return render_template(
        "company/organisations.html", parts=parts, errors=errors, number=words.text("number")
    )


def _one(number: str, errors: dict[str, str], **shown: Any) -> str:
    actor = known_visitor()
    return render_template(
        "company/organisation.html",
        number=number,
        members=queries.members(number, visible_to=actor),
        name=queries.organisation_name(number),
        administers=policy.allows(actor, Action.ORGANISATION_ADMINISTER, Scope(acting_for=number)),
        invitations=queries.invitations(number, visible_to=actor),
        roles=words.role_choices(),
        errors=errors,
        typed={name: words.text(name) for name in ("invited", "role", "until")},
        **shown,
    )


def _member(number: str, membership_id: UUID, errors: dict[str, str]) -> str:
    actor = known_visitor()
    members_of = queries.members(number, visible_to=actor)
    policy.require(actor, Action.ORGANISATION_ADMINISTER, Scope(acting_for=number))
    found = [part for part in members_of if part.membership.id == membership_id]
    if not found:
        raise NotFound
    part = found[0]
    return render_template(
        "company/member.html",
        number=number,
        part=part,
        fixed=part.membership.role == OrganisationRole.REPRESENTATIVE
        or part.membership.account_id == actor.account_id,
        roles=words.role_choices(),
        errors=errors,
        typed={"role": words.text("role") or part.membership.role, "until": words.text("until")},
    )
