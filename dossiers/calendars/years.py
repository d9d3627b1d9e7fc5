"""What is known of a year: its days of rest and make-up days, and whether they are confirmed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from administration import EVERYWHERE, in_force
from core.clock import today
from dossiers.context import jurisdiction
from dossiers.settled.calendar_days import CALENDAR_DAY, DRAFT, days_of_profile

_MONTHS: Final = 12
_WARNED_BEFORE: Final = 3


class Standing(StrEnum):
    """How far one may rely on the calendar of a year."""

    MISSING = "missing"
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class KnownDay:
    """A day that is rested, worked or worked by half against the week, and who says so."""

    day: date
    sort: str
    name: str
    source: str
    official: bool
    decided: bool


@dataclass(frozen=True)
class Year:
    """A year with its days in order."""

    year: int
    days: Sequence[KnownDay]

    @property
    def standing(self) -> Standing:
        """Missing without any day; unconfirmed while one of them rests on no official source."""
        if not self.days:
            return Standing.MISSING
        confirmed = all(each.official for each in self.days)
        return Standing.CONFIRMED if confirmed else Standing.UNCONFIRMED


def year_of(year: int, agency_id: UUID = EVERYWHERE) -> Year:
    """A year as it holds at a place today: what was decided stands before the profile's days."""
    known = {each.day: each for each in _known(agency_id) if each.day.year == year}
    return Year(year, sorted(known.values(), key=lambda each: each.day))


def years_to_confirm() -> Sequence[Year]:
    """The years to be warned of: this one, and the coming one some months ahead."""
    ahead = int(jurisdiction().profile.calendar.get("warned_months_before", _WARNED_BEFORE))
    current = today()
    near = current.month > _MONTHS - ahead
    years = [current.year, *([current.year + 1] if near else [])]
    found = [year_of(each) for each in years]
    return [each for each in found if each.standing is not Standing.CONFIRMED]


def _known(agency_id: UUID) -> Iterator[KnownDay]:
    for value in days_of_profile(jurisdiction().profile):
        yield _day(value, official=value["certainty"] != DRAFT, decided=False)
    for value in in_force(CALENDAR_DAY, agency_id).values():
        yield _day(value, official=value.get("certainty") != DRAFT, decided=True)


def _day(value: Mapping[str, Any], *, official: bool, decided: bool) -> KnownDay:
    return KnownDay(
        date.fromisoformat(value["day"]),
        value["sort"],
        value["name"],
        value.get("source") or "",
        official,
        decided,
    )
