"""Values as people read them."""

from collections.abc import Mapping
from typing import Any

from feel.functions import Function
from feel.values import to_feel

_CONSTANTS = {None: "null", True: "true", False: "false"}


def in_words(values: Mapping[str, Any]) -> str:
    """Inputs by label: label = value, and so on."""
    return ", ".join(f"{label} = {literal(value)}" for label, value in values.items()) or "–"


def literal(value: Any) -> str:
    """A value in FEEL's notation; dates, times and durations without their quotation marks."""
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {literal(item)}' for name, item in value.items())}}}"
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    return str(to_feel(value))
