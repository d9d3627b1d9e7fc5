"""Infer the type of every part of an expression, and collect the parts that are always null.

A part whose type cannot be told is Any. So is a part with a finding, that one fault may not be
reported twice.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feel import findings
from feel.builtins import BUILTINS, Builtin
from feel.builtins.registry import Parameter
from feel.errors import FeelFinding, RepeatedKey
from feel.folding import folded
from feel.kinds import (
    BOOLEAN,
    NULL,
    NUMBER,
    class_of,
    comparable,
    member_type,
    negated_type,
    result_type,
)
from feel.names import free_names
from feel.syntax import (
    And,
    Arithmetic,
    Between,
    Binding,
    Call,
    Comparison,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    HalfRange,
    If,
    In,
    InstanceOf,
    ListOf,
    Literal,
    Name,
    Negate,
    Node,
    Or,
    Path,
    Quantified,
    RangeOf,
    UnaryTestsOf,
)
from feel.types import (
    ANY,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    common,
    type_of,
)
from feel.unary import INPUT


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The types of the names at hand; `open` where members of unknown contexts stand by name too."""

    types: Mapping[str, Type]
    open: bool = False

    def and_also(self, types: Mapping[str, Type], *, open_: bool = False) -> "Knowledge":
        """More names, which hide these."""
        return Knowledge({**self.types, **types}, self.open or open_)


