"""The legal clock: pure functions from moments, a limit and a calendar to a due moment.

The day of receipt is not counted, and a period of calendar days or months that ends on a rest day ends
at the end of the next working day (Civil Code 2015, articles 147 and 148). While an authority waits for
the applicant the clock stands: what is left then is counted from the return on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from dossiers.calendar import ONE_DAY, Calendar

HOURS_OF_A_DAY, SECONDS_OF_AN_HOUR, MONTHS_OF_A_YEAR = 8, 3600, 12


class Unit(StrEnum):
    """In what a limit is counted. Hours are office hours, eight of them a working day."""

    HOUR = "hour"
    WORKING_DAY = "working-day"
    CALENDAR_DAY = "calendar-day"
    MONTH = "month"


@dataclass(frozen=True)
class TimeLimit:
    """An amount of a unit; hours and working days may have fractions, such as half a day."""

    amount: Decimal
    unit: Unit


@dataclass(frozen=True)
class CountingRules:
    """What the law of a place says about the days on which the clock stops and goes on.

    `asking_day_counts`: the day on which the applicant is asked is used up. `returning_day_counts`: the
    day on which he answers is the first of what is left.
    """

    asking_day_counts: bool = True
    returning_day_counts: bool = False


@dataclass(frozen=True)
class Pause:
    """A time in which the clock stood; without an end it still does."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class LegalClock:
    """Counts limits in one calendar, by the rules of one place."""

    calendar: Calendar
    rules: CountingRules = CountingRules()

    def due_at(self, received: datetime, limit: TimeLimit) -> datetime:
        """When a period that began with a receipt is over."""
        return _Run(self, received, limit).due()

    def due_after_day(self, uncounted: date, limit: TimeLimit) -> datetime:
        """When a limit of days or months is over whose first day follows a day."""
        if limit.unit is Unit.WORKING_DAY:
            return _after_working_days(uncounted, limit.amount, self.calendar)
        last = _last_day(uncounted, limit)
        return self.calendar.end_of(_moved_to_work(last, self.calendar))

    def due_after(
        self, received: datetime, limit: TimeLimit, pauses: Sequence[Pause]
    ) -> datetime | None:
        """When it is over after pauses; None while the clock stands.

        Pauses do not overlap and come in order. One that began when the period was over already
        changes nothing: late stays late.
        """
        run = _Run(self, received, limit)
        for pause in pauses:
            if pause.since > run.due():
                break
            if pause.until is None:
                return None
            run = run.resumed(pause.since, pause.until)
        return run.due()


@dataclass(frozen=True)
class _Run:
    """What is left of a limit, and from when on it is counted: a receipt, or (`again`) a return."""

    clock: LegalClock
    start: datetime
    left: TimeLimit
    again: bool = False

    def due(self) -> datetime:
        if self.left.unit is Unit.HOUR:
            length = _hours(self.left.amount)
            return after_office_hours(self.start, length, self.clock.calendar)
        return self.clock.due_after_day(self._uncounted, self.left)

    def resumed(self, stopped: datetime, again: datetime) -> "_Run":
        return replace(self, start=again, left=self._left(stopped), again=True)

    @property
    def _uncounted(self) -> date:
        """The last day that is not counted."""
        day = self.clock.calendar.day_of_receipt(self.start)
        return day - ONE_DAY if self.again and self.clock.rules.returning_day_counts else day

    def _left(self, stopped: datetime) -> TimeLimit:
        """What is left when the clock stops; months go on as calendar days."""
        calendar, limit = self.clock.calendar, self.left
        if limit.unit is Unit.HOUR:
            passed = office_hours_between(self.start, stopped, calendar)
            return TimeLimit(_not_less(limit.amount - _in_hours(passed)), limit.unit)
        last = calendar.local_date(stopped)
        last = last if self.clock.rules.asking_day_counts else last - ONE_DAY
        if limit.unit is Unit.WORKING_DAY:
            used = calendar.working_days_between(self._uncounted, last)
            return TimeLimit(_not_less(limit.amount - used), limit.unit)
        days = (_last_day(self._uncounted, limit) - max(last, self._uncounted)).days
        return TimeLimit(_not_less(Decimal(days)), Unit.CALENDAR_DAY)


def after_office_hours(moment: datetime, length: timedelta, calendar: Calendar) -> datetime:
    """The moment at which so much office time has passed."""
    for opening, closing in _spans_from(moment, calendar):
        begins = max(opening, moment)
        if begins + length <= closing:
            return begins + length
        length -= max(timedelta(), closing - begins)
    raise AssertionError("office times never end")


def office_hours_between(since: datetime, until: datetime, calendar: Calendar) -> timedelta:
    """How much office time there is between two moments."""
    passed = timedelta()
    for opening, closing in _spans_from(since, calendar):
        if opening >= until:
            break
        passed += max(timedelta(), min(closing, until) - max(opening, since))
    return passed


def _after_working_days(uncounted: date, amount: Decimal, calendar: Calendar) -> datetime:
    """Whole days end at closing time; a fraction is so many hours of the next day's office time."""
    day = uncounted
    for _ in range(int(amount)):
        day = calendar.next_working_day(day)
    if part := amount % 1:
        opening = calendar.spans(calendar.next_working_day(day))[0][0]
        return after_office_hours(opening, _hours(part * HOURS_OF_A_DAY), calendar)
    return calendar.end_of(_moved_to_work(day, calendar))


def _last_day(uncounted: date, left: TimeLimit) -> date:
    """The last calendar day of a period, before it is moved off a rest day."""
    if left.unit is Unit.MONTH:
        return _months_later(uncounted, int(left.amount))
    return uncounted + int(left.amount) * ONE_DAY


def _months_later(day: date, months: int) -> date:
    """The day of that number some months later, or the last day of a month that has none."""
    index = day.year * MONTHS_OF_A_YEAR + day.month - 1 + months
    first, following = _first_of(index), _first_of(index + 1)
    return min(first + (day.day - 1) * ONE_DAY, following - ONE_DAY)


def _first_of(index: int) -> date:
    year, month = divmod(index, MONTHS_OF_A_YEAR)
    return date(year, month + 1, 1)


def _moved_to_work(day: date, calendar: Calendar) -> date:
    return day if calendar.is_working_day(day) else calendar.next_working_day(day)


def _spans_from(moment: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The office times from a moment's day on, for ever."""
    day = calendar.local_date(moment)
    if not calendar.is_working_day(day):
        day = calendar.next_working_day(day)
    while True:
        yield from calendar.spans(day)
        day = calendar.next_working_day(day)


def _hours(amount: Decimal) -> timedelta:
    return timedelta(seconds=float(amount * SECONDS_OF_AN_HOUR))


def _in_hours(length: timedelta) -> Decimal:
    return Decimal(length.total_seconds()) / SECONDS_OF_AN_HOUR


def _not_less(amount: Decimal) -> Decimal:
    return max(Decimal(), amount)
