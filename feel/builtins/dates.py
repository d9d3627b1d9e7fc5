"""Functions over dates (DMN 10.3.4.7 and 10.3.4.8): now, today, the calendar, and `is`."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from core import clock
from feel.builtins.registry import builtin
from feel.limits import Evaluation
from feel.temporal import Date, DateTime, Time, make_date, month_length, ordinal
from feel.values import to_feel

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_THURSDAY = 4


def _day(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


@builtin("now()")
def now(run: Evaluation) -> DateTime:
    """This moment, in the zone of the evaluation."""
    moment: DateTime = to_feel(_now(run))
    return moment


def _now(run: Evaluation) -> datetime:
    return clock.now().astimezone(run.zone or clock.zone())


@builtin("today()")
def today(run: Evaluation) -> Date:
    """This day, in the zone of the evaluation."""
    day: Date = to_feel(_now(run).date())
    return day


@builtin("day of week(date: date|date and time)")
def day_of_week(_run: Evaluation, value: Date | DateTime) -> str:
    """Monday to Sunday."""
    return _DAYS[_day(value).weekday - 1]


@builtin("day of year(date: date|date and time)")
def day_of_year(_run: Evaluation, value: Date | DateTime) -> Decimal:
    """1 to 366."""
    day = _day(value)
    return Decimal(day.ordinal - ordinal(day.year, 1, 1) + 1)


@builtin("month of year(date: date|date and time)")
def month_of_year(_run: Evaluation, value: Date | DateTime) -> str:
    """January to December."""
    return _MONTHS[_day(value).month - 1]


@builtin("week of year(date: date|date and time)")
def week_of_year(_run: Evaluation, value: Date | DateTime) -> Decimal:
    """The ISO week: the one whose Thursday lies in the year."""
    day = _day(value)
    thursday = day.ordinal + _THURSDAY - day.weekday
    for year in (day.year + 1, day.year, day.year - 1):
        first = ordinal(year, 1, 1)
        if thursday >= first:
            return Decimal((thursday - first) // 7 + 1)
    return Decimal(1)


@builtin("last day of month(date: date|date and time)")
def last_day_of_month(_run: Evaluation, value: Date | DateTime) -> Date | None:
    """Camunda: the last day of the date's month."""
    day = _day(value)
    return make_date(day.year, day.month, month_length(day.year, day.month))


@builtin("is(value1: any, value2: any)")
def is_same(_run: Evaluation, left: Any, right: Any) -> bool:
    """True when both are the same element of the same domain, zones and offsets included."""
    if left.__class__ is not right.__class__:
        return False
    if isinstance(left, Time):
        return _parts(left) == _parts(right)
    if isinstance(left, DateTime):
        return left.date == right.date and _parts(left.time) == _parts(right.time)
    return bool(left == right)


def _parts(time: Time) -> tuple[int, int | None, str | None]:
    return time.nanoseconds, time.offset, time.zone