class Inference:
    """One walk over one tree."""

    def __init__(self) -> None:
        self.findings: list[FeelFinding] = []

    def of(self, node: Node, known: Knowledge) -> Type:
        """The type of a part."""
        return _FORMS[type(node)](self, node, known)

    def all_of(self, nodes: Iterable[Node], known: Knowledge) -> list[Type]:
        """The types of several parts."""
        return [self.of(node, known) for node in nodes]

    def found(self, finding: FeelFinding) -> Type:
        """Keep a finding."""
        self.findings.append(finding)
        return ANY

    def of_tests(self, tree: UnaryTestsOf, known: Knowledge) -> None:
        """A cell of a decision table, whose input is the name “?”."""
        tested = known.types[INPUT]
        for test in tree.tests:
            kind = self.of(test, known)
            is_condition = kind == BOOLEAN and tested != BOOLEAN
            if not is_condition and (INPUT not in free_names(test) or isinstance(test, Name)):
                self._test(test, tested, kind)

    def _test(self, test: Node, tested: Type, kind: Type) -> None:
        """A value against one test: a range of its kind, a list, or a value of its kind."""
        wanted = kind.item if isinstance(kind, RangeType) else kind
        if not isinstance(kind, ListType) and not comparable("=", tested, wanted):
            self.found(findings.misfit(test, "in", (tested, kind)))

    def _literal(self, node: Literal, _known: Knowledge) -> Type:
        return type_of(node.value)

    def _name(self, node: Name, known: Knowledge) -> Type:
        if node.name in known.types:
            return known.types[node.name]
        if node.name in BUILTINS:
            return FunctionType()
        return ANY if known.open else self.found(findings.unknown_name(node, known.types))

    def _path(self, node: Path, known: Knowledge) -> Type:
        source = self.of(node.source, known)
        found, members = member_type(source, node.member)
        if found is not None:
            return found
        return self.found(findings.unknown_member(node, source, members))

    def _filter(self, node: Filter, known: Knowledge) -> Type:
        source = self.of(node.source, known)
        item = source.item if isinstance(source, ListType) else source
        entries = item.entries if isinstance(item, ContextType) else {}
        is_open = item is ANY or (isinstance(item, ContextType) and not entries)
        inside = known.and_also({"item": item, **entries}, open_=is_open)
        predicate = self.of(node.predicate, inside)
        if predicate is ANY:
            return ANY
        return item if predicate == NUMBER else ListType(item)

    def _call(self, node: Call, known: Knowledge) -> Type:
        name = node.function.name if isinstance(node.function, Name) else ""
        if name == "is defined":
            return BOOLEAN
        arguments = self.all_of(node.arguments, known)
        function = known.types.get(name)
        if name in BUILTINS and not isinstance(function, FunctionType):
            return self._builtin(node, BUILTINS[name], arguments)
        if name and function is None:
            unknown = findings.unknown_function(node, known.types)
            return ANY if known.open else self.found(unknown)
        return self._called(node, self.of(node.function, known), arguments)

    def _builtin(self, node: Call, function: Builtin, arguments: list[Type]) -> Type:
        results = [
            variant.result
            for variant in function.variants
            if _takes(variant.parameters_for(len(arguments), node.names), arguments)
        ]
        if not results:
            return self.found(findings.wrong_arguments(node, arguments, function.signatures))
        constant = folded(node)
        if isinstance(constant, Literal) and constant.value is None:
            return self.found(findings.no_result(node))
        first, *others = results
        return first if all(other == first for other in others) else ANY

    def _called(self, node: Call, function: Type, arguments: list[Type]) -> Type:
        if function is ANY:
            return ANY
        if not isinstance(function, FunctionType):
            return self.found(findings.unknown_function(node, ()))
        if not function.takes(len(arguments)):
            return self.found(findings.wrong_arguments(node, arguments, str(function)))
        return function.result

    def _negate(self, node: Negate, known: Knowledge) -> Type:
        operand = self.of(node.operand, known)
        return negated_type(operand) or self.found(findings.misfit(node, "-", (operand,)))

    def _arithmetic(self, node: Arithmetic, known: Knowledge) -> Type:
        left, right = self.of(node.left, known), self.of(node.right, known)
        result = result_type(node.operator, left, right)
        return result or self.found(findings.misfit(node, node.operator, (left, right)))

    def _comparison(self, node: Comparison, known: Knowledge) -> Type:
        left, right = self.of(node.left, known), self.of(node.right, known)
        if comparable(node.operator, left, right):
            return BOOLEAN
        return self.found(findings.misfit(node, node.operator, (left, right)))

    def _between(self, node: Between, known: Knowledge) -> Type:
        value, low, high = kinds = self.all_of((node.value, node.low, node.high), known)
        if comparable("<=", low, value) and comparable("<=", value, high):
            return BOOLEAN
        return self.found(findings.misfit(node, "between", kinds))

    def _in(self, node: In, known: Knowledge) -> Type:
        value = self.of(node.value, known)
        for test in node.tests:
            self._test(test, value, self.of(test, known))
        return BOOLEAN

    def _instance_of(self, node: InstanceOf, known: Knowledge) -> Type:
        self.of(node.value, known)
        return BOOLEAN

    def _chain(self, node: And | Or, known: Knowledge) -> Type:
        word = "and" if isinstance(node, And) else "or"
        for part in node.parts:
            kind = self.of(part, known)
            if kind not in (ANY, BOOLEAN, NULL):
                self.found(findings.misfit(part, word, (kind,)))
        return BOOLEAN

    def _if(self, node: If, known: Knowledge) -> Type:
        condition = self.of(node.condition, known)
        if condition not in (ANY, BOOLEAN):
            self.found(findings.misfit(node.condition, "if", (condition,)))
        return common(self.all_of((node.accepted, node.refused), known))

    def _bound(self, bindings: tuple[Binding, ...], known: Knowledge) -> Knowledge:
        for binding in bindings:
            domain = self.of(binding.domain, known)
            if binding.last is not None:
                self.of(binding.last, known)
            item = domain.item if isinstance(domain, ListType | RangeType) else domain
            known = known.and_also({binding.name: item})
        return known

    def _for(self, node: For, known: Knowledge) -> Type:
        inside = self._bound(node.bindings, known)
        return ListType(self.of(node.body, inside.and_also({"partial": ListType()})))

    def _quantified(self, node: Quantified, known: Knowledge) -> Type:
        self.of(node.body, self._bound(node.bindings, known))
        return BOOLEAN

    def _list(self, node: ListOf, known: Knowledge) -> Type:
        return ListType(common(self.all_of(node.items, known)))

    def _context(self, node: ContextOf, known: Knowledge) -> Type:
        entries: dict[str, Type] = {}
        for key, value in node.entries:
            if key in entries:
                return self.found(RepeatedKey(node.position, findings.part_of(node), key=key))
            entries[key] = self.of(value, known.and_also(entries))
        return ContextType(entries)

    def _range(self, node: RangeOf, known: Knowledge) -> Type:
        ends = self.all_of((node.low, node.high), known)
        if NULL not in ends and not comparable("<=", *ends):
            return self.found(findings.misfit(node, "..", ends))
        return RangeType(common(ends))

    def _half_range(self, node: HalfRange, known: Knowledge) -> Type:
        return RangeType(self.of(node.bound, known))

    def _function(self, node: FunctionOf, known: Knowledge) -> Type:
        parameters = dict(node.parameters)
        result = ANY if node.external else self.of(node.body, known.and_also(parameters))
        return FunctionType(tuple(parameters.values()), result)


def _takes(parameters: Sequence[Parameter] | None, arguments: list[Type]) -> bool:
    return parameters is not None and all(
        parameter.may_take(class_of(kind))
        for parameter, kind in zip(parameters, arguments, strict=False)
    )


_FORMS: Mapping[type[Node], Callable[[Inference, Any, Knowledge], Type]] = {
    Literal: Inference._literal,
    Name: Inference._name,
    Path: Inference._path,
    Filter: Inference._filter,
    Call: Inference._call,
    Negate: Inference._negate,
    Arithmetic: Inference._arithmetic,
    Comparison: Inference._comparison,
    Between: Inference._between,
    In: Inference._in,
    InstanceOf: Inference._instance_of,
    And: Inference._chain,
    Or: Inference._chain,
    If: Inference._if,
    For: Inference._for,
    Quantified: Inference._quantified,
    ListOf: Inference._list,
    ContextOf: Inference._context,
    RangeOf: Inference._range,
    HalfRange: Inference._half_range,
    FunctionOf: Inference._function,
}
