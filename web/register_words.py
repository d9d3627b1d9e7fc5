"""What states and changes of entries of the register are called on pages."""

from typing import Final

from flask import Flask
from flask_babel import gettext, lazy_gettext

from core.i18n import pick
from dossiers.models import RegisterEntry
from dossiers.register_entries.models import ChangeKind, EntryState
from dossiers.register_entries.rules import rules_of
from web.languages import current
from web.papers import fact_text
from workflows.queries import service_version

_STATES: Final = {
    EntryState.VALID: (lazy_gettext("Valid"), "green"),
    EntryState.SUSPENDED: (lazy_gettext("Effect suspended"), "yellow"),
    EntryState.WITHDRAWN: (lazy_gettext("Withdrawn by the agency"), "red"),
    EntryState.EXPIRED: (lazy_gettext("Expired"), "grey"),
    EntryState.REPLACED: (lazy_gettext("Replaced"), "grey"),
}
_CHANGES: Final = {
    ChangeKind.ISSUED: lazy_gettext("Issued"),
    ChangeKind.AMENDED: lazy_gettext("Amended"),
    ChangeKind.SUSPENDED: lazy_gettext("Effect suspended"),
    ChangeKind.RESUMED: lazy_gettext("In effect again"),
    ChangeKind.EXTENDED: lazy_gettext("Extended"),
    ChangeKind.REISSUED: lazy_gettext("Issued again"),
    ChangeKind.REPLACED: lazy_gettext("Replaced by another number"),
    ChangeKind.REVOKED: lazy_gettext("Revoked"),
    ChangeKind.EXPIRED: lazy_gettext("Expired"),
}
_OUTCOMES: Final = {
    "": lazy_gettext("still to come"),
    "begun": lazy_gettext("begun"),
    "invited": lazy_gettext("invited"),
    "dropped": lazy_gettext("no longer needed"),
}


def init_app(app: Flask) -> None:
    """Give templates these words."""
    app.jinja_env.filters.update(
        entry_state=entry_state,
        entry_colour=entry_colour,
        entry_change=entry_change,
        follow_up_outcome=lambda outcome: str(_OUTCOMES[outcome]),
    )
    app.jinja_env.globals.update(ground_name=ground_name, follow_up_name=follow_up_name)


def entry_state(state: str) -> str:
    """What a state is called."""
    return str(_STATES[EntryState(state)][0])


def entry_colour(state: str) -> str:
    """The colour of its tag."""
    return f"govuk-tag--{_STATES[EntryState(state)][1]}"


def entry_change(kind: str) -> str:
    """What a change is called."""
    return str(_CHANGES[ChangeKind(kind)])


def ground_name(entry: RegisterEntry, ground: str) -> str:
    """What a ground is called; its code if the service knows it no longer, empty without one."""
    known = rules_of(entry).manifest.register.grounds.get(ground)
    return pick(known.name, current()) if known else ground


def follow_up_name(entry: RegisterEntry, name: str) -> str:
    """What something that follows an entry is called."""
    known = rules_of(entry).manifest.follow_ups.get(name)
    return pick(known.name, current()) if known else name


def facts_of(entry: RegisterEntry) -> list[tuple[str, str]]:
    """The published facts with their names, in the order of the service's manifest."""
    pack = service_version(entry.service_version)
    return [
        (pick(name, current()), fact_text(pack, fact, entry.facts[fact], entry.issued_on))
        for fact, name in pack.manifest.fact_names.items()
        if entry.facts.get(fact) is not None
    ]


def service_name(entry: RegisterEntry) -> str:
    """What the service is called that an entry came of."""
    return pick(rules_of(entry).manifest.name, current())


def verdict(state: EntryState) -> str:
    """The first thing that who checks a result reads."""
    words: dict[EntryState, str] = {
        EntryState.VALID: gettext("This notice is genuine and valid"),
        EntryState.SUSPENDED: gettext("This notice is genuine, but suspended"),
        EntryState.WITHDRAWN: gettext("This notice has been withdrawn"),
        EntryState.EXPIRED: gettext("This notice has expired"),
        EntryState.REPLACED: gettext("This notice was replaced by another one"),
    }
    return words[state]
