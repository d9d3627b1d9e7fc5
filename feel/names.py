"""What an expression takes from outside: the variables it reads, and the paths it follows in them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from feel.builtins import BUILTINS
from feel.syntax import (
    Binding,
    Call,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    Literal,
    Name,
    Node,
    Path,
    Quantified,
)

# A variable and the members read from it, one inside the other: ("applicant", "address", "city").
Steps = tuple[str, ...]
Found = frozenset[Steps]
_NONE: Found = frozenset()


def free_names(node: Node) -> frozenset[str]:
    """The variables that the node reads; a builtin function that is called is none."""
    return frozenset(steps[0] for steps in free_paths(node))


def free_paths(node: Node) -> Found:
    """The same with the members that are read from each variable, as far as they are named."""
    find = _FORMS.get(type(node))
    return find(node) if find else _of_parts(node)


def _without(found: Found, names: Iterable[str]) -> Found:
    hidden = frozenset(names)
    return frozenset(steps for steps in found if steps[0] not in hidden)


def _of_path(node: Path) -> Found:
    steps = _steps(node)
    return frozenset({steps}) if steps else free_paths(node.source)


def _steps(node: Node) -> Steps:
    """The chain of names that the node is; empty when it is something else."""
    if isinstance(node, Name):
        return (node.name,)
    before = _steps(node.source) if isinstance(node, Path) else ()
    return (*before, node.member) if before and isinstance(node, Path) else ()


def _of_call(node: Call) -> Found:
    if isinstance(node.function, Name) and node.function.name in BUILTINS:
        return _of_value(node.arguments)
    return _of_parts(node)


def _of_loop(bindings: tuple[Binding, ...], body: Node, implied: str = "") -> Found:
    found, bound = _NONE, {implied}
    for binding in bindings:
        found |= _without(_of_value((binding.domain, binding.last)), bound - {implied})
        bound.add(binding.name)
    return found | _without(free_paths(body), bound)


def _of_context(node: ContextOf) -> Found:
    found, bound = _NONE, set[str]()
    for key, value in node.entries:
        found |= _without(free_paths(value), bound)
        bound.add(key)
    return found


def _of_parts(node: Node) -> Found:
    return _of_value(tuple(getattr(node, part) for part in node.__match_args__))


def _of_value(value: Any) -> Found:
    if isinstance(value, Node):
        return free_paths(value)
    if isinstance(value, tuple):
        found = [inner for inner in map(_of_value, value) if inner]
        return frozenset().union(*found) if found else _NONE
    return _NONE


_FORMS: Mapping[type[Node], Callable[[Any], Found]] = {
    Literal: lambda _node: _NONE,
    Name: lambda node: frozenset({(node.name,)}),
    Path: _of_path,
    Call: _of_call,
    Filter: lambda node: free_paths(node.source) | _without(free_paths(node.predicate), ["item"]),
    For: lambda node: _of_loop(node.bindings, node.body, "partial"),
    Quantified: lambda node: _of_loop(node.bindings, node.body),
    FunctionOf: lambda node: _without(free_paths(node.body), (name for name, _ in node.parameters)),
    ContextOf: _of_context,
}
