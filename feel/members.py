"""source.member: entries of contexts, properties of dates, times, durations and ranges."""

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from feel.durations import NANOSECONDS, DaysDuration, MonthsDuration
from feel.limits import Evaluation
from feel.ranges import Range
from feel.temporal import Date, DateTime, Time


def member_of(value: Any, name: str, run: Evaluation) -> Any:
    """The member, of every element when the value is a list; null when there is none."""
    if value.__class__ is dict:
        return value.get(name)
    if value.__class__ is list:
        run.charge(len(value))
        return [member_of(item, name, run) for item in value]
    read = _PROPERTIES.get(value.__class__, {}).get(name)
    return read(value) if read else None


def members_of(value: Any) -> Collection[str]:
    """The names that can be asked of a value, or of the values in a list."""
    if value.__class__ is list:
        return frozenset().union(*map(members_of, value))
    return tuple(value) if value.__class__ is dict else properties_of(value.__class__)


def properties_of(kind: type) -> Collection[str]:
    """The properties that values of this class have."""
    return tuple(_PROPERTIES.get(kind, ()))


def _signed(amount: int, whole: int) -> Decimal:
    return Decimal(-amount if whole < 0 else amount)


def _part(unit_seconds: int, modulus: int | None) -> Callable[[DaysDuration], Decimal]:
    def read(value: DaysDuration) -> Decimal:
        count = abs(value.nanoseconds) // (unit_seconds * NANOSECONDS)
        return _signed(count % modulus if modulus else count, value.nanoseconds)

    return read


def _offset(time: Time, seconds: int) -> DaysDuration | None:
    return None if time.is_local else DaysDuration(seconds * NANOSECONDS)


_CALENDAR: Mapping[str, Callable[[Any], Any]] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal(day.weekday),
}
_CLOCK: Mapping[str, Callable[[Any], Any]] = {
    "hour": lambda time: Decimal(time.hour),
    "minute": lambda time: Decimal(time.minute),
    "second": lambda time: Decimal(time.second),
    "time offset": lambda time: _offset(time, time.offset_seconds),
    "timezone": lambda time: time.zone,
}


def _of_part(part: str, read: Callable[[Any], Any]) -> Callable[[DateTime], Any]:
    """The same property of a moment's date or time."""
    return lambda moment: read(moment.date if part == "date" else moment.time)


_PROPERTIES: Mapping[type, Mapping[str, Callable[[Any], Any]]] = {
    Date: _CALENDAR,
    Time: _CLOCK,
    DateTime: {
        **{name: _of_part("date", read) for name, read in _CALENDAR.items()},
        **{name: _of_part("time", read) for name, read in _CLOCK.items()},
        "time offset": lambda moment: _offset(moment.time, moment.offset_seconds),
    },
    DaysDuration: {
        "days": _part(86_400, None),
        "hours": _part(3_600, 24),
        "minutes": _part(60, 60),
        "seconds": _part(1, 60),
    },
    MonthsDuration: {
        "years": lambda value: _signed(abs(value.months) // 12, value.months),
        "months": lambda value: _signed(abs(value.months) % 12, value.months),
    },
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_included,
        "end included": lambda value: value.high_included,
    },
}
