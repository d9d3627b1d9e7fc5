"""Days on which an agency rests or works against the usual week."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask_babel import format_date
from sqlalchemy import text

from administration import Effect, SettingKind, in_force
from administration.kinds import Change
from core.errors import N_
from dossiers.calendar import Calendar
from dossiers.context import jurisdiction
from dossiers.models import UNDER_THE_CLOCK
from dossiers.settled.common import count_dossiers, form_of
from dossiers.time_limits import LegalClock
from workflows.profiles import Profile

CALENDAR_DAY: Final = "calendar-day"
REST, WORK, HALF = "rest", "work", "half"
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
        effects=_effects_of_day,
        defaults=lambda: _days_of(profile),
    )


def clock_for(agency_id: UUID) -> LegalClock:
    """The clock of an agency: the profile's, with the days that were decided about."""
    rules = jurisdiction()
    return LegalClock(_calendar_for(agency_id, rules.calendar), rules.counting)


def _calendar_for(agency_id: UUID, calendar: Calendar) -> Calendar:
    days: dict[str, set[date]] = {REST: set(), WORK: set(), HALF: set()}
    for decided in in_force(CALENDAR_DAY, agency_id).values():
        days[decided["sort"]].add(date.fromisoformat(decided["day"]))
    if not any(days.values()):
        return calendar
    return calendar.with_days(
        rest=frozenset(days[REST]), work=frozenset(days[WORK]), half=frozenset(days[HALF])
    )


def _effects_of_day(change: Change) -> Sequence[Effect]:
    return (Effect(_DAYS_COUNTED_ANEW, {"count": count_dossiers(change, text(UNDER_THE_CLOCK))}),)


def _days_of(profile: Profile) -> list[Mapping[str, Any]]:
    rest = [_day(each, REST) for each in profile.calendar["holidays"]]
    return rest + [_day(each, WORK) for each in profile.calendar["make_up_workdays"]]


def _day(entry: Mapping[str, Any], sort: str) -> Mapping[str, Any]:
    return {"day": str(entry["date"]), "sort": sort, "name": entry["name"]}
