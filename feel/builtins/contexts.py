"""Functions over contexts (DMN 10.3.4.9), and Camunda's get or else and assert."""

from typing import Any

from feel.builtins.registry import builtin
from feel.limits import Evaluation


@builtin("get value(m: context, key: string)")
def get_value(_run: Evaluation, context: dict[str, Any], key: str) -> Any:
    """The entry with this key."""
    return context.get(key)


@builtin("get value(m: context, keys: list)")
def get_value_at(_run: Evaluation, context: dict[str, Any], keys: list[Any]) -> Any:
    """Camunda: the entry at the end of a path of keys."""
    value: Any = context
    for key in keys:
        value = value.get(key) if value.__class__ is dict and isinstance(key, str) else None
    return value


@builtin("get entries(m: context)")
def get_entries(run: Evaluation, context: dict[str, Any]) -> list[dict[str, Any]]:
    """A list of {key, value}."""
    run.charge(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context(entries: list)")
def context_of(run: Evaluation, entries: list[Any]) -> dict[str, Any] | None:
    """The context of a list of {key, value}."""
    run.charge(len(entries))
    if not all(_is_entry(entry) for entry in entries):
        return None
    result = {entry["key"]: entry["value"] for entry in entries}
    return result if len(result) == len(entries) else None


def _is_entry(entry: Any) -> bool:
    return entry.__class__ is dict and isinstance(entry.get("key"), str) and "value" in entry


@builtin("context put(context: context, key: string, value: any)")
def context_put(run: Evaluation, context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The context with one entry added or changed."""
    run.charge(len(context))
    return {**context, key: value}


@builtin("context put(context: context, keys: list, value: any)")
def context_put_at(
    run: Evaluation, context: dict[str, Any], keys: list[Any], value: Any
) -> dict[str, Any] | None:
    """The same at the end of a path of keys."""
    if not keys or not isinstance(keys[0], str):
        return None
    run.charge(len(context))
    first, *rest = keys
    if not rest:
        return {**context, first: value}
    inner = context.get(first)
    changed = context_put_at(run, inner, rest, value) if inner.__class__ is dict else None
    return None if changed is None else {**context, first: changed}


@builtin("context merge(contexts: list)")
@builtin("context merge(contexts: context...)")
def context_merge(run: Evaluation, *contexts: Any) -> dict[str, Any] | None:
    """One context of all entries; later ones win."""
    parts = contexts[0] if contexts and contexts[0].__class__ is list else contexts
    if not all(part.__class__ is dict for part in parts):
        return None
    run.charge(sum(map(len, parts)))
    return {key: value for part in parts for key, value in part.items()}


@builtin("get or else(value: any, default: any)")
def get_or_else(_run: Evaluation, value: Any, default: Any) -> Any:
    """Camunda: the value, or the default when it is null."""
    return default if value is None else value


@builtin("assert(value: any, condition: any)")
@builtin("assert(value: any, condition: any, cause: string)")
def assertion(_run: Evaluation, value: Any, condition: Any, _cause: str = "") -> Any:
    """Camunda: the value when the condition is true, else null."""
    return value if condition is True else None
