"""Compile truth: comparisons, and, or, if, between, in, instance of."""

from typing import Any

from feel.comparing import RELATIONS, equal, make_range, member, ordered
from feel.compiler import Code, Compiler, Scope, compiles
from feel.limits import Evaluation
from feel.ranges import Range, half_range
from feel.syntax import (
    And,
    Between,
    Comparison,
    HalfRange,
    If,
    In,
    InstanceOf,
    Literal,
    Name,
    Or,
    RangeOf,
)


@compiles(Literal)
def constant(_compiler: Compiler, node: Literal) -> Code:
    """A value known already."""
    value = node.value
    return lambda _scope, _run: value


@compiles(Name)
def variable(compiler: Compiler, node: Name) -> Code:
    """A variable or a function by its name."""
    return compiler.variable(node)


@compiles(Comparison)
def comparison(compiler: Compiler, node: Comparison) -> Code:
    """left = right and its like."""
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    relation = _relation(node.operator)
    return lambda scope, run: relation(left(scope, run), right(scope, run), run)


def _relation(sign: str) -> Any:
    if sign == "=":
        return equal
    if sign == "!=":
        return _unequal
    relation = RELATIONS[sign]
    return lambda left, right, _run: ordered(relation, left, right)


def _unequal(left: Any, right: Any, run: Evaluation) -> bool | None:
    result = equal(left, right, run)
    return None if result is None else not result


@compiles(And)
def conjunction(compiler: Compiler, node: And) -> Code:
    """False when a part is false, else null when a part is not true."""
    return _chain(compiler.compile_all(node.parts), decisive=False)


@compiles(Or)
def disjunction(compiler: Compiler, node: Or) -> Code:
    """True when a part is true, else null when a part is not false."""
    return _chain(compiler.compile_all(node.parts), decisive=True)


def _chain(parts: tuple[Code, ...], *, decisive: bool) -> Code:
    other = not decisive

    def evaluate(scope: Scope, run: Evaluation) -> Any:
        result: bool | None = other
        for part in parts:
            value = part(scope, run)
            if value is decisive:
                return decisive
            if value is not other:
                result = None
        return result

    return evaluate


@compiles(If)
def choice(compiler: Compiler, node: If) -> Code:
    """if … then … else …; whatever is not true chooses else."""
    condition = compiler.compile(node.condition)
    accepted, refused = compiler.compile(node.accepted), compiler.compile(node.refused)
    return lambda scope, run: (accepted if condition(scope, run) is True else refused)(scope, run)


@compiles(Between)
def between(compiler: Compiler, node: Between) -> Code:
    """value between low and high."""
    value, low, high = compiler.compile_all((node.value, node.low, node.high))
    at_least, at_most = RELATIONS[">="], RELATIONS["<="]

    def evaluate(scope: Scope, run: Evaluation) -> bool | None:
        found = value(scope, run)
        above = ordered(at_least, found, low(scope, run))
        below = ordered(at_most, found, high(scope, run))
        if above is False or below is False:
            return False
        return True if above and below else None

    return evaluate


@compiles(In)
def membership(compiler: Compiler, node: In) -> Code:
    """value in tests."""
    value, tests = compiler.compile(node.value), compiler.compile_all(node.tests)

    def evaluate(scope: Scope, run: Evaluation) -> bool | None:
        found = value(scope, run)
        return any_of([member(found, test(scope, run), run) for test in tests])

    return evaluate


def any_of(results: list[bool | None]) -> bool | None:
    """True when one is true, null when none is but one is null, else false."""
    if True in results:
        return True
    return None if None in results else False


@compiles(InstanceOf)
def instance(compiler: Compiler, node: InstanceOf) -> Code:
    """value instance of type."""
    value, wanted = compiler.compile(node.value), node.type
    return lambda scope, run: wanted.holds(value(scope, run))


@compiles(RangeOf)
def range_of(compiler: Compiler, node: RangeOf) -> Code:
    """[low..high]; null when the ends do not belong together."""
    low, high = compiler.compile_all((node.low, node.high))

    def evaluate(scope: Scope, run: Evaluation) -> Range | None:
        return make_range(low(scope, run), high(scope, run), node.low_included, node.high_included)

    return evaluate


@compiles(HalfRange)
def half_range_of(compiler: Compiler, node: HalfRange) -> Code:
    """(< bound) and its like."""
    bound, sign = compiler.compile(node.bound), node.operator
    return lambda scope, run: half_range(sign, bound(scope, run))
