"""+ - * / ** over numbers, texts, dates, times and durations (DMN 10.3.2.3, tables 53 to 60).

Each operator has a table from the kinds of its operands to a small function; a pair that is not in
the table has no result, which is null.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from feel.durations import (
    NANOSECONDS,
    DaysDuration,
    MonthsDuration,
    days_duration,
    months_duration,
    whole,
)
from feel.limits import Evaluation
from feel.numbers import CONTEXT, OPERATIONS, finite
from feel.temporal import (
    DAY_NANOSECONDS,
    Date,
    DateTime,
    Time,
    add_months,
    at_instant,
    date_at,
)

Operation = Callable[[Any, Any], Any]
Table = Mapping[tuple[type, type], Operation]


def _moment(value: Date | DateTime) -> DateTime:
    """A date counts as its midnight in UTC."""
    return DateTime(value, Time(0, offset=0)) if isinstance(value, Date) else value


def _between_moments(left: Date | DateTime, right: Date | DateTime) -> DaysDuration | None:
    later, earlier = _moment(left), _moment(right)
    if later.time.is_local != earlier.time.is_local:
        return None
    return days_duration(later.instant - earlier.instant)


def _between_times(left: Time, right: Time) -> DaysDuration | None:
    if left.is_local != right.is_local:
        return None
    shift = (left.offset_seconds - right.offset_seconds) * NANOSECONDS
    return days_duration(left.nanoseconds - right.nanoseconds - shift)


def _moment_plus_days(moment: DateTime, duration: DaysDuration) -> DateTime | None:
    return at_instant(moment.instant + duration.nanoseconds, moment.time)


def _date_plus_days(day: Date, duration: DaysDuration) -> Date | None:
    return date_at((day.ordinal * DAY_NANOSECONDS + duration.nanoseconds) // DAY_NANOSECONDS)


def _time_plus_days(time: Time, duration: DaysDuration) -> Time:
    nanoseconds = (time.nanoseconds + duration.nanoseconds) % DAY_NANOSECONDS
    return Time(nanoseconds, time.offset, time.zone)


def _date_plus_months(day: Date, duration: MonthsDuration) -> Date | None:
    return add_months(day, duration.months)


def _moment_plus_months(moment: DateTime, duration: MonthsDuration) -> DateTime | None:
    day = add_months(moment.date, duration.months)
    return DateTime(day, moment.time) if day else None


def negate(value: Any) -> Any:
    """-value, for numbers and durations."""
    if value.__class__ is Decimal:
        return CONTEXT.minus(value)
    if value.__class__ is DaysDuration:
        return DaysDuration(-value.nanoseconds)
    return MonthsDuration(-value.months) if value.__class__ is MonthsDuration else None


def _days_times(duration: DaysDuration, number: Decimal) -> DaysDuration | None:
    return days_duration(CONTEXT.multiply(Decimal(duration.nanoseconds), number))


def _months_times(duration: MonthsDuration, number: Decimal) -> MonthsDuration | None:
    return months_duration(CONTEXT.multiply(Decimal(duration.months), number))


def _quotient(left: Decimal | int, right: Decimal | int) -> Decimal | None:
    return finite(CONTEXT.divide(Decimal(left), Decimal(right)))


def _days_by(duration: DaysDuration, number: Decimal) -> DaysDuration | None:
    quotient = _quotient(duration.nanoseconds, number)
    return None if quotient is None else days_duration(quotient)


def _months_by(duration: MonthsDuration, number: Decimal) -> MonthsDuration | None:
    quotient = _quotient(duration.months, number)
    return None if quotient is None else months_duration(whole(quotient))


_SHIFTS: Table = {
    (DateTime, DaysDuration): _moment_plus_days,
    (Date, DaysDuration): _date_plus_days,
    (Time, DaysDuration): _time_plus_days,
    (Date, MonthsDuration): _date_plus_months,
    (DateTime, MonthsDuration): _moment_plus_months,
    (DaysDuration, DaysDuration): lambda a, b: days_duration(a.nanoseconds + b.nanoseconds),
    (MonthsDuration, MonthsDuration): lambda a, b: months_duration(a.months + b.months),
}


def _swapped(operation: Operation) -> Operation:
    return lambda left, right: operation(right, left)


def _backwards(operation: Operation) -> Operation:
    return lambda left, right: operation(left, negate(right))


_SUMS: Table = {
    **{(b, a): _swapped(operation) for (a, b), operation in _SHIFTS.items() if a is not b},
    **_SHIFTS,
}
_DIFFERENCES: Table = {
    **{kinds: _backwards(operation) for kinds, operation in _SHIFTS.items()},
    **dict.fromkeys(((a, b) for a in (Date, DateTime) for b in (Date, DateTime)), _between_moments),
    (Time, Time): _between_times,
}
_PRODUCTS: Table = {
    (DaysDuration, Decimal): _days_times,
    (MonthsDuration, Decimal): _months_times,
    (Decimal, DaysDuration): _swapped(_days_times),
    (Decimal, MonthsDuration): _swapped(_months_times),
}
_QUOTIENTS: Table = {
    (DaysDuration, Decimal): _days_by,
    (MonthsDuration, Decimal): _months_by,
    (DaysDuration, DaysDuration): lambda a, b: _quotient(a.nanoseconds, b.nanoseconds),
    (MonthsDuration, MonthsDuration): lambda a, b: _quotient(a.months, b.months),
}
TABLES: Mapping[str, Table] = {
    "+": _SUMS,
    "-": _DIFFERENCES,
    "*": _PRODUCTS,
    "/": _QUOTIENTS,
    "**": {},
}


def calculated(sign: str, left: Any, right: Any, run: Evaluation) -> Any:
    """left + right and its like. Raises TextTooLong."""
    kinds = left.__class__, right.__class__
    if kinds == (Decimal, Decimal):
        return _number(sign, left, right)
    if kinds == (str, str) and sign == "+":
        run.check_text(len(left) + len(right))
        return left + right
    operation = TABLES[sign].get(kinds)
    return operation(left, right) if operation else None


def _number(sign: str, left: Decimal, right: Decimal) -> Decimal | None:
    try:
        return OPERATIONS[sign](left, right)
    except ArithmeticError:
        return None
