"""Giving roles and ending them."""

from uuid import UUID

from flask_babel import gettext as _

from accounts import granting, proposing, staffing
from accounts.actor import Role
from accounts.department_models import GrantProposal
from accounts.granting import Reach
from accounts.models import Account, RoleGrant
from core.clock import today
from core.database import db
from core.errors import NotFound
from web.admin import accounts, choices, forms
from web.admin.blueprint import administrator, blueprint
from web.admin.forms import Faulty, Field, Page, Sheet


@blueprint.get("/staff/<uuid:account_id>/roles/new")
def ask_role(account_id: UUID) -> str:
    """Ask which role, how far, and until when."""
    return role_sheet(_found(account_id)).page()


@blueprint.post("/staff/<uuid:account_id>/roles/new")
def give_role(account_id: UUID) -> Page:
    """Give the role, or propose it where a second administrator must agree."""
    found = _found(account_id)
    return enter_role(role_sheet(found), found, accounts.page_of(found)[0])


def enter_role(sheet: Sheet, account: Account, address: str) -> Page:
    """Give the role that a sheet asked for."""
    actor = administrator()
    said = [_("The role is given.")]

    def give() -> None:
        made = proposing.give_or_propose(
            account.id, _role(), _reach(), reason=forms.text("reason"), by=actor
        )
        if isinstance(made, GrantProposal):
            said.append(_("The role is proposed. It holds once a second administrator agrees."))

    return sheet.done(give, lambda: said[-1], address)


def role_sheet(account: Account, back: tuple[str, str] | None = None) -> Sheet:
    """The questions about a role."""
    back = back or accounts.page_of(account)
    home = str(account.agency_id or "")
    fields = [
        Field("role", _("Role"), kind="select", options=choices.roles()),
        Field(
            "agency",
            _("Agency"),
            kind="select",
            options=choices.agencies(),
            value=home,
            needed=False,
        ),
        Field("unit", _("Unit"), kind="select", options=choices.units(), needed=False),
        Field(
            "service", _("Service"), kind="select", options=choices.service_options(), needed=False
        ),
        Field(
            "queue",
            _("Queue that the person works"),
            _("Leave it empty for the queue named like the role."),
            needed=False,
        ),
        Field("since", _("From"), kind="date", value=today().isoformat()),
        Field("until", _("Last day"), kind="date", needed=False),
        forms.reason_field(),
    ]
    said = _("Directors, auditors, operators and administrators need a second administrator.")
    return Sheet(
        _("Give a role"), _("Give"), fields, back, caption=account.display_name, text=[said]
    )


@blueprint.get("/staff/<uuid:account_id>/roles/<uuid:grant_id>/end")
def ask_role_end(account_id: UUID, grant_id: UUID) -> str:
    """Ask whether it shall really end."""
    return _end_sheet(_found(account_id), grant_id).page()


@blueprint.post("/staff/<uuid:account_id>/roles/<uuid:grant_id>/end")
def end_role(account_id: UUID, grant_id: UUID) -> Page:
    """End it now."""
    actor, found = administrator(), _found(account_id)
    return _end_sheet(found, grant_id).done(
        lambda: granting.revoke_role(grant_id, by=actor),
        _("The role is over."),
        accounts.page_of(found)[0],
    )


def _end_sheet(account: Account, grant_id: UUID) -> Sheet:
    grant = db.session.get(RoleGrant, grant_id)
    if grant is None or grant.account_id != account.id:
        raise NotFound
    rows = [
        (_("Role"), choices.role_name(grant.role)),
        (_("Agency"), choices.agency_name(grant.agency_id)),
    ]
    said = _("It ends at once, also in browsers that are signed in.")
    back = accounts.page_of(account)
    return Sheet(
        _("End a role"), _("End"), [], back, caption=back[1], text=[said], rows=rows, grave=True
    )


def _role() -> Role:
    given = forms.text("role")
    if given not in set(Role):
        raise Faulty({"role": _("Choose one of the list")})
    return Role(given)


def _reach() -> Reach:
    return Reach(
        agency_id=forms.identity("agency"),
        unit_id=forms.identity("unit"),
        service=forms.text("service") or None,
        queue=forms.text("queue") or None,
        valid_from=forms.moment("since"),
        valid_until=forms.end_of("until"),
    )


def _found(account_id: UUID) -> Account:
    return staffing.find_staff(account_id, visible_to=administrator())
