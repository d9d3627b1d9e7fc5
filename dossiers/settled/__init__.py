"""What departments settle about cases: working days, services on offer, facts of services."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson
from flask import Flask
from flask_babel import format_date, get_locale, gettext
from sqlalchemy import func, select, text

from administration import EVERYWHERE, Effect, SettingKind, in_force, settings_of
from administration.kinds import Change
from administration.timeline import Value
from core.database import db
from core.errors import N_
from core.i18n import pick
from dossiers.calendar import Calendar
from dossiers.errors import ServiceNotOffered
from dossiers.models import UNDER_THE_CLOCK, Dossier
from forms import AnswersInvalid, Form
from workflows.errors import ServiceUnknown
from workflows.pack import ServicePack
from workflows.profiles import Profile
from workflows.queries import service, services

CALENDAR_DAY: Final = "calendar-day"
SERVICE_OFFER: Final = "service-offer"
SERVICE_FACT: Final = "service-fact"
REST, NO = "rest", "no"
_FOLDER: Final = Path(__file__).parent
_TRUTH: Final = {"true": True, "false": False}
_NO_SUCH_SERVICE = N_("No service has this key.")
_NO_SUCH_FACT = N_("The service has no fact of this name.")
_NOT_A_NUMBER = N_("Write a number, without separators.")
_NOT_A_TRUTH = N_("Write true or false.")
_BAD_PATTERN = N_("Write a pattern with {sequence} and {agency} in it.")
_FACT_TAKES_EFFECT = N_(
    "Dossiers submitted from %(first)s on follow it; those submitted before keep what they began with."
)
_DAYS_COUNTED_ANEW = N_(
    "Time limits that begin from now on count with it; %(count)s open dossiers keep the day that was "
    "promised to them."
)
_OFFER_ENDS = N_("From %(first)s on nobody can begin or send a dossier; %(count)s drafts wait.")


def install(app: Flask, profile: Profile) -> None:
    """Register these kinds."""
    for kind in (_calendar_days(profile), _service_offers(), _service_facts()):
        settings_of(app).add(kind)


def _calendar_days(profile: Profile) -> SettingKind:
    return SettingKind(
        CALENDAR_DAY,
        N_("Working days"),
        N_("Days on which an agency rests or works against the usual week."),
        _form(CALENDAR_DAY),
        key=lambda value: str(value["day"]),
        title=lambda value: str(format_date(date.fromisoformat(value["day"]))),
        effects=_effects_of_day,
        defaults=lambda: _days_of(profile),
    )


def _service_offers() -> SettingKind:
    return SettingKind(
        SERVICE_OFFER,
        N_("Services on offer"),
        N_("Whether an agency accepts new dossiers of a service."),
        _form(SERVICE_OFFER),
        key=lambda value: str(value["service"]),
        title=_name_of_service,
        second_person=True,
        check=_check_service,
        effects=_effects_of_offer,
    )


def _service_facts() -> SettingKind:
    return SettingKind(
        SERVICE_FACT,
        N_("Tariffs and facts of services"),
        N_("Fees, periods and patterns of numbers that a service relies on."),
        _form(SERVICE_FACT),
        key=lambda value: f"{value['service']}/{value['name']}",
        title=lambda value: f"{value['name']}: {_name_of_service(value)}",
        second_person=True,
        check=_check_fact,
        effects=_effects_of_fact,
        defaults=_facts_of_packs,
    )


def calendar_for(agency_id: UUID, calendar: Calendar) -> Calendar:
    """The calendar of an agency: the profile's, with the days that were decided about."""
    decided = in_force(CALENDAR_DAY, agency_id).values()
    if not decided:
        return calendar
    rest = {date.fromisoformat(day["day"]) for day in decided if day["sort"] == REST}
    work = {date.fromisoformat(day["day"]) for day in decided if day["sort"] != REST}
    return calendar.with_days(rest=frozenset(rest), work=frozenset(work))


def require_offered(service_key: str, agency_id: UUID) -> None:
    """Raise ServiceNotOffered, with the notice, where the agency accepts no dossiers of it now."""
    offer = in_force(SERVICE_OFFER, agency_id).get(service_key)
    if offer and offer["offered"] == NO:
        raise ServiceNotOffered(notice=offer["notice"])


