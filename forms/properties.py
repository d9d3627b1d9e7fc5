"""Checks of the single properties of a component, each with what is expected in its place."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from forms.errors import PropertyUnfit

Check = Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_numeric(value: Any) -> bool:
    """form-js keeps bounds of numbers as numbers, or as texts when they are long."""
    return _is_number(value) or (
        isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) is not None
    )


def _is_pattern(value: Any) -> bool:
    try:
        re.compile(value)
    except (re.error, TypeError):
        return False
    return True


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _is_table(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"([a-z][a-z0-9-]{0,63})?", value) is not None


def _one_of(*allowed: str) -> Check:
    return lambda value: value in allowed


def _absent(value: Any) -> bool:
    return not value


def _texts_by_name(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


_BOOLEAN = (_is_truth, "true, false")

CHECKS: Mapping[str, tuple[Check, str]] = {
    "validate.required": _BOOLEAN,
    "validate.min": (_is_numeric, "1, 2.5"),
    "validate.max": (_is_numeric, "1, 2.5"),
    "validate.minLength": (_is_count, "0, 1, 2 …"),
    "validate.maxLength": (_is_count, "0, 1, 2 …"),
    "validate.pattern": (_is_pattern, "^[A-Z]{2}[0-9]+$"),
    "validate.validationType": (_one_of("", "custom", "email", "phone"), "custom, email, phone"),
    "subtype": (_one_of("date", "time"), "date, time"),
    "decimalDigits": (_is_count, "0, 1, 2 …"),
    "increment": (_is_numeric, "1, 0.5"),
    "readonly": _BOOLEAN,
    "disabled": _BOOLEAN,
    "disallowPassedDates": _BOOLEAN,
    "allowAddRemove": _BOOLEAN,
    "defaultRepetitions": (_is_count, "0, 1, 2 …"),
    "valuesKey": (_is_table, "province"),
    "valuesExpression": (_absent, "values"),
    "properties": (_texts_by_name, "documentType: certificate"),
}


def check_properties(file: str, source: Mapping[str, Any]) -> None:
    """Raises PropertyUnfit for the first property whose value could not be honoured."""
    for name, (holds, expected) in CHECKS.items():
        value = _value(source, name)
        if value is not None and not holds(value):
            raise PropertyUnfit(
                file=file,
                component=source["id"],
                property=name,
                value=str(value)[:80],
                expected=expected,
            )


def _value(source: Any, name: str) -> Any:
    for part in name.split("."):
        source = source.get(part) if isinstance(source, dict) else None
    return source
