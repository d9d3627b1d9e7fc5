"""What a variable may hold, checked where values come in."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any
from uuid import UUID

from core.errors import N_
from engine.errors import VariablesRefused
from feel.durations import DaysDuration, MonthsDuration

DEEPEST = 50
MOST_DIGITS = 400
WIDEST_INTEGER = 1 << 63
# The range of decimal128, which FEEL computes in.
WIDEST_EXPONENT = 6144
_PLAIN = frozenset({type(None), bool, datetime, date, time, DaysDuration, MonthsDuration})


def clean(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables as a process can hold them; raises VariablesRefused for the first that cannot.

    Tuples become lists, identifiers (UUID) texts, and numbers beyond 64 bits decimals.
    """
    return {_name(name, ""): _clean(value, str(name), 1) for name, value in variables.items()}


def clean_value(value: Any, path: str) -> Any:
    """One value as a process can hold it; raises VariablesRefused."""
    return _clean(value, path, 1)


def _clean(value: Any, path: str, depth: int) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, str):
        return _text(str(value), path)
    if isinstance(value, int | float | Decimal):
        return _number(value, path)
    if isinstance(value, UUID):
        return str(value)
    if depth > DEEPEST:
        raise VariablesRefused(path=path[:100], reason=N_("it is nested too deeply"))
    if isinstance(value, Mapping):
        return {
            _name(key, path): _clean(item, f"{path}.{key}", depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_clean(item, f"{path}[{at}]", depth + 1) for at, item in enumerate(value)]
    raise VariablesRefused(path=path, reason=N_("it is of a kind that cannot be kept"))


def _name(name: Any, path: str) -> str:
    if not isinstance(name, str):
        raise VariablesRefused(path=f"{path}.{name}", reason=N_("its name is not a text"))
    return _text(name, path)


def _text(text: str, path: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise VariablesRefused(path=path, reason=N_("it is not a valid text")) from error
    return text


def _number(number: int | float | Decimal, path: str) -> int | float | Decimal:
    if isinstance(number, int):
        if -WIDEST_INTEGER <= number < WIDEST_INTEGER:
            return int(number)
        if number.bit_length() > MOST_DIGITS * 3:
            raise VariablesRefused(path=path, reason=N_("the number is too long"))
        return Decimal(number)
    if not (number.is_finite() if isinstance(number, Decimal) else isfinite(number)):
        raise VariablesRefused(path=path, reason=N_("it is not a number"))
    if isinstance(number, Decimal) and (
        len(number.as_tuple().digits) > MOST_DIGITS or abs(number.adjusted()) > WIDEST_EXPONENT
    ):
        raise VariablesRefused(path=path, reason=N_("the number is too long"))
    return number
