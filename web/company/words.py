"""The words and the fields that the pages of acting for others share."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from flask import Flask, request
from flask_babel import get_timezone
from flask_babel import gettext as _

from accounts.actor import MandateScope, OrganisationRole
from accounts.models import MembershipState
from accounts.representing.errors import DatesReversed
from core.errors import N_, MotcuaError
from core.i18n import sentences_of, translated

ROLES: Final = {
    OrganisationRole.REPRESENTATIVE: N_("Legal representative"),
    OrganisationRole.ADMINISTRATOR: N_("Administrator"),
    OrganisationRole.SIGNATORY: N_("Signatory"),
    OrganisationRole.DRAFTER: N_("Drafter"),
    OrganisationRole.PAYER: N_("Payer"),
    OrganisationRole.READER: N_("Reader"),
}
MEANINGS: Final = {
    OrganisationRole.ADMINISTRATOR: N_("Invites colleagues, drafts applications, pays fees"),
    OrganisationRole.SIGNATORY: N_("Drafts, sends and withdraws applications"),
    OrganisationRole.DRAFTER: N_("Drafts applications and attaches documents"),
    OrganisationRole.PAYER: N_("Sees applications and pays fees"),
    OrganisationRole.READER: N_("Sees applications"),
}
SCOPES: Final = {
    MandateScope.PREPARE: N_("Draft applications and attach documents"),
    MandateScope.SUBMIT: N_("Send and withdraw applications"),
    MandateScope.PAY: N_("Pay fees"),
}
STATES: Final = {
    MembershipState.PENDING: N_("Waits to be confirmed"),
    MembershipState.ACTIVE: N_("Confirmed"),
    MembershipState.REFUSED: N_("Refused"),
}


def init_app(app: Flask) -> None:
    """Make the words known to the templates."""
    app.jinja_env.filters.update(
        organisation_role=lambda role: translated(ROLES[OrganisationRole(role)]),
        mandate_scope=lambda scope: translated(SCOPES[MandateScope(scope)]),
        membership_state=lambda state: translated(STATES[state]),
    )


def role_choices() -> list[dict[str, object]]:
    """The roles that colleagues can give, as radio buttons."""
    return [
        {"value": str(role), "text": translated(ROLES[role]), "hint": {"text": translated(meaning)}}
        for role, meaning in MEANINGS.items()
    ]


def chosen_role() -> OrganisationRole | None:
    """The role that was chosen; None when none was."""
    given = request.form.get("role", "")
    return OrganisationRole(given) if given in set(OrganisationRole) else None


def last_day() -> datetime | None:
    """The end of the last day that was typed, in the profile's zone; raises DatesReversed."""
    given = request.form.get("until", "").strip()
    if not given:
        return None
    try:
        day = date.fromisoformat(given) + timedelta(days=1)
        midnight = datetime.combine(day, time(), get_timezone())
        return midnight.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise DatesReversed from error


def text(name: str) -> str:
    """What was typed into a field, without blanks around it."""
    return request.form.get(name, "").strip()


def told(error: MotcuaError, field: str = "") -> dict[str, str]:
    """A refusal, as the summary of a form tells it beside a field."""
    return {field: sentences_of(error)}


def choose_one() -> str:
    """What is said when a choice is missing."""
    return str(_("Choose one"))
