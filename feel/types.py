"""The types of DMN 10.3.2.9, as `instance of` and parameters name them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from feel.durations import DaysDuration, MonthsDuration
from feel.functions import Function
from feel.ranges import Range
from feel.temporal import Date, DateTime, Time


class Type:
    """Base of all types; plain `Type` is Any. As text it is what FEEL writes."""

    __slots__ = ()

    def __str__(self) -> str:
        return "Any"

    def holds(self, value: Any) -> bool:
        """True when the value, not null, is of this type."""
        return value is not None

    def conforms(self, value: Any) -> bool:
        """True when the value may stand where this type is asked for: null always may."""
        return value is None or self.holds(value)


ANY = Type()


@dataclass(frozen=True, slots=True)
class SimpleType(Type):
    """A builtin type of one Python class."""

    name: str
    kind: type

    def __str__(self) -> str:
        return self.name

    def holds(self, value: Any) -> bool:
        """See `Type.holds`."""
        return type(value) is self.kind


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """list<item>"""

    item: Type = ANY

    def __str__(self) -> str:
        return "list" if self.item is ANY else f"list<{self.item}>"

    def holds(self, value: Any) -> bool:
        """See `Type.holds`."""
        return type(value) is list and all(map(self.item.conforms, value))


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """range<item>"""

    item: Type = ANY

    def __str__(self) -> str:
        return "range" if self.item is ANY else f"range<{self.item}>"

    def holds(self, value: Any) -> bool:
        """See `Type.holds`."""
        return (
            type(value) is Range
            and self.item.conforms(value.low)
            and self.item.conforms(value.high)
        )


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """context<name: type, ...>; a value may have more entries than these."""

    entries: Mapping[str, Type] = field(default_factory=dict)

    def __str__(self) -> str:
        entries = ", ".join(f"{name}: {kind}" for name, kind in self.entries.items())
        return f"context<{entries}>" if entries else "context"

    def holds(self, value: Any) -> bool:
        """See `Type.holds`."""
        return type(value) is dict and all(
            name in value and kind.conforms(value[name]) for name, kind in self.entries.items()
        )


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """function<parameters> -> result; functions carry few types, so only their number is compared."""

    parameters: tuple[Type, ...] | None = None
    result: Type = ANY

    def __str__(self) -> str:
        if self.parameters is None:
            return "function"
        return f"function<{', '.join(map(str, self.parameters))}> -> {self.result}"

    def holds(self, value: Any) -> bool:
        """See `Type.holds`."""
        return isinstance(value, Function) and value.takes(self.parameters)

    def takes(self, arguments: int) -> bool:
        """True when such functions can be called with so many arguments, as far as is known."""
        return self.parameters is None or len(self.parameters) == arguments


class NullType(Type):
    """The type of null alone."""

    __slots__ = ()

    def __str__(self) -> str:
        return "Null"

    def holds(self, value: Any) -> bool:
        """See `Type.holds`."""
        return value is None

    def conforms(self, value: Any) -> bool:
        """See `Type.conforms`."""
        return value is None


BUILTIN_TYPES: Mapping[str, Type] = {
    "Any": ANY,
    "Null": NullType(),
    "number": SimpleType("number", Decimal),
    "string": SimpleType("string", str),
    "boolean": SimpleType("boolean", bool),
    "date": SimpleType("date", Date),
    "time": SimpleType("time", Time),
    "date and time": SimpleType("date and time", DateTime),
    "dateTime": SimpleType("date and time", DateTime),
    "days and time duration": SimpleType("days and time duration", DaysDuration),
    "dayTimeDuration": SimpleType("days and time duration", DaysDuration),
    "years and months duration": SimpleType("years and months duration", MonthsDuration),
    "yearMonthDuration": SimpleType("years and months duration", MonthsDuration),
    "list": ListType(),
    "context": ContextType(),
    "range": RangeType(),
    "function": FunctionType(),
}


_BY_CLASS: Mapping[type, Type] = {
    **{kind.kind: kind for kind in BUILTIN_TYPES.values() if isinstance(kind, SimpleType)},
    type(None): BUILTIN_TYPES["Null"],
    list: BUILTIN_TYPES["list"],
    dict: BUILTIN_TYPES["context"],
    Range: BUILTIN_TYPES["range"],
    Function: BUILTIN_TYPES["function"],
}


def type_of_class(kind: Any) -> Type:
    """The builtin type of the values of a Python class; Any when there is none."""
    return _BY_CLASS.get(kind, ANY)


def type_of(value: Any) -> Type:
    """The builtin type of a value, without a look inside."""
    return type_of_class(Function if isinstance(value, Function) else type(value))


def common(kinds: Iterable[Type]) -> Type:
    """The type of values of several types: theirs when they are the same, else Any."""
    first, *others = list(kinds) or [ANY]
    return first if all(kind == first for kind in others) else ANY


def fitted(value: Any, wanted: Type) -> Any:
    """The value as the type asks, by DMN's implicit conversions; None where it cannot fit.

    A list of one fits where its item does; an item fits where a list of such items is asked for;
    a date becomes the date and time of its midnight.
    """
    if wanted.conforms(value):
        return value
    if type(value) is list and len(value) == 1 and wanted.conforms(value[0]):
        return value[0]
    if wanted.conforms([value]):
        return [value]
    if type(value) is Date:
        moment = DateTime(value, Time(0, offset=0))
        return moment if wanted.conforms(moment) else None
    return None
