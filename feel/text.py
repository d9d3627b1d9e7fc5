"""How string() writes a value."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from feel.functions import Function
from feel.limits import Evaluation
from feel.numbers import number_text
from feel.ranges import Range


def text_of(value: Any, run: Evaluation) -> str:
    """The text of a value: a text as it is, at the top; in quotation marks inside lists and
    contexts.
    """
    if value.__class__ is str:
        return str(value)
    text = _inner(value, run)
    run.check_text(len(text))
    return text


def _inner(value: Any, run: Evaluation) -> str:
    run.charge(1)
    write = _WRITERS.get(value.__class__)
    if write is not None:
        return write(value, run)
    return "function" if isinstance(value, Function) else str(value)


def _quoted(value: str, run: Evaluation) -> str:
    run.charge(len(value) // 64)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _key(value: str, run: Evaluation) -> str:
    return value if value.replace(" ", "_").isidentifier() else _quoted(value, run)


def _list(value: list[Any], run: Evaluation) -> str:
    return f"[{', '.join(_inner(item, run) for item in value)}]"


def _context(value: dict[str, Any], run: Evaluation) -> str:
    run.charge(len(value))
    entries = (f"{_key(key, run)}: {_inner(item, run)}" for key, item in value.items())
    return f"{{{', '.join(entries)}}}"


def _range(value: Range, run: Evaluation) -> str:
    if value.operator:
        bound = value.high if value.low is None else value.low
        return f"({value.operator} {_inner(bound, run)})"
    low, high = "[" if value.low_included else "(", "]" if value.high_included else ")"
    return f"{low}{_inner(value.low, run)}..{_inner(value.high, run)}{high}"


_WRITERS: Mapping[type, Callable[[Any, Evaluation], str]] = {
    type(None): lambda _value, _run: "null",
    bool: lambda value, _run: "true" if value else "false",
    Decimal: lambda value, _run: number_text(value),
    str: _quoted,
    list: _list,
    dict: _context,
    Range: _range,
}
