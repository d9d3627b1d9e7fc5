"""When an agency works: days, office hours, and the moment from which something counts as received."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
# Beyond this many days without work a calendar is wrong, and nobody shall wait for its end.
LONGEST_REST = 366

Hours = tuple[tuple[time, time], ...]


class CalendarWithoutWork(ValueError):
    """The calendar has no working day for a year."""


class CalendarContradictsItself(ValueError):
    """The days of a profile cannot all be meant; the text says which."""


@dataclass(frozen=True)
class Calendar:
    """Which days and hours an agency works; the zone in which both are told.

    `hours` are those of an ordinary working day, `half_days` the days that end with the first of them.
    `cut_off` is until when something counts as received on its day.
    """

    weekend: frozenset[int]
    holidays: frozenset[date]
    make_up_workdays: frozenset[date]
    zone: ZoneInfo
    hours: Hours
    cut_off: time
    half_days: frozenset[date] = frozenset()

    @classmethod
    def from_profile(cls, data: Mapping[str, Any]) -> "Calendar":
        """Read the `calendar` part of a profile; weekdays count from 1, Monday, as in ISO 8601.

        Raises CalendarContradictsItself.
        """
        _require_sense(data)
        hours = tuple(
            (time.fromisoformat(opening), time.fromisoformat(closing))
            for opening, closing in data["office_hours"]
        )
        return cls(
            weekend=frozenset(data["weekend"]),
            holidays=_days(data["holidays"]),
            make_up_workdays=_days(data["make_up_workdays"]),
            zone=ZoneInfo(data["time_zone"]),
            hours=hours,
            cut_off=time.fromisoformat(data.get("cut_off") or data["office_hours"][-1][1]),
            half_days=_days(data.get("half_days", ())),
        )

    def with_days(
        self, *, rest: frozenset[date], work: frozenset[date], half: frozenset[date] = frozenset()
    ) -> "Calendar":
        """The same calendar where some more days are rested, worked, or worked by half."""
        return replace(
            self,
            holidays=(self.holidays - work - half) | rest,
            make_up_workdays=(self.make_up_workdays - rest) | work | half,
            half_days=(self.half_days - rest - work) | half,
        )

    def is_working_day(self, day: date) -> bool:
        """Whether the agency works on this day; a make-up workday wins over weekend and holiday."""
        if day in self.make_up_workdays:
            return True
        return day.isoweekday() not in self.weekend and day not in self.holidays

    def next_working_day(self, day: date) -> date:
        """The first working day after this day; raises CalendarWithoutWork."""
        for _ in range(LONGEST_REST):
            day += ONE_DAY
            if self.is_working_day(day):
                return day
        raise CalendarWithoutWork

    def working_days_between(self, after: date, last: date) -> int:
        """How many working days there are after a day, until a last one, which counts."""
        days = range((last - after).days)
        return sum(self.is_working_day(after + (number + 1) * ONE_DAY) for number in days)

    def spans(self, day: date) -> Sequence[tuple[datetime, datetime]]:
        """The times in which the agency works on a day, in order; none on a rest day."""
        if not self.is_working_day(day):
            return ()
        hours = self.hours[:1] if day in self.half_days else self.hours
        return [
            (
                datetime.combine(day, opening, self.zone),
                datetime.combine(day, closing, self.zone),
            )
            for opening, closing in hours
        ]

    def local_date(self, moment: datetime) -> date:
        """The date of a moment in the agency's zone."""
        return moment.astimezone(self.zone).date()

    def day_of_receipt(self, moment: datetime) -> date:
        """The day on which something that arrived at this moment counts as received."""
        local = moment.astimezone(self.zone)
        in_time = local.time() <= self.cut_off and self.is_working_day(local.date())
        return local.date() if in_time else self.next_working_day(local.date())

    def end_of(self, day: date) -> datetime:
        """Closing time of a day."""
        half = day in self.half_days
        return datetime.combine(day, self.hours[0 if half else -1][1], self.zone)


def _require_sense(data: Mapping[str, Any]) -> None:
    rest, work = ([row["date"] for row in data[name]] for name in ("holidays", "make_up_workdays"))
    for day in (*rest, *work):
        if not isinstance(day, date):
            raise CalendarContradictsItself(f"{day} is no day of the calendar.")
        if day in rest and day in work:
            raise CalendarContradictsItself(f"{day} is both a holiday and a make-up workday.")
        if (rest + work).count(day) > 1:
            raise CalendarContradictsItself(f"{day} is named twice.")
    for day in work:
        if day.isoweekday() not in data["weekend"]:
            raise CalendarContradictsItself(f"{day} is a working day: nothing is made up on it.")


def _days(rows: Iterable[Mapping[str, Any]]) -> frozenset[date]:
    return frozenset(row["date"] for row in rows)
