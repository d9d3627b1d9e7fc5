"""What was expected and what came: the first difference, with its place."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any, NamedTuple

from feel import compile_expression

ACTUAL = "actual"


class Difference(NamedTuple):
    """A place such as `register.facts.device_name`, what was expected there and what it is."""

    place: str
    expected: Any
    actual: Any


def difference(expected: Any, actual: Any, place: str) -> Difference | None:
    """The first difference; None when all is as expected.

    Of a mapping only the expected keys are compared. A text that begins with `=` is FEEL about
    `actual`, such as `=actual > 3`. Moments are compared as moments.
    """
    if isinstance(expected, str) and expected.startswith("="):
        return None if _holds(expected, actual) else Difference(place, expected, actual)
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return _of_mappings(expected, actual, place)
    if isinstance(expected, list) and isinstance(actual, list):
        return _of_lists(expected, actual, place)
    return None if _same(expected, actual) else Difference(place, expected, actual)


def in_words(value: Any) -> str:
    """A value as a designer reads it: as in YAML, texts without quotes."""
    if isinstance(value, str):
        return value or '""'
    if isinstance(value, list):
        return "[" + ", ".join(map(in_words, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {in_words(each)}" for key, each in value.items()) + "}"
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def plain(value: Any, zone: tzinfo | None) -> Any:
    """A value as a scenario writes it: moments and dates as texts, moments in the scenario's zone."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(each, zone) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each, zone) for each in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    return value


def _of_mappings(
    expected: Mapping[str, Any], actual: Mapping[str, Any], place: str
) -> Difference | None:
    found = (
        difference(value, actual.get(name), f"{place}.{name}") for name, value in expected.items()
    )
    return next(filter(None, found), None)


def _of_lists(expected: list[Any], actual: list[Any], place: str) -> Difference | None:
    if len(expected) != len(actual):
        return Difference(place, expected, actual)
    pairs = enumerate(zip(expected, actual, strict=True), start=1)
    found = (difference(wanted, is_, f"{place}.{number}") for number, (wanted, is_) in pairs)
    return next(filter(None, found), None)


def _same(expected: Any, actual: Any) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if expected == actual:
        return True
    return isinstance(expected, str) and isinstance(actual, str) and _same_moment(expected, actual)


def _same_moment(expected: str, actual: str) -> bool:
    try:
        wanted, found = datetime.fromisoformat(expected), datetime.fromisoformat(actual)
    except ValueError:
        return False
    return wanted.tzinfo is not None and found.tzinfo is not None and wanted == found


def _holds(condition: str, actual: Any) -> bool:
    return compile_expression(condition[1:]).evaluate({ACTUAL: actual}) is True
