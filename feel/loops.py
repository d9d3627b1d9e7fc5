"""Compile for, some, every and filters. Every round counts as a step of the evaluation."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from feel.compiler import Code, Compiler, Scope, compiles
from feel.durations import whole
from feel.limits import Evaluation
from feel.names import free_names
from feel.ranges import Range
from feel.syntax import (
    And,
    Between,
    Binding,
    Comparison,
    Filter,
    For,
    In,
    InstanceOf,
    Or,
    Quantified,
)
from feel.temporal import Date, date_at
from feel.values import ready

Inner = dict[str, Any]
# A predicate of these forms is true or false, never a position.
_TRUTHS = (And, Or, Comparison, Between, In, InstanceOf, Quantified)
# Gives the scope of every round; None instead of an iterator when a domain is no list.
Rounds = Callable[[Inner, Evaluation], Iterator[None]]


class NotIterable(Exception):
    """A domain is neither a list nor a range of whole steps."""


@compiles(For)
def for_loop(compiler: Compiler, node: For) -> Code:
    """for bindings return body; the body may look at `partial`, the results so far."""
    rounds, inside = _rounds(compiler, node.bindings)
    body = inside.binding("partial").compile(node.body)
    looks_back = "partial" in free_names(node.body)

    def loop(scope: Scope, run: Evaluation) -> list[Any] | None:
        inner: Inner = dict(scope)
        results: list[Any] = []
        try:
            for _ in rounds(inner, run):
                if looks_back:
                    run.charge(len(results) // 64)
                    inner["partial"] = list(results)
                results.append(body(inner, run))
        except NotIterable:
            return None
        return results

    return loop


@compiles(Quantified)
def quantified(compiler: Compiler, node: Quantified) -> Code:
    """some … satisfies is an or over all rounds, every … satisfies an and."""
    rounds, inside = _rounds(compiler, node.bindings)
    body, decisive = inside.compile(node.body), not node.every

    def evaluate(scope: Scope, run: Evaluation) -> Any:
        inner: Inner = dict(scope)
        result: bool | None = not decisive
        try:
            for _ in rounds(inner, run):
                value = body(inner, run)
                if value is decisive:
                    return decisive
                if value is not (not decisive):
                    result = None
        except NotIterable:
            return None
        return result

    return evaluate


def _rounds(compiler: Compiler, bindings: tuple[Binding, ...]) -> tuple[Rounds, Compiler]:
    first, *others = bindings
    values = _domain(compiler, first)
    inside = compiler.binding(first.name)
    if not others:
        return _single(first.name, values), inside
    rest, innermost = _rounds(inside, tuple(others))

    def rounds(inner: Inner, run: Evaluation) -> Iterator[None]:
        for value in values(inner, run):
            run.charge(1)
            inner[first.name] = value
            yield from rest(inner, run)

    return rounds, innermost


def _single(name: str, values: Code) -> Rounds:
    def rounds(inner: Inner, run: Evaluation) -> Iterator[None]:
        for value in values(inner, run):
            run.charge(1)
            inner[name] = value
            yield

    return rounds


def _domain(compiler: Compiler, binding: Binding) -> Code:
    domain = compiler.compile(binding.domain)
    if binding.last is None:
        return lambda scope, run: members(domain(scope, run), run)
    last = compiler.compile(binding.last)
    return lambda scope, run: _steps(domain(scope, run), last(scope, run), run)


def members(value: Any, run: Evaluation) -> Iterable[Any]:
    """What a loop over this value goes through. Raises NotIterable for null and endless ranges."""
    if value.__class__ is list:
        return list(value)
    if value.__class__ is not Range:
        if value is None:
            raise NotIterable
        return [value]
    steps = list(_steps(value.low, value.high, run))
    start = 0 if value.low_included else 1
    return steps[start : None if value.high_included else -1]


def _steps(low: Any, high: Any, run: Evaluation) -> Iterable[Any]:
    """Every whole step from low to high, upwards or downwards."""
    if low.__class__ is Decimal and high.__class__ is Decimal:
        run.check_range(whole(abs(high - low)))
        first = low
        step = 1 if high >= low else -1
        return [first + step * index for index in range(whole(abs(high - low)) + 1)]
    if low.__class__ is Date and high.__class__ is Date:
        return _days(low.ordinal, high.ordinal, run)
    raise NotIterable


def _days(first: int, last: int, run: Evaluation) -> list[Date | None]:
    run.check_range(abs(last - first))
    step = 1 if last >= first else -1
    return [date_at(day) for day in range(first, last + step, step)]


@compiles(Filter)
def filtered(compiler: Compiler, node: Filter) -> Code:
    """source[predicate]: by position when the predicate is a number, else all members that fit.

    Inside, `item` is the member, and the entries of a member that is a context stand by name.
    """
    source = compiler.compile(node.source)
    names = free_names(node.predicate)
    predicate = compiler.binding("item", *names).compile(node.predicate)
    free = names - compiler.bound
    may_be_position = not isinstance(node.predicate, _TRUTHS)

    def select(scope: Scope, run: Evaluation) -> Any:
        found = source(scope, run)
        members = found if found.__class__ is list else [] if found is None else [found]
        inside = _Inside(scope, names, free, run)
        if may_be_position:
            position = predicate(inside.scope, run)
            if position.__class__ is Decimal:
                return _at(members, position)
        return [member for member in members if predicate(inside.holding(member), run) is True]

    return select


def _at(members: list[Any], position: Decimal) -> Any:
    if position != position.to_integral_value() or not 1 <= abs(position) <= len(members):
        return None
    return members[int(position) - (1 if position > 0 else 0)]


class _Inside:
    """The scope inside a filter: one copy of the outer scope, changed for every member.

    Only the names that the predicate reads are looked for in a member.
    """

    def __init__(
        self, scope: Scope, names: frozenset[str], free: frozenset[str], run: Evaluation
    ) -> None:
        self.names = names
        self.run = run
        self.outer = {
            name: ready(scope[name], run) if name in free else scope[name]
            for name in names
            if name in scope
        }
        self.scope: Inner = {**scope, **self.outer}

    def holding(self, member: Any) -> Inner:
        """The scope for one member."""
        self.run.charge(1)
        entries = member if member.__class__ is dict else {}
        for name in self.names:
            if name in entries:
                self.scope[name] = entries[name]
            elif name in self.outer:
                self.scope[name] = self.outer[name]
            else:
                self.scope.pop(name, None)
        if "item" not in entries:
            self.scope["item"] = member
        return self.scope
