"""Equality, order and membership in three-valued logic: what cannot be compared is null."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from feel.durations import NANOSECONDS, DaysDuration, MonthsDuration
from feel.limits import Evaluation
from feel.ranges import Range
from feel.temporal import Date, DateTime, Time

Relation = Callable[[Any, Any], Any]
RELATIONS: Mapping[str, Relation] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ORDERED = frozenset({Decimal, str, Date, DaysDuration, MonthsDuration})


def ordered(relation: Relation, left: Any, right: Any) -> bool | None:
    """left < right and its like; null for values of different kinds or without an order."""
    kind = left.__class__
    if kind is not right.__class__:
        return None
    if kind in _ORDERED:
        return bool(relation(left, right))
    if kind is DateTime:
        return _ordered_moments(relation, left, right)
    if kind is Time and left.is_local == right.is_local:
        return bool(relation(_time_key(left, right), _time_key(right, left)))
    return None


def _ordered_moments(relation: Relation, left: DateTime, right: DateTime) -> bool | None:
    if left.time.is_local != right.time.is_local:
        return None
    return bool(relation(left.instant, right.instant))


def _time_key(time: Time, other: Time) -> int:
    if time.zone == other.zone and time.offset == other.offset:
        return time.nanoseconds
    return time.nanoseconds - time.offset_seconds * NANOSECONDS


def equal(left: Any, right: Any, run: Evaluation) -> bool | None:
    """left = right, deeply; null for values of different kinds, except that null equals only null."""
    if left is None or right is None:
        return left is right
    kind = left.__class__
    if kind is not right.__class__:
        return None
    compare = _DEEP.get(kind)
    return compare(left, right, run) if compare else bool(left == right)


def same(left: Any, right: Any, run: Evaluation) -> bool:
    """True when both are equal for certain."""
    return equal(left, right, run) is True


def _equal_lists(left: list[Any], right: list[Any], run: Evaluation) -> bool:
    run.charge(len(left))
    return len(left) == len(right) and all(
        same(one, other, run) for one, other in zip(left, right, strict=True)
    )


def _equal_contexts(left: dict[str, Any], right: dict[str, Any], run: Evaluation) -> bool:
    run.charge(len(left))
    return left.keys() == right.keys() and all(
        same(value, right[key], run) for key, value in left.items()
    )


def _equal_ranges(left: Range, right: Range, run: Evaluation) -> bool:
    forms = [
        (range_.low_included, range_.high_included, range_.operator) for range_ in (left, right)
    ]
    ends_agree = same(left.low, right.low, run) and same(left.high, right.high, run)
    return forms[0] == forms[1] and ends_agree


def _equal_times(left: Time, right: Time, _run: Evaluation) -> bool:
    """Fractions of a second do not count for equality (DMN 10.3.2.3.4)."""
    if left.is_local != right.is_local:
        return False
    return _time_key(left, right) // NANOSECONDS == _time_key(right, left) // NANOSECONDS


def _equal_moments(left: DateTime, right: DateTime, _run: Evaluation) -> bool:
    if left.time.is_local != right.time.is_local:
        return False
    return left.instant // NANOSECONDS == right.instant // NANOSECONDS


_DEEP: Mapping[type, Callable[[Any, Any, Evaluation], bool]] = {
    list: _equal_lists,
    dict: _equal_contexts,
    Range: _equal_ranges,
    Time: _equal_times,
    DateTime: _equal_moments,
}


def make_range(low: Any, high: Any, low_included: bool, high_included: bool) -> Range | None:
    """The range, or None when its ends are of different kinds or in the wrong order."""
    if low is not None and high is not None and not ordered(operator.le, low, high):
        return None
    return None if low is None and high is None else Range(low, high, low_included, high_included)


def included(value: Any, range_: Range, run: Evaluation) -> bool | None:
    """True when the value lies in the range."""
    if range_.operator in ("=", "!="):
        result = equal(value, range_.low, run)
        return result if result is None or range_.operator == "=" else not result
    above = ordered(operator.ge if range_.low_included else operator.gt, value, range_.low)
    below = ordered(operator.le if range_.high_included else operator.lt, value, range_.high)
    if range_.operator:
        return below if range_.low is None else above
    if above is False or below is False:
        return False
    return True if above and below else None


def member(value: Any, test: Any, run: Evaluation) -> bool | None:
    """value in test: equal to it, inside the range, or in one of the list's members."""
    if test.__class__ is Range:
        return _in_range(value, test, run)
    if test.__class__ is not list:
        return equal(value, test, run)
    if value.__class__ is list and same(value, test, run):
        return True
    run.charge(len(test))
    return any(_one_member(value, item, run) is True for item in test)


def _in_range(value: Any, test: Range, run: Evaluation) -> bool | None:
    return same(value, test, run) if value.__class__ is Range else included(value, test, run)


def _one_member(value: Any, item: Any, run: Evaluation) -> bool | None:
    return _in_range(value, item, run) if item.__class__ is Range else equal(value, item, run)
