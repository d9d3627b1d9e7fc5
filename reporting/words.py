"""The words of a report: titles, columns and first cells, in the language in which it is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask_babel import get_locale

from accounts import queries as accounts
from accounts.models import Unit
from accounts.places import names_at
from core.database import db
from core.errors import N_, Message
from core.i18n import pick, translated
from reporting.models import ReportKind
from reporting.settlement import TOTAL
from reporting.tables import Cell, Table
from workflows.profiles import current_profile
from workflows.queries import services

KINDS: Final[Mapping[ReportKind, Message]] = {
    ReportKind.SETTLEMENT: N_("Results of settling (form II.06)"),
    ReportKind.OVERDUE: N_("Causes of overdue (form II.07)"),
    ReportKind.QUALITY: N_("Quality index (Decision 766)"),
    ReportKind.WORKLOAD: N_("Workload"),
}
_TITLES: Final[Mapping[str, Message]] = {
    **{str(kind): title for kind, title in KINDS.items()},
    "unit": N_("Workload of units"),
    "person": N_("Workload of people"),
}
_COLUMNS: Final[Mapping[str, Message]] = {
    "field": N_("Field"),
    "received": N_("Received in all"),
    "online": N_("Online"),
    "offline": N_("At the desk and by post"),
    "carried": N_("Carried over"),
    "settled": N_("Settled in all"),
    "before": N_("Before the due date"),
    "on-day": N_("On the due date"),
    "late": N_("Overdue"),
    "open": N_("In process"),
    "in-time": N_("In process, in time"),
    "overdue": N_("In process, overdue"),
    "not-said": N_("No cause was noted"),
    "indicator": N_("Indicator"),
    "part": N_("Counted"),
    "whole": N_("Of"),
    "value": N_("Value"),
    "unit": N_("Unit"),
    "score": N_("Share of the points"),
    "person": N_("Person"),
    "done": N_("Done"),
    "done-late": N_("Done late"),
    "mean-hours": N_("Mean office hours"),
    "open-late": N_("Open and late"),
}
_INDICATORS: Final[Mapping[str, Message]] = {
    "1.1": N_("1.1 Procedures published on time"),
    "1.2": N_("1.2 Procedures updated on time"),
    "1.3": N_("1.3 Procedures published with all parts"),
    "1.4": N_("1.4 Dossiers that the national portal received"),
    "2.1": N_("2.1 Dossiers settled on time"),
    "2.2": N_("2.2 Mean settling time"),
    "2.2 hour": N_("2.2 Mean settling time, limits in hours"),
    "2.2 working-day": N_("2.2 Mean settling time, limits in working days"),
    "2.2 calendar-day": N_("2.2 Mean settling time, limits in calendar days"),
    "2.2 month": N_("2.2 Mean settling time, limits in months"),
    "3.1": N_("3.1 Procedures offered online"),
    "3.2": N_("3.2 Services with dossiers sent online"),
    "3.3": N_("3.3 Dossiers online from sending to result"),
    "3.5": N_("3.5 Procedures with payment online"),
    "3.6": N_("3.6 Fees paid online"),
    "4.1": N_("4.1 Results in electronic form"),
    "4.2": N_("4.2 Components that are files"),
    "4.3": N_("4.3 Data that was reused"),
    "4.4": N_("4.4 Data that was shared"),
    "4.5": N_("4.5 Use of the citizen database"),
    "5.1": N_("5.1 Petitions answered"),
    "5.2": N_("5.2 Petitions answered on time"),
    "5.3": N_("5.3 Satisfaction with petitions"),
    "5.4": N_("5.4 Satisfaction with settling"),
}
_UNITS: Final[Mapping[str, Message]] = {
    "percent": N_("percent"),
    "hour": N_("office hours"),
    "working-day": N_("working days"),
    "calendar-day": N_("calendar days"),
    "month": N_("months"),
}
_NOTES: Final[Mapping[str, Message]] = {
    "unknown": N_("A dash means that our data does not tell it: nothing is guessed."),
    "complaints-unknown": N_(
        "5.4 counts overdue dossiers alone, as complaints and ratings are not counted: it is the "
        "highest value that it can have."
    ),
}
_ALL: Final = N_("All fields")
_NO_FIELD: Final = N_("Without a field")
_NO_UNIT: Final = N_("Without a unit")
_NOBODY: Final = N_("Nobody yet")


@dataclass(frozen=True)
class WordedTable:
    """A table in the reader's words."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str]


def worded(table: Table) -> WordedTable:
    """A table as people read it."""
    first, causes = _first_cell(table.columns[0]), _causes()
    return WordedTable(
        translated(_TITLES[table.code]),
        [causes.get(name) or translated(_COLUMNS[name]) for name in table.columns],
        [[first(str(row[0])), *map(_cell, row[1:])] for row in table.rows],
        [translated(_NOTES[name]) for name in table.notes],
    )


def _cell(value: Cell) -> Cell:
    return translated(_UNITS[value]) if isinstance(value, str) and value in _UNITS else value


def _first_cell(column: str) -> Callable[[str], str]:
    return {
        "field": _field_names(),
        "unit": _unit,
        "person": _person,
        "indicator": lambda code: translated(_INDICATORS[code]),
    }[column]


def _field_names() -> Callable[[str], str]:
    language = str(get_locale())
    fields = (pack.manifest.procedure_field for pack in services())
    names = {each.code: f"{each.code} {pick(each.name, language)}" for each in fields if each}
    names |= {"": translated(_NO_FIELD), TOTAL: translated(_ALL)}
    return lambda code: names.get(code, code)


def _unit(identity: str) -> str:
    unit = db.session.get(Unit, UUID(identity)) if identity else None
    return pick(names_at(unit), str(get_locale())) if unit else translated(_NO_UNIT)


def _person(identity: str) -> str:
    actor = accounts.actor(identity) if identity else None
    return actor.name if actor else identity or translated(_NOBODY)


def _causes() -> Mapping[str, str]:
    language = str(get_locale())
    known = current_profile().reports.get("causes", ())
    return {each["code"]: pick(each["name"], language) for each in known}


def cause_name(code: str) -> str:
    """A cause of overdue, in words."""
    return _causes().get(code, code)
