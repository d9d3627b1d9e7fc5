"""What is known of types before any value is there: what compares, what results, what members are.

Results are learnt by trying the operation itself on one sample value of each type.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from feel.arithmetic import TABLES, negate
from feel.comparing import RELATIONS, ordered
from feel.durations import DaysDuration, MonthsDuration
from feel.functions import Function
from feel.limits import Evaluation
from feel.members import member_of, properties_of
from feel.ranges import Range
from feel.temporal import Date, DateTime, Time
from feel.types import (
    ANY,
    BUILTIN_TYPES,
    ContextType,
    FunctionType,
    ListType,
    NullType,
    RangeType,
    SimpleType,
    Type,
    type_of,
)

NUMBER, STRING, BOOLEAN = (BUILTIN_TYPES[name] for name in ("number", "string", "boolean"))
NULL = BUILTIN_TYPES["Null"]
_DAY, _NOON = Date(2026, 1, 31), Time(12 * 3_600 * 10**9, offset=0)
_SAMPLES: Mapping[type, Any] = {
    Decimal: Decimal(2),
    str: "a",
    bool: True,
    Date: _DAY,
    Time: _NOON,
    DateTime: DateTime(_DAY, _NOON),
    DaysDuration: DaysDuration(86_400 * 10**9),
    MonthsDuration: MonthsDuration(14),
}
_CLASSES: Mapping[type[Type], type] = {
    ListType: list,
    ContextType: dict,
    RangeType: Range,
    FunctionType: Function,
    NullType: type(None),
}


def class_of(kind: Type) -> type | None:
    """The class of the values of a type; None when it cannot be told."""
    return kind.kind if isinstance(kind, SimpleType) else _CLASSES.get(type(kind))


def comparable(sign: str, left: Type, right: Type) -> bool:
    """False when left < right, or = and its like, is null for whatever values of these types."""
    one, other = class_of(left), class_of(right)
    if one is None or other is None:
        return True
    if sign in ("=", "!="):
        return one is other or type(None) in (one, other)
    sample = _SAMPLES.get(one)
    return one is other and ordered(RELATIONS["<="], sample, sample) is not None


def result_type(sign: str, left: Type, right: Type) -> Type | None:
    """The type of left + right and its like; None when there is no result whatever the values."""
    one, other = class_of(left), class_of(right)
    if one is None or other is None:
        return ANY
    if one is Decimal and other is Decimal:
        return NUMBER
    if one is str and other is str and sign == "+":
        return STRING
    operation = TABLES[sign].get((one, other))
    return type_of(operation(_SAMPLES[one], _SAMPLES[other])) if operation else None


def negated_type(kind: Type) -> Type | None:
    """The type of -value; None when there is none."""
    known = class_of(kind)
    if known is None:
        return ANY
    result = negate(_SAMPLES.get(known))
    return None if result is None else kind


def member_type(source: Type, member: str) -> tuple[Type | None, Collection[str]]:
    """The type of source.member, None when it is not there; and the members that are."""
    if isinstance(source, ListType):
        found, members = member_type(source.item, member)
        return (None if found is None else ListType(found)), members
    if isinstance(source, ContextType):
        return source.entries.get(member, None if source.entries else ANY), source.entries
    if isinstance(source, RangeType):
        return _range_member(source, member), properties_of(Range)
    kind = class_of(source)
    if kind is None:
        return ANY, ()
    if member not in properties_of(kind):
        return None, properties_of(kind)
    found = member_of(_SAMPLES[kind], member, Evaluation())
    return (ANY if found is None else type_of(found)), ()


def _range_member(source: RangeType, member: str) -> Type | None:
    if member not in properties_of(Range):
        return None
    return source.item if member in ("start", "end") else BOOLEAN
