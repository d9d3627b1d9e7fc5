"""The legal clock: pure functions from a moment, a limit and a calendar to a due moment.

The day of receipt is not counted, and a period of calendar days that ends on a rest day ends at the
end of the next working day (Civil Code 2015, articles 147 and 148). Receipt after closing time or on a
rest day counts as receipt on the next working day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Which days an agency works; the zone and the closing hour in which its days are counted."""

    weekend: frozenset[int]
    holidays: frozenset[date]
    make_up_workdays: frozenset[date]
    zone: ZoneInfo
    closing: time

    @classmethod
    def from_profile(cls, data: Mapping[str, Any]) -> "Calendar":
        """Read the `calendar` part of a profile; weekdays count from 1, Monday, as in ISO 8601."""
        return cls(
            weekend=frozenset(data["weekend"]),
            holidays=_days(data["holidays"]),
            make_up_workdays=_days(data["make_up_workdays"]),
            zone=ZoneInfo(data["time_zone"]),
            closing=time.fromisoformat(data["closing"]),
        )

    def with_days(self, *, rest: frozenset[date], work: frozenset[date]) -> "Calendar":
        """The same calendar where on some more days it is rested, or worked."""
        return replace(
            self,
            holidays=(self.holidays - work) | rest,
            make_up_workdays=(self.make_up_workdays - rest) | work,
        )

    def is_working_day(self, day: date) -> bool:
        """Whether the agency works on this day; a make-up workday wins over weekend and holiday."""
        if day in self.make_up_workdays:
            return True
        return day.isoweekday() not in self.weekend and day not in self.holidays

    def next_working_day(self, day: date) -> date:
        """The first working day after this day."""
        day += ONE_DAY
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def local_date(self, moment: datetime) -> date:
        """The date of a moment in the agency's zone."""
        return moment.astimezone(self.zone).date()

    def day_of_receipt(self, moment: datetime) -> date:
        """The day on which something that arrived at this moment counts as received."""
        local = moment.astimezone(self.zone)
        in_time = local.time() <= self.closing and self.is_working_day(local.date())
        return local.date() if in_time else self.next_working_day(local.date())

    def end_of(self, day: date) -> datetime:
        """Closing time of a day."""
        return datetime.combine(day, self.closing, self.zone)


def due_date(received: date, amount: int, unit: str, calendar: Calendar) -> date:
    """The last day of a period of working or calendar days that begins after the day of receipt."""
    if unit == "working-day":
        day = received
        for _ in range(amount):
            day = calendar.next_working_day(day)
        return day
    last = received + amount * ONE_DAY
    return last if calendar.is_working_day(last) else calendar.next_working_day(last)


def due_at(received: datetime, amount: int, unit: str, calendar: Calendar) -> datetime:
    """The moment at which a period that began with a receipt is over: closing time of its last day."""
    day = calendar.day_of_receipt(received)
    return calendar.end_of(due_date(day, amount, unit, calendar))


def _days(rows: Iterable[Mapping[str, Any]]) -> frozenset[date]:
    return frozenset(row["date"] for row in rows)
