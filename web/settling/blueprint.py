"""Where these pages are hung, and what their templates know."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import Blueprint
from flask_babel import gettext as _

from accounts import policy
from accounts import queries as accounts
from accounts.actor import Actor
from accounts.places import names_at
from accounts.policy import Action
from administration import EVERYWHERE, SettingKind
from administration.models import ProposalState
from administration.queries import places_of
from administration.timeline import Value
from core.errors import N_
from core.i18n import pick, translated
from forms import Row
from web import formats
from web.languages import current
from web.visitors import known_visitor, visitor

_STATES: Final = {
    ProposalState.PROPOSED: N_("Waiting for a decision"),
    ProposalState.DECIDED: N_("Decided"),
    ProposalState.REFUSED: N_("Refused"),
    ProposalState.WITHDRAWN: N_("Taken back"),
}

blueprint = Blueprint(
    "settling", __name__, template_folder="templates", url_prefix="/administration/settings"
)


@blueprint.before_request
def _for_administrators() -> None:
    policy.require_ever(known_visitor(), Action.SETTING_VIEW)


@blueprint.context_processor
def _known_to_templates() -> dict[str, Any]:
    return {
        "translated": translated,
        "written": written,
        "state_name": state_name,
        "place": place,
        "rows_of": rows_of,
        "may_propose": policy.may_ever(visitor(), Action.SETTING_PROPOSE),
    }


def acting(action: Action) -> Actor:
    """The visitor, who may do this somewhere; raises ActionRefused."""
    policy.require_ever(known_visitor(), action)
    return known_visitor()


def place(agency_id: UUID) -> str:
    """What a place is called: an agency by its name."""
    names = {each.id: pick(names_at(each), current()) for each in accounts.agencies()}
    return names.get(agency_id) or _("All agencies")


def places(kind: SettingKind) -> Sequence[UUID]:
    """Where the visitor may settle this kind."""
    agencies = [each.id for each in accounts.agencies()] if kind.per_agency else []
    places = places_of(known_visitor(), Action.SETTING_PROPOSE, agencies)
    return [each for each in places if kind.everywhere or each != EVERYWHERE]


def rows_of(kind: SettingKind, value: Value | None) -> list[Row]:
    """A value as people read it."""
    told = kind.form.summary(value, current()) if value is not None else []
    return [row for row in told if row.answered]


def written(params: Mapping[str, Any]) -> dict[str, Any]:
    """What fills a sentence, days as the reader writes them."""
    return {
        name: formats.day(value) if isinstance(value, date) else value
        for name, value in params.items()
    }


def state_name(state: ProposalState) -> str:
    """How far a proposal has come, in words."""
    return translated(_STATES[state])


def place_named(text: str) -> UUID:
    """The place of an id in an address or a form; everywhere for nonsense."""
    try:
        return UUID(text)
    except ValueError:
        return EVERYWHERE
