"""The border between Python's values and FEEL's: inwards on reading a variable, outwards with a
result.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from feel.durations import NANOSECONDS, DaysDuration, MonthsDuration, days_duration
from feel.errors import UnsupportedValue
from feel.functions import Function
from feel.limits import Evaluation
from feel.numbers import CONTEXT, finite
from feel.ranges import Range
from feel.temporal import DAY_SECONDS, Date, DateTime, Time

# Values of these classes are the same on both sides.
PLAIN = frozenset({type(None), bool, str, Decimal})
# Values of these classes need no look at what is inside them.
READY = PLAIN | {Date, Time, DateTime, DaysDuration, MonthsDuration, Range}

_EXACT = 10**34


def to_feel(value: Any) -> Any:
    """A value of a context as FEEL sees it. Raises UnsupportedValue."""
    if type(value) in READY or isinstance(value, Function):
        return value
    convert = _INWARDS.get(type(value))
    if convert is not None:
        return convert(value)
    for kind, convert in _INWARDS.items():
        if isinstance(value, kind):
            return convert(value)
    raise UnsupportedValue(kind=type(value).__name__)


def ready(value: Any, run: Evaluation) -> Any:
    """The same for a variable read in an evaluation: lists and contexts are converted only once."""
    if value.__class__ is not list and value.__class__ is not dict:
        return to_feel(value)
    known = run.conversions.get(id(value))
    if known is None:
        # The original is kept too, so that its id cannot pass to another object meanwhile.
        known = run.conversions[id(value)] = (value, to_feel(value))
    return known[1]


def _number(value: Any) -> Decimal | None:
    if type(value) is int and -_EXACT < value < _EXACT:
        return Decimal(value)
    return finite(CONTEXT.create_decimal(repr(value) if isinstance(value, float) else value))


def _list(value: Any) -> list[Any]:
    return [item if item.__class__ in READY else to_feel(item) for item in value]


def _context(value: Mapping[Any, Any]) -> dict[str, Any]:
    if not all(isinstance(key, str) for key in value):
        raise UnsupportedValue(kind="mapping without text keys")
    return {str.__str__(key): to_feel(item) for key, item in value.items()}


def _date_time(value: dt.datetime) -> DateTime:
    return DateTime(Date(value.year, value.month, value.day), _time(value.timetz(), value))


def _time(value: dt.time, moment: dt.datetime | None = None) -> Time:
    seconds = value.hour * 3_600 + value.minute * 60 + value.second
    nanoseconds = seconds * NANOSECONDS + value.microsecond * 1_000
    zone = value.tzinfo
    if isinstance(zone, ZoneInfo) and zone.key:
        return Time(nanoseconds, zone=zone.key)
    offset = (moment or value).utcoffset()
    return Time(nanoseconds, offset=None if offset is None else int(offset.total_seconds()))


def _date(value: dt.date) -> Date:
    return Date(value.year, value.month, value.day)


def _duration(value: dt.timedelta) -> DaysDuration | None:
    seconds = value.days * DAY_SECONDS + value.seconds
    return days_duration(seconds * NANOSECONDS + value.microseconds * 1_000)


# In this order for subclasses: a truth value is also an int, a moment is also a date.
_INWARDS: Mapping[type, Callable[[Any], Any]] = {
    bool: bool,
    str: str.__str__,
    int: _number,
    float: _number,
    Decimal: _number,
    dict: _context,
    Mapping: _context,
    list: _list,
    tuple: _list,
    set: _list,
    frozenset: _list,
    dt.datetime: _date_time,
    dt.date: _date,
    dt.time: _time,
    dt.timedelta: _duration,
}


def to_python(value: Any, run: Evaluation) -> Any:
    """A result as Python sees it: dates and times become Python's own where nothing is lost."""
    if value.__class__ in PLAIN:
        return value
    convert = _OUTWARDS.get(type(value))
    return convert(value, run) if convert else value


def _list_out(value: list[Any], run: Evaluation) -> list[Any]:
    run.charge(1 + len(value))
    return [to_python(item, run) for item in value]


def _context_out(value: dict[str, Any], run: Evaluation) -> dict[str, Any]:
    run.charge(2 + len(value))
    return {key: to_python(item, run) for key, item in value.items()}


def _date_out(value: Date, _run: Evaluation) -> Any:
    if dt.MINYEAR <= value.year <= dt.MAXYEAR:
        return dt.date(value.year, value.month, value.day)
    return value


def _time_out(value: Time, _run: Evaluation) -> Any:
    if value.nanoseconds % 1_000:
        return value
    microsecond = value.nanoseconds % NANOSECONDS // 1_000
    return dt.time(value.hour, value.minute, value.second, microsecond, tzinfo=_zone_out(value))


def _date_time_out(value: DateTime, run: Evaluation) -> Any:
    day, time = _date_out(value.date, run), _time_out(value.time, run)
    if isinstance(day, Date) or isinstance(time, Time):
        return value
    return dt.datetime.combine(day, time)


def _zone_out(value: Time) -> dt.tzinfo | None:
    if value.zone is not None:
        return ZoneInfo(value.zone)
    if value.offset is None:
        return None
    return dt.timezone(dt.timedelta(seconds=value.offset)) if value.offset else dt.UTC


_OUTWARDS: Mapping[type, Callable[[Any, Evaluation], Any]] = {
    list: _list_out,
    dict: _context_out,
    Date: _date_out,
    Time: _time_out,
    DateTime: _date_time_out,
}
