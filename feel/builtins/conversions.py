"""Conversion functions (DMN 10.3.4.1) and the boolean ones."""

import re
from decimal import Decimal
from typing import Any

from feel import iso
from feel.builtins.registry import builtin
from feel.durations import (
    NANOSECONDS,
    DaysDuration,
    Duration,
    MonthsDuration,
    months_duration,
    parse_duration,
    whole,
)
from feel.limits import Evaluation
from feel.numbers import CONTEXT, finite
from feel.temporal import (
    MOST_OFFSET_SECONDS,
    Date,
    DateTime,
    Time,
    at_instant,
    known_zone,
    make_date,
)
from feel.text import text_of

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,6})?", re.ASCII)
_SEPARATORS = frozenset({" ", ",", "."})
_UTC = Time(0, offset=0)


@builtin("date(from: string|date|date and time)")
def date(_run: Evaluation, value: str | Date | DateTime) -> Date | None:
    """The date of a text or of a moment."""
    if isinstance(value, DateTime):
        return value.date
    return value if isinstance(value, Date) else iso.parse_date(value)


@builtin("date(year: number, month: number, day: number)")
def date_of(_run: Evaluation, year: Decimal, month: Decimal, day: Decimal) -> Date | None:
    """The date of three numbers."""
    return make_date(whole(year), whole(month), whole(day))


@builtin("time(from: string|time|date|date and time)")
def time(_run: Evaluation, value: str | Time | Date | DateTime) -> Time | None:
    """The time of a text or of a moment; of a date, its midnight in UTC."""
    if isinstance(value, DateTime):
        return value.time
    if isinstance(value, Date):
        return _UTC
    return value if isinstance(value, Time) else iso.parse_time(value)


@builtin("time(hour: number, minute: number, second: number, offset?: days duration?)")
def time_of(
    _run: Evaluation,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: DaysDuration | None = None,
) -> Time | None:
    """The time of three numbers and perhaps an offset."""
    shift = None if offset is None else offset.nanoseconds // NANOSECONDS
    return _clock(hour, minute, second, shift, None)


def _clock(
    hour: Decimal, minute: Decimal, second: Decimal, offset: int | None, zone: str | None
) -> Time | None:
    in_day = 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60  # noqa: PLR2004 - a clock
    if not in_day or (offset is not None and abs(offset) > MOST_OFFSET_SECONDS):
        return None
    minutes = whole(hour) * 60 + whole(minute)
    return Time(minutes * 60 * NANOSECONDS + whole(second * NANOSECONDS), offset, zone)


@builtin("date and time(from: string|date|date and time)")
def date_and_time(_run: Evaluation, value: str | Date | DateTime) -> DateTime | None:
    """The moment of a text; of a date, its midnight in UTC."""
    if isinstance(value, Date):
        return DateTime(value, _UTC)
    return value if isinstance(value, DateTime) else iso.parse_date_time(value)


@builtin("date and time(date: date|date and time, time: time)")
def date_and_time_of(_run: Evaluation, day: Date | DateTime, clock: Time) -> DateTime:
    """The moment of a date and a time."""
    return DateTime(day.date if isinstance(day, DateTime) else day, clock)


@builtin("date and time(date: date and time, timezone: string)")
def date_and_time_in(_run: Evaluation, moment: DateTime, zone: str) -> DateTime | None:
    """The same instant told in another zone."""
    return at_instant(moment.instant, Time(0, zone=zone)) if known_zone(zone) else None


_PARTS = (
    "date and time(year: number, month: number, day: number,"
    " hour: number, minute: number, second: number"
)


@builtin(f"{_PARTS})")
@builtin(f"{_PARTS}, offset: days duration?)")
@builtin(f"{_PARTS}, timezone: string)")
def date_and_time_of_parts(run: Evaluation, *parts: Any) -> DateTime | None:
    """The moment of six numbers and perhaps an offset or a zone."""
    year, month, day, hour, minute, second, where = (*parts, None)[:7]
    zone = where if isinstance(where, str) else None
    offset = where.nanoseconds // NANOSECONDS if isinstance(where, DaysDuration) else None
    on = date_of(run, year, month, day)
    clock = _clock(hour, minute, second, offset, zone)
    if on is None or clock is None or (zone is not None and known_zone(zone) is None):
        return None
    return DateTime(on, clock)


@builtin("duration(from: string|duration)")
def duration(_run: Evaluation, value: str | Duration) -> Duration | None:
    """The duration of a text."""
    return parse_duration(value) if isinstance(value, str) else value


@builtin("years and months duration(from: date|date and time, to: date|date and time)")
def years_and_months(
    _run: Evaluation, start: Date | DateTime, end: Date | DateTime
) -> MonthsDuration | None:
    """The whole months between two days."""
    first = start.date if isinstance(start, DateTime) else start
    last = end.date if isinstance(end, DateTime) else end
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return months_duration(months)


@builtin("number(from: string)")
@builtin("number(from: string, grouping separator: string?, decimal separator?: string?)")
def number(
    _run: Evaluation, text: str, grouping: str | None = None, point: str | None = None
) -> Decimal | None:
    """The number of a text, with the separators it is written with."""
    known = all(mark is None or mark in _SEPARATORS for mark in (grouping, point))
    if not known or point == " " or (grouping is not None and grouping == (point or None)):
        return None
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(point, ".") if point else plain
    return finite(CONTEXT.create_decimal(plain)) if _NUMBER.fullmatch(plain) else None


@builtin("number(from: number)")
def number_itself(_run: Evaluation, value: Decimal) -> Decimal:
    """A number is a number already."""
    return value


@builtin("string(from: any)")
def string(run: Evaluation, value: Any) -> str | None:
    """The text of a value."""
    return None if value is None else text_of(value, run)


@builtin("not(negand: any)")
def negation(_run: Evaluation, value: Any) -> bool | None:
    """The opposite truth; null of anything else."""
    return not value if isinstance(value, bool) else None
