"""Cron expressions of Camunda 8: second, minute, hour, day of month, month, day of week.

`*`, `?`, lists, ranges and steps; `L`, `L-3`, `15W` and `LW` for days of the month; `5L` and `5#2`
for days of the week, 0 and 7 being Sunday; names of months and days; macros such as `@daily`. Both
kinds of day must fit. Times are UTC unless `CRON_TZ=Asia/Ho_Chi_Minh ` stands in front.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.errors import ElementFailed

ZONE = "CRON_TZ="
MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
SUNDAY, SATURDAY, DAYS_A_WEEK = 0, 6, 7
# The twenty-ninth of February on a given day of the week comes again within forty years.
LONGEST_WAIT = timedelta(days=41 * 366)
_PART = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?", re.ASCII)
DayRule = Callable[[date], bool]


@dataclass(frozen=True)
class Cron:
    """When something comes again; `days` and `weekdays` are alternatives each."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[DayRule, ...]
    months: frozenset[int]
    weekdays: tuple[DayRule, ...]
    zone: ZoneInfo

    def next_after(self, moment: datetime) -> datetime:
        """The first moment after this one; raises ElementFailed when there is none.

        A time that the clock leaves out comes when it goes on; one that it shows twice comes once.
        """
        start = moment.astimezone(self.zone).replace(tzinfo=None, fold=0)
        for wall in self._walls(start):
            due = wall.replace(tzinfo=self.zone).astimezone(UTC)
            if due > moment:
                return due
        raise ElementFailed("the cron expression names a day that never comes")

    def _walls(self, start: datetime) -> Iterator[datetime]:
        for day in self._days(start.date()):
            for at in self._times():
                wall = datetime.combine(day, at)
                if wall >= start:
                    yield wall

    def _days(self, first: date) -> Iterator[date]:
        last = first + min(LONGEST_WAIT, date.max - first)
        while first < last:
            if first.month in self.months and self._fits(first):
                yield first
            first += timedelta(days=1)

    def _fits(self, day: date) -> bool:
        return any(rule(day) for rule in self.days) and any(rule(day) for rule in self.weekdays)

    def _times(self) -> Iterator[time]:
        return (time(h, m, s) for h in self.hours for m in self.minutes for s in self.seconds)


def is_cron(text: str) -> bool:
    """Whether a cycle is written as cron rather than as ISO 8601."""
    return not text.startswith("R")


@lru_cache(maxsize=512)
def read_cron(text: str) -> Cron:
    """A cron expression; raises ElementFailed."""
    name, rest = "UTC", text.strip()
    if rest.startswith(ZONE):
        name, _, rest = rest.removeprefix(ZONE).partition(" ")
    fields = MACROS.get(rest.strip(), rest).upper().split()
    try:
        second, minute, hour, day, month, weekday = fields
        return Cron(
            _numbers(second, 0, 59),
            _numbers(minute, 0, 59),
            _numbers(hour, 0, 23),
            tuple(_day(part) for part in day.split(",")),
            frozenset(_numbers(_numbered(month, MONTHS, 1), 1, 12)),
            tuple(_weekday(part) for part in _numbered(weekday, WEEKDAYS, 0).split(",")),
            ZoneInfo(name),
        )
    except (ValueError, LookupError, OSError) as error:
        hint = "such as R3/PT1H, or a cron expression such as 0 0 9 * * MON-FRI"
        raise ElementFailed(f"not an ISO 8601 cycle, {hint}: {text!r}") from error


def _numbered(text: str, names: list[str], first: int) -> str:
    for number, name in enumerate(names, first):
        text = text.replace(name, str(number))
    return text


def _numbers(text: str, least: int, most: int) -> tuple[int, ...]:
    """The numbers of a field in order; raises ValueError."""
    found = {number for part in text.split(",") for number in _range(part, least, most)}
    return tuple(sorted(found))


def _range(part: str, least: int, most: int) -> range:
    match = _PART.fullmatch("*" if part == "?" else part)
    if match is None:
        raise ValueError(part)
    begin, end, step = match.groups()
    low = least if begin is None else int(begin)
    high = int(end) if end else most if begin is None or step else low
    if not least <= low <= high <= most:
        raise ValueError(part)
    return range(low, high + 1, int(step or 1))


def _day(part: str) -> DayRule:
    if part == "LW":
        return lambda day: day == _nearest_weekday(day, _length(day))
    if part.startswith("L"):
        back = int(part.removeprefix("L") or 0)
        if not -monthrange(2000, 1)[1] < back <= 0:
            raise ValueError(part)
        return lambda day: day.day == _length(day) + back
    if part.endswith("W"):
        (number,) = _numbers(part.removesuffix("W"), 1, 31)
        return lambda day: number <= _length(day) and day == _nearest_weekday(day, number)
    chosen = _numbers(part, 1, 31)
    return lambda day: day.day in chosen


def _length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _nearest_weekday(day: date, number: int) -> date:
    """The day from Monday to Friday that is nearest to a day of the month, in that month."""
    asked = day.replace(day=number)
    shift = {SATURDAY: -1, SUNDAY: 1}.get(_of_week(asked), 0)
    if not 1 <= number + shift <= _length(day):
        shift = -2 * shift
    return asked + timedelta(days=shift)


def _weekday(part: str) -> DayRule:
    if part.endswith("L") or "#" in part:
        number, _, nth = part.removesuffix("L").partition("#")
        (asked,) = _week(number)
        return _nth(asked, int(nth)) if nth else _last(asked)
    chosen = _week(part)
    return lambda day: _of_week(day) in chosen


def _week(text: str) -> frozenset[int]:
    return frozenset(number % DAYS_A_WEEK for number in _numbers(text, 0, 7))


def _of_week(day: date) -> int:
    return day.isoweekday() % DAYS_A_WEEK


def _nth(asked: int, nth: int) -> DayRule:
    if not 1 <= nth <= -(-31 // DAYS_A_WEEK):
        raise ValueError(nth)
    return lambda day: _of_week(day) == asked and (day.day - 1) // DAYS_A_WEEK == nth - 1


def _last(asked: int) -> DayRule:
    return lambda day: _of_week(day) == asked and day.day + DAYS_A_WEEK > _length(day)
