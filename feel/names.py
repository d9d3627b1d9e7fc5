"""Which names an expression takes from outside: what it depends on."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from feel.builtins import BUILTINS
from feel.syntax import Binding, Call, ContextOf, Filter, For, FunctionOf, Name, Node, Quantified

Names = frozenset[str]
_NONE: Names = frozenset()


def free_names(node: Node) -> Names:
    """The variables that the node reads; a builtin function that is called is none."""
    find = _FORMS.get(type(node))
    return find(node) if find else _of_parts(node)


def _of_call(node: Call) -> Names:
    if isinstance(node.function, Name) and node.function.name in BUILTINS:
        return _of_value(node.arguments)
    return _of_parts(node)


def _of_loop(bindings: tuple[Binding, ...], body: Node, implied: Names) -> Names:
    found, bound = _NONE, _NONE
    for binding in bindings:
        for domain in (binding.domain, binding.last):
            found |= (free_names(domain) - bound) if domain is not None else _NONE
        bound |= {binding.name}
    return found | (free_names(body) - bound - implied)


def _of_context(node: ContextOf) -> Names:
    found, bound = _NONE, _NONE
    for key, value in node.entries:
        found |= free_names(value) - bound
        bound |= {key}
    return found


def _of_parts(node: Node) -> Names:
    return frozenset().union(*(_of_value(getattr(node, part.name)) for part in fields(node)))


def _of_value(value: Any) -> Names:
    if isinstance(value, Node):
        return free_names(value)
    if isinstance(value, tuple):
        return frozenset().union(*map(_of_value, value))
    return _NONE


_FORMS: Mapping[type[Node], Callable[[Any], Names]] = {
    Name: lambda node: frozenset({node.name}),
    Call: _of_call,
    Filter: lambda node: free_names(node.source) | (free_names(node.predicate) - {"item"}),
    For: lambda node: _of_loop(node.bindings, node.body, frozenset({"partial"})),
    Quantified: lambda node: _of_loop(node.bindings, node.body, _NONE),
    FunctionOf: lambda node: free_names(node.body) - {name for name, _ in node.parameters},
    ContextOf: _of_context,
}