def facts_of(pack: ServicePack, agency_id: UUID = EVERYWHERE) -> dict[str, Any]:
    """The facts that a service relies on: those of its manifest, unless others were decided."""
    key, decided = pack.manifest.key, in_force(SERVICE_FACT, agency_id)
    return {
        name: _typed(decided[f"{key}/{name}"]["value"], fact.value)
        if f"{key}/{name}" in decided
        else fact.value
        for name, fact in pack.manifest.settings.items()
    }


def _typed(words: str, like: Any) -> Any:
    """A decided value as the manifest's value is: a truth, a number or a text; raises ValueError."""
    if isinstance(like, bool):
        return _TRUTH[words]
    if isinstance(like, int | float):
        number = Decimal(words)
        return int(number) if number == int(number) else number
    return words


def _form(code: str) -> Form:
    english = orjson.loads((_FOLDER / "en.json").read_bytes())
    file = f"{code}.form"
    return Form.parse((_FOLDER / file).read_bytes(), {"en": english[code]}, file=file)


def _name_of_service(value: Value) -> str:
    return pick(_pack(value).manifest.name, str(get_locale()))


def _check_service(value: Value) -> None:
    _pack(value)


def _pack(value: Value) -> ServicePack:
    try:
        return service(value["service"])
    except ServiceUnknown as error:
        raise AnswersInvalid({("service",): [gettext(_NO_SUCH_SERVICE)]}) from error


def _check_fact(value: Value) -> None:
    fact = _pack(value).manifest.settings.get(value["name"])
    if fact is None:
        raise AnswersInvalid({("name",): [gettext(_NO_SUCH_FACT)]})
    try:
        typed = _typed(value["value"], fact.value)
        if value["name"] == "number_pattern":
            typed.format(sequence=1, agency="A")
    except (InvalidOperation, KeyError, ValueError, IndexError, AttributeError) as error:
        raise AnswersInvalid({("value",): [gettext(_remedy(value["name"], fact.value))]}) from error


def _remedy(name: str, like: Any) -> str:
    if name == "number_pattern":
        return _BAD_PATTERN
    return _NOT_A_TRUTH if isinstance(like, bool) else _NOT_A_NUMBER


def _effects_of_day(change: Change) -> Sequence[Effect]:
    return (Effect(_DAYS_COUNTED_ANEW, {"count": _count(change, text(UNDER_THE_CLOCK))}),)


def _effects_of_offer(change: Change) -> Sequence[Effect]:
    value = change.ruling.value or {}
    if value.get("offered") != NO:
        return ()
    drafts = (Dossier.service_key == change.key, Dossier.submitted_at.is_(None))
    return (
        Effect(_OFFER_ENDS, {"first": change.ruling.valid_from, "count": _count(change, *drafts)}),
    )


def _effects_of_fact(change: Change) -> Sequence[Effect]:
    return (Effect(_FACT_TAKES_EFFECT, {"first": change.ruling.valid_from}),)


def _count(change: Change, *conditions: Any) -> int:
    query = select(func.count()).select_from(Dossier).where(*conditions)
    if change.agency_id != EVERYWHERE:
        query = query.where(Dossier.agency_id == change.agency_id)
    return db.session.execute(query).scalar_one()


def _days_of(profile: Profile) -> list[Mapping[str, Any]]:
    rest = [_day(each, REST) for each in profile.calendar["holidays"]]
    return rest + [_day(each, "work") for each in profile.calendar["make_up_workdays"]]


def _day(entry: Mapping[str, Any], sort: str) -> Mapping[str, Any]:
    return {"day": str(entry["date"]), "sort": sort, "name": entry["name"]}


def _facts_of_packs() -> list[Mapping[str, Any]]:
    return [
        {
            "service": pack.manifest.key,
            "name": name,
            "value": _words(fact.value),
            "basis": fact.source,
        }
        for pack in services()
        for name, fact in pack.manifest.settings.items()
    ]


def _words(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
