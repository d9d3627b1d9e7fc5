"""Say why an expression is null: every place where a value was lost, in the order of evaluation.

The closures are those of every evaluation, each with a watcher around it. A part that is null
because one of its own parts is null needs no reason of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from feel import findings
from feel.builtins import BUILTINS, Builtin
from feel.compiler import Code, Compiler, Scope
from feel.errors import (
    ExternalFunction,
    FeelFinding,
    NothingAtPosition,
    NullVariable,
    RepeatedKey,
)
from feel.functions import Function
from feel.limits import Evaluation
from feel.members import members_of
from feel.syntax import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    In,
    Literal,
    Name,
    Negate,
    Node,
    Or,
    Path,
    Quantified,
    RangeOf,
)
from feel.types import type_of

_MOST_REASONS = 100
# Functions that ask whether something is null: inside them null is no fault.
_ASKING = frozenset({"is defined", "get or else"})


@dataclass(frozen=True, slots=True)
class Explanation:
    """A value and, in the order of evaluation, the reasons of every null met on the way."""

    value: Any
    reasons: tuple[FeelFinding, ...]


class Watched(Evaluation):
    """An evaluation that remembers the last value of every part, and why parts were null."""

    def __init__(self) -> None:
        self.values: dict[int, Any] = {}
        self.reasons: list[FeelFinding] = []
        self.noted = 0

    def note(self, reason: FeelFinding) -> None:
        """Keep a reason, once for every place."""
        self.noted += 1
        known = any(
            (old.position, old.code) == (reason.position, reason.code) for old in self.reasons
        )
        if not known and len(self.reasons) < _MOST_REASONS:
            self.reasons.append(reason)

    def values_of(self, *nodes: Node) -> list[Any]:
        """The last values of some parts; a part that was not needed counts as null."""
        return [self.values.get(id(node)) for node in nodes]


def watched(tree: Node) -> Code:
    """The closure of a tree, to be called with a `Watched` evaluation."""
    return Compiler(watch=_watch).compile(tree)


def _watch(node: Node, code: Code) -> Code:
    def look(scope: Scope, run: Any) -> Any:
        before, noted = len(run.reasons), run.noted
        value = run.values[id(node)] = code(scope, run)
        if value is None and run.noted == noted:
            reason = _reason(node, scope, run)
            if reason is not None:
                run.note(reason)
        elif value is not None and _asks_for_null(node):
            del run.reasons[before:]
        return value

    return look


def _asks_for_null(node: Node) -> bool:
    if isinstance(node, Comparison):
        return Literal(0, None) in (node.left, node.right)
    return isinstance(node, Call) and getattr(node.function, "name", "") in _ASKING


def _reason(node: Node, scope: Scope, run: Watched) -> FeelFinding | None:
    find = _REASONS.get(type(node))
    return find(node, scope, run) if find else None


def _of_name(node: Name, scope: Scope, _run: Watched) -> FeelFinding:
    if node.name in scope:
        return NullVariable(node.position, node.name)
    return findings.unknown_name(node, scope)


def _of_path(node: Path, _scope: Scope, run: Watched) -> FeelFinding:
    (source,) = run.values_of(node.source)
    if source.__class__ is dict and node.member in source:
        return NullVariable(node.position, findings.part_of(node))
    return findings.unknown_member(node, type_of(source), members_of(source))


def _of_filter(node: Filter, _scope: Scope, run: Watched) -> FeelFinding:
    (source,) = run.values_of(node.source)
    length = len(source) if isinstance(source, list) else 1
    return NothingAtPosition(node.position, findings.part_of(node), length=length)


def _of_call(node: Call, scope: Scope, run: Watched) -> FeelFinding:
    function, *arguments = run.values_of(node.function, *node.arguments)
    if isinstance(node.function, Name):
        function = scope.get(node.function.name) or BUILTINS.get(node.function.name)
    if not isinstance(function, Function):
        return findings.unknown_function(node, scope)
    if isinstance(function, Builtin) and not _taken(function, node, arguments):
        return findings.wrong_arguments(node, map(type_of, arguments), function.signatures)
    return findings.no_result(node)


def _taken(function: Builtin, node: Call, arguments: list[Any]) -> bool:
    if node.names is None:
        return any(variant.bound(arguments) is not None for variant in function.variants)
    named = dict(zip(node.names, arguments, strict=True))
    return any(variant.bound_by_name(named) is not None for variant in function.variants)


def _of_arithmetic(node: Arithmetic, _scope: Scope, run: Watched) -> FeelFinding:
    kinds = [type_of(value) for value in run.values_of(node.left, node.right)]
    if kinds[0] is kinds[1] and str(kinds[0]) == "number":
        return findings.no_result(node)
    return findings.misfit(node, node.operator, kinds)


def _of_operands(operator: str, *parts: str) -> Callable[[Any, Scope, Watched], FeelFinding]:
    """The reason of a node whose operands, in these fields, do not go together."""

    def find(node: Any, _scope: Scope, run: Watched) -> FeelFinding:
        sign = operator or node.operator
        values = run.values_of(*(getattr(node, part) for part in parts))
        return findings.misfit(node, sign, map(type_of, values))

    return find


def _of_chain(operator: str) -> Callable[[Any, Scope, Watched], FeelFinding]:
    def find(node: And | Or, _scope: Scope, run: Watched) -> FeelFinding:
        return findings.misfit(node, operator, map(type_of, run.values_of(*node.parts)))

    return find


def _of_in(node: In, _scope: Scope, run: Watched) -> FeelFinding:
    return findings.misfit(node, "in", map(type_of, run.values_of(node.value, *node.tests)))


def _of_loop(node: For | Quantified, _scope: Scope, run: Watched) -> FeelFinding:
    domains = [binding.domain for binding in node.bindings]
    return findings.misfit(node, "in", map(type_of, run.values_of(*domains)))


def _of_context(node: ContextOf, _scope: Scope, _run: Watched) -> FeelFinding:
    keys = [key for key, _ in node.entries]
    twice = next((key for key in keys if keys.count(key) > 1), "")
    return RepeatedKey(node.position, findings.part_of(node), key=twice)


def _of_function(node: FunctionOf, _scope: Scope, _run: Watched) -> FeelFinding:
    return ExternalFunction(node.position, findings.part_of(node))


_REASONS: Mapping[type[Node], Callable[[Any, Scope, Watched], FeelFinding]] = {
    Name: _of_name,
    Path: _of_path,
    Filter: _of_filter,
    Call: _of_call,
    Arithmetic: _of_arithmetic,
    Negate: _of_operands("-", "operand"),
    Comparison: _of_operands("", "left", "right"),
    Between: _of_operands("between", "value", "low", "high"),
    RangeOf: _of_operands("..", "low", "high"),
    And: _of_chain("and"),
    Or: _of_chain("or"),
    In: _of_in,
    For: _of_loop,
    Quantified: _of_loop,
    ContextOf: _of_context,
    FunctionOf: _of_function,
}
