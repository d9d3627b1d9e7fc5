"""The table of builtin functions, each declared by its signature as the specification writes it.

`@builtin("substring(string: string, start position: number, length?: number)")` says all there is:
the names for named arguments, the kinds each parameter accepts, `?` after a name for one that may
be left out, `?` after a kind for one that may be null, `...` for the last one that may repeat, `|`
between kinds. A call that fits no variant is null.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from feel.durations import DaysDuration, MonthsDuration
from feel.functions import Function
from feel.limits import Evaluation
from feel.ranges import Range
from feel.temporal import Date, DateTime, Time
from feel.types import ANY, Type, type_of_class

BUILTINS: dict[str, "Builtin"] = {}

_KINDS: Mapping[str, frozenset[type]] = {
    "number": frozenset({Decimal}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "date": frozenset({Date}),
    "time": frozenset({Time}),
    "date and time": frozenset({DateTime}),
    "days duration": frozenset({DaysDuration}),
    "duration": frozenset({DaysDuration, MonthsDuration}),
    "list": frozenset({list}),
    "context": frozenset({dict}),
    "range": frozenset({Range}),
    "point": frozenset({Decimal, str, Date, Time, DateTime, DaysDuration, MonthsDuration}),
}
STEPS_OF_A_CALL = 2
_MISFIT = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    """What one parameter accepts."""

    name: str
    kinds: frozenset[type] | None
    function: bool
    optional: bool
    nullable: bool
    repeats: bool

    def fitted(self, value: Any) -> Any:
        """The value as the function wants it, or the misfit mark.

        A single value stands for a list of one, and a list of one for its only item.
        """
        if value is None:
            return None if self.nullable else _MISFIT
        if self.kinds is None or value.__class__ in self.kinds:
            return value
        if self.function and isinstance(value, Function):
            return value
        if list in self.kinds:
            return [value]
        if value.__class__ is list and len(value) == 1 and value[0].__class__ in self.kinds:
            return value[0]
        return _MISFIT

    def may_take(self, kind: type | None) -> bool:
        """False when no value of this class fits; None stands for a class that is not known."""
        if kind is None or self.kinds is None or kind in (list, *self.kinds):
            return True
        if kind is type(None):
            return self.nullable
        return list in self.kinds or (self.function and issubclass(kind, Function))


class Variant:
    """One signature with the code behind it."""

    __slots__ = ("_required", "code", "parameters", "repeats", "result", "signature")

    def __init__(
        self, signature: str, parameters: tuple[Parameter, ...], code: Callable[..., Any]
    ) -> None:
        self.signature = signature
        self.parameters = parameters
        self.code = code
        self.result = _result(code)
        self.repeats = bool(parameters) and parameters[-1].repeats
        self._required = sum(not parameter.optional for parameter in parameters)

    def bound(self, arguments: Sequence[Any]) -> list[Any] | None:
        """The arguments as the code wants them, or None when they do not fit."""
        parameters = self._parameters_of(len(arguments))
        return None if parameters is None else _all_fitted(parameters, arguments)

    def _parameters_of(self, arguments: int) -> Sequence[Parameter] | None:
        """The parameter of each of so many arguments; None when there are too many or too few."""
        extra = arguments - len(self.parameters)
        if self.repeats and extra > 0:
            return (*self.parameters, *self.parameters[-1:] * extra)
        return self.parameters if self._required <= arguments and extra <= 0 else None

    def parameters_for(
        self, arguments: int, names: tuple[str, ...] | None
    ) -> Sequence[Parameter] | None:
        """The parameter of each argument, by place or by name; None when they do not fit."""
        if names is None:
            return self._parameters_of(arguments)
        by_name = {parameter.name: parameter for parameter in self.parameters}
        needed = {parameter.name for parameter in self.parameters if not parameter.optional}
        if not needed <= set(names) <= by_name.keys():
            return None
        return [by_name[name] for name in names]

    def bound_by_name(self, arguments: Mapping[str, Any]) -> list[Any] | None:
        """The same for arguments by name."""
        known = {parameter.name for parameter in self.parameters}
        needed = {parameter.name for parameter in self.parameters if not parameter.optional}
        if not needed <= arguments.keys() <= known:
            return None
        given = [
            parameter if parameter.name in arguments else None for parameter in self.parameters
        ]
        values = [
            parameter.fitted(arguments[parameter.name]) if parameter else None
            for parameter in given
        ]
        return None if any(value is _MISFIT for value in values) else values


def _result(code: Callable[..., Any]) -> Type:
    """The type that the code's annotation promises, null apart; Any when there are several."""
    promised = get_type_hints(code).get("return", Any)
    parts = get_args(promised) if isinstance(promised, UnionType) else (promised,)
    classes = {get_origin(part) or part for part in parts} - {type(None)}
    return type_of_class(classes.pop()) if len(classes) == 1 else ANY


def _all_fitted(parameters: Sequence[Parameter], arguments: Sequence[Any]) -> list[Any] | None:
    values = []
    for parameter, argument in zip(parameters, arguments, strict=False):
        value = parameter.fitted(argument)
        if value is _MISFIT:
            return None
        values.append(value)
    return values


class Builtin(Function):
    """A function of the specification, with one or more signatures."""

    __slots__ = ("variants",)

    def __init__(self, name: str, parameters: tuple[str, ...]) -> None:
        super().__init__(name, parameters)
        self.variants: list[Variant] = []

    @property
    def signatures(self) -> str:
        """Every way to call it."""
        return "; ".join(variant.signature for variant in self.variants)

    def call(self, arguments: Sequence[Any], run: Evaluation) -> Any:
        """See `Function.call`."""
        run.charge(STEPS_OF_A_CALL)
        for variant in self.variants:
            values = variant.bound(arguments)
            if values is not None:
                return variant.code(run, *values)
        return None

    def call_named(self, arguments: dict[str, Any], run: Evaluation) -> Any:
        """See `Function.call_named`."""
        for variant in self.variants:
            values = variant.bound_by_name(arguments)
            if values is not None:
                return variant.code(run, *values)
        return None


Implementation = Callable[..., Any]


def builtin(signature: str) -> Callable[[Implementation], Implementation]:
    """Register a function under its signature; its first parameter is the running evaluation."""
    name, _, rest = signature.partition("(")
    parameters = tuple(_parameter(text) for text in rest.rstrip(")").split(",") if text.strip())

    def register(code: Implementation) -> Implementation:
        names = tuple(parameter.name for parameter in parameters)
        BUILTINS.setdefault(name, Builtin(name, names)).variants.append(
            Variant(signature, parameters, code)
        )
        return code

    return register


def _parameter(text: str) -> Parameter:
    name, _, kind = (part.strip() for part in text.partition(":"))
    repeats, kind = kind.endswith("..."), kind.removesuffix("...")
    nullable, kind = kind.endswith("?") or kind == "any", kind.removesuffix("?")
    names = kind.split("|")
    classes = None if kind == "any" else _classes(names)
    return Parameter(
        name.removesuffix("?"), classes, "function" in names, name.endswith("?"), nullable, repeats
    )


def _classes(names: Sequence[str]) -> frozenset[type]:
    return frozenset().union(*(_KINDS[name] for name in names if name != "function"))
