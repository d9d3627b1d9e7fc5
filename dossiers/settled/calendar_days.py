"""Days on which an agency rests or works against the usual week."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask_babel import format_date, gettext
from sqlalchemy import text

from administration import EVERYWHERE, Effect, SettingKind, in_force
from administration.kinds import Change
from administration.timeline import Value
from core.errors import N_
from dossiers.calendar import Calendar
from dossiers.context import jurisdiction
from dossiers.models import UNDER_THE_CLOCK
from dossiers.settled.common import count_dossiers, form_of
from dossiers.time_limits import LegalClock
from forms import AnswersInvalid
from workflows.profiles import Profile

CALENDAR_DAY: Final = "calendar-day"
REST, WORK, HALF = "rest", "work", "half"
DRAFT: Final = "draft"
_OFFICIAL: Final = "official"
_WORKS_ANYWAY = N_("This is a working day already: there is nothing to make up on it.")
_RESTS_ANYWAY = N_("Nobody works on this day of the week anyway.")
_TAKES_THE_PLACE = N_("Until now it holds: %(name)s. That no longer holds.")
_AGAINST_ALL = N_("All agencies together are under another decision about this day: %(name)s.")
_FROM_A_DRAFT = N_("It rests on a draft, not on an official notice.")
_DAYS_COUNTED_ANEW = N_(
    "Time limits that begin from now on count with it; %(count)s open dossiers keep the day that was "
    "promised to them."
)


def calendar_days(profile: Profile) -> SettingKind:
    """The kind."""
    return SettingKind(
        CALENDAR_DAY,
        N_("Working days"),
        N_("Days on which an agency rests or works against the usual week."),
        form_of(CALENDAR_DAY),
        key=lambda value: str(value["day"]),
        title=lambda value: str(format_date(date.fromisoformat(value["day"]))),
        check=_check_day,
        effects=_effects_of_day,
        defaults=lambda: days_of_profile(profile),
    )


def clock_for(agency_id: UUID) -> LegalClock:
    """The clock of an agency: the profile's, with the days that were decided about."""
    rules = jurisdiction()
    return LegalClock(_calendar_for(agency_id, rules.calendar), rules.counting)


def days_of_profile(profile: Profile) -> list[Mapping[str, Any]]:
    """The days that the profile brings, as they would be decided; unverified ones as drafts."""
    rest = [_day(each, REST) for each in profile.calendar["holidays"]]
    return rest + [_day(each, WORK) for each in profile.calendar["make_up_workdays"]]


def _calendar_for(agency_id: UUID, calendar: Calendar, leaving_out: str = "") -> Calendar:
    days: dict[str, set[date]] = {REST: set(), WORK: set(), HALF: set()}
    for key, decided in in_force(CALENDAR_DAY, agency_id).items():
        if key == leaving_out:
            continue
        days[decided["sort"]].add(date.fromisoformat(decided["day"]))
    if not any(days.values()):
        return calendar
    return calendar.with_days(
        rest=frozenset(days[REST]), work=frozenset(days[WORK]), half=frozenset(days[HALF])
    )


def _check_day(value: Value) -> None:
    """Raise AnswersInvalid for a make-up day that is a working day, whatever was decided about it."""
    calendar = _calendar_for(EVERYWHERE, jurisdiction().calendar, leaving_out=value["day"])
    if value["sort"] == WORK and calendar.is_working_day(date.fromisoformat(value["day"])):
        raise AnswersInvalid({("sort",): [gettext(_WORKS_ANYWAY)]})


def _effects_of_day(change: Change) -> Sequence[Effect]:
    counted = {"count": count_dossiers(change, text(UNDER_THE_CLOCK))}
    return (*_remarks(change), Effect(_DAYS_COUNTED_ANEW, counted))


def _remarks(change: Change) -> Iterator[Effect]:
    """What somebody who proposes a day may have overlooked."""
    value, before = change.ruling.value, change.before
    if value is None:
        return
    if before is not None and before["sort"] != value["sort"]:
        yield Effect(_TAKES_THE_PLACE, {"name": before["name"]})
    day = date.fromisoformat(value["day"])
    if value["sort"] == REST and day.isoweekday() in jurisdiction().calendar.weekend:
        yield Effect(_RESTS_ANYWAY)
    general = in_force(CALENDAR_DAY).get(change.key)
    if change.agency_id != EVERYWHERE and general and general["sort"] != value["sort"]:
        yield Effect(_AGAINST_ALL, {"name": general["name"]})
    if value.get("certainty") == DRAFT:
        yield Effect(_FROM_A_DRAFT)


def _day(entry: Mapping[str, Any], sort: str) -> Mapping[str, Any]:
    value = {
        "day": str(entry["date"]),
        "sort": sort,
        "name": entry["name"],
        "source": entry.get("source", ""),
        "certainty": _OFFICIAL if entry.get("verified") else DRAFT,
    }
    published = entry.get("published_on")
    return {**value, "published_on": str(published)} if published else value
