"""Variables of a process as JSON for programs in any language."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

_AS_THEY_ARE = (bool, int, float, str, type(None))


def plain(value: Any) -> Any:
    """A value without kinds that JSON lacks: moments and durations become ISO 8601 texts.

    A decimal becomes a number where that loses nothing, else a text.
    """
    if isinstance(value, _AS_THEY_ARE):
        return value
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return _number(value) if isinstance(value, Decimal) else str(value)


def _number(value: Decimal) -> int | float | str:
    if value == value.to_integral_value() and abs(value) < 1 << 53:
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else str(value)
