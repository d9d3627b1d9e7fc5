"""Compile the cells of decision tables: tests of one value, such as “< 18, [60..65]” or “-”."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from feel.comparing import equal, included, member
from feel.compiler import Code, Compiler, Scope
from feel.conditions import any_of
from feel.folding import folded
from feel.limits import Evaluation
from feel.names import free_names
from feel.ranges import Range
from feel.syntax import Literal, Name, Node, UnaryTestsOf

Verdict = bool | None
Test = Callable[[Any, Scope, Evaluation], Verdict]
INPUT = "?"


def compile_tests(tree: UnaryTestsOf) -> Test:
    """One closure for the whole cell: test(value, scope, evaluation)."""
    tests = [_test(folded(node)) for node in tree.tests]
    if not tests:
        return lambda _value, _scope, _run: True
    passes = tests[0] if len(tests) == 1 else _either(tests)
    return _opposite(passes) if tree.negated else passes


def _either(tests: list[Test]) -> Test:
    def passes(value: Any, scope: Scope, run: Evaluation) -> Verdict:
        return any_of([test(value, scope, run) for test in tests])

    return passes


def _opposite(passes: Test) -> Test:
    def fails(value: Any, scope: Scope, run: Evaluation) -> Verdict:
        verdict = passes(value, scope, run)
        return None if verdict is None else not verdict

    return fails


def _test(node: Node) -> Test:
    if isinstance(node, Literal):
        return _constant(node.value)
    code = Compiler(frozenset({INPUT})).compile(node)
    if INPUT in free_names(node) and not isinstance(node, Name):
        return lambda value, scope, run: _truth(code({**scope, INPUT: value}, run))
    return _computed(code)


def _constant(expected: Any) -> Test:
    if isinstance(expected, Range):
        return lambda value, _scope, run: _in_range(value, expected, run)
    if isinstance(expected, str | Decimal):
        kind = type(expected)
        return lambda value, _scope, _run: (
            bool(value == expected) if value.__class__ is kind else False
        )
    return lambda value, _scope, run: equal(value, expected, run)


def _in_range(value: Any, range_: Range, run: Evaluation) -> Verdict:
    return equal(value, range_, run) if value.__class__ is Range else included(value, range_, run)


def _computed(code: Code) -> Test:
    """An expression without “?”: equal to the value or holding it, or simply true."""

    def passes(value: Any, scope: Scope, run: Evaluation) -> Verdict:
        found = code(scope, run)
        if isinstance(found, bool) and not isinstance(value, bool):
            return found
        return member(value, found, run)

    return passes


def _truth(value: Any) -> Verdict:
    return value if isinstance(value, bool) else None
