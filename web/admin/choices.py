"""What may be chosen on these pages, in the reader's words."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from accounts.actor import Role
from accounts.department_queries import administered_agencies, units_of
from accounts.models import Account, Agency, Unit
from accounts.places import is_there, names_at
from accounts.reach import administers_place
from accounts.work_rules import WorkRule
from core.clock import now
from core.database import db
from core.errors import N_
from core.i18n import pick, translated
from web.languages import current
from web.visitors import known_visitor
from workflows.queries import services

Options = Sequence[tuple[str, str]]

ROLES: Final = {
    Role.DESK_CLERK: N_("Desk clerk"),
    Role.OFFICER: N_("Officer"),
    Role.DIRECTOR: N_("Director (signs)"),
    Role.AUDITOR: N_("Auditor"),
    Role.OPERATOR: N_("Operator"),
    Role.ADMINISTRATOR: N_("Administrator"),
}
RULES: Final = {
    WorkRule.PULL: N_("Whoever works it takes a task"),
    WorkRule.ROUND_ROBIN: N_("In turn"),
    WorkRule.LEAST_LOADED: N_("Who holds the fewest tasks"),
    WorkRule.SAME_OFFICER: N_("Who had the dossier before, else who holds the fewest"),
}


def role_name(role: str) -> str:
    """A role in words."""
    return translated(ROLES[Role(role)]) if Role(role) in ROLES else role


def rule_name(rule: str) -> str:
    """A work rule in words."""
    return translated(RULES[WorkRule(rule)])


def place_name(place: Agency | Unit) -> str:
    """What an agency or a unit is called today."""
    return pick(dict(names_at(place)), current())


def agency_name(agency_id: UUID | None) -> str:
    """An agency, or the whole authority, by its name of today."""
    agency = db.session.get(Agency, agency_id) if agency_id else None
    return place_name(agency) if agency else translated(N_("All agencies"))


def unit_name(unit_id: UUID | None) -> str:
    """A unit by its name of today; empty for none."""
    unit = db.session.get(Unit, unit_id) if unit_id else None
    return place_name(unit) if unit else ""


def person_name(actor_id: str) -> str:
    """Who an actor is: a person by his name."""
    sort, _, key = actor_id.partition(":")
    account = db.session.get(Account, UUID(key)) if sort == "account" else None
    return account.display_name if account else actor_id


def own_agencies(*, open_only: bool = False) -> list[Agency]:
    """The agencies that the visitor administers."""
    return administered_agencies(visible_to=known_visitor(), open_only=open_only)


def agencies(*, everywhere: bool = True) -> Options:
    """Open agencies of the visitor; first the whole authority, if he administers it."""
    own = [(str(each.id), place_name(each)) for each in own_agencies(open_only=True)]
    if everywhere and administers_place(known_visitor(), None):
        return [("", agency_name(None)), *own]
    return own


def units(agency_id: UUID | None = None) -> Options:
    """Open units of the visitor's agencies, or of one, with their agency's name before them."""
    own = {each.id: place_name(each) for each in own_agencies(open_only=True)}
    return [
        ("", translated(N_("The whole agency"))),
        *(
            (str(each.id), f"{own[each.agency_id]}: {place_name(each)}")
            for each in units_of(own)
            if is_there(each, now()) and agency_id in (None, each.agency_id)
        ),
    ]


def roles() -> Options:
    """The roles that people are given."""
    return [(str(role), translated(name)) for role, name in ROLES.items()]


def rules() -> Options:
    """The work rules."""
    return [(str(rule), translated(name)) for rule, name in RULES.items()]


def service_options() -> Options:
    """All services."""
    every = [("", translated(N_("All services")))]
    return every + [(pack.manifest.key, pick(pack.manifest.name, current())) for pack in services()]
