"""What a parsed model looks like, all the way down: to see that running changes nothing of it."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

PLAIN = (str, int, float, bool, bytes, type(None), Enum)
OURS = ("engine.machine.", "SpiffWorkflow.")


def fingerprint(value: Any) -> int:
    """A number that changes whenever any attribute of a model does."""
    return hash(_seen(value, {}))


def _seen(value: Any, known: dict[int, int]) -> Any:
    """Nested tuples of everything that can be reached; what came before is a number."""
    if isinstance(value, PLAIN):
        return value
    if id(value) in known:
        return known[id(value)]
    known[id(value)] = len(known)
    return (type(value).__name__, *(_seen(part, known) for part in _parts(value)))


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return (part for key, item in value.items() for part in (str(key), item))
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, Sequence):
        return value
    return [vars(value)] if type(value).__module__.startswith(OURS) else []
