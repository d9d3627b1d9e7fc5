"""Expressions that try to get out, or to get the worker stuck, are refused or stopped at a limit."""

import time

import pytest

from feel import FeelError, FeelLimitExceeded, FeelSyntaxError, compile_expression
from feel.errors import (
    CallsTooDeep,
    NestedTooDeeply,
    PatternTooCostly,
    RangeTooLong,
    TextTooLong,
    TooManySteps,
)

DOUBLINGS = ", ".join(f"t{i + 1}: t{i} + t{i}" for i in range(40))
NESTED_LISTS = ", ".join(f"l{i + 1}: [l{i}, l{i}, l{i}]" for i in range(40))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("for i in 1..1000000000 return i", RangeTooLong),
        ("for i in 1..9**99 return i", RangeTooLong),
        ("count(for a in 1..9999, b in 1..9999 return 1)", TooManySteps),
        ("for a in 1..9999, b in 1..9999, c in [] return 1", TooManySteps),
        ("some a in 1..9999, b in 1..9999 satisfies a < 0", TooManySteps),
        ('{t0: "xxxxxxxxxx", ' + DOUBLINGS + "}", TextTooLong),
        ("{l0: [1], " + NESTED_LISTS + "}", TooManySteps),
        ("string({l0: [1], " + NESTED_LISTS + "})", TooManySteps),
        ("flatten([{l0: [1], " + NESTED_LISTS + "}.l40])", TooManySteps),
        ("{f: function(f, n) f(f, n + 1), r: f(f, 0)}.r", CallsTooDeep),
        ("(" * 500 + "1" + ")" * 500, NestedTooDeeply),
        ("[" * 500 + "]" * 500, NestedTooDeeply),
        ("-" * 500 + "1", NestedTooDeeply),
        ("if true then " * 500 + "1", NestedTooDeeply),
        ("for x in " * 500, NestedTooDeeply),
        ("1" + " + 1" * 9_000, NestedTooDeeply),
        ("x" + ".x" * 9_000, NestedTooDeeply),
        ("x" + "[1]" * 9_000, NestedTooDeeply),
        ("x instance of " + "list<" * 500, NestedTooDeeply),
        ('matches("' + "a" * 40 + '!", "(a+)+$")', PatternTooCostly),
        ('matches("' + "a" * 40 + '!", "(a|a)*$")', PatternTooCostly),
        ('matches("' + "a" * 40 + '!", "(a|aa)+$")', PatternTooCostly),
        ('matches("' + "a" * 40 + '!", "(a?){40}a{40}")', PatternTooCostly),
        ('replace("' + "a" * 400 + '!", "a*a*a*a*b", "-")', PatternTooCostly),
        ('split("' + "a" * 40 + '!", "(.*)*x")', PatternTooCostly),
    ],
)
def test_what_would_explode_is_stopped_by_its_own_limit_within_a_moment(
    text: str, error: type[FeelError]
) -> None:
    started = time.perf_counter()
    with pytest.raises(error):
        compile_expression(text).evaluate({"x": []})
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "text",
    [
        "x.__class__",
        "x.__class__.__mro__[1].__subclasses__()",
        '"".__class__.__base__',
        "f.__globals__",
        'get value(x, "__dict__")',
        "{a: 1}.__init__",
        'date("2026-01-01").__reduce__',
        "x.keys",
        'x.__getitem__("a")',
        "(function(a) a).__code__",
        "abs.code",
        '__import__("os")',
        'open("/etc/passwd")',
        'eval("1")',
        'string("{0.__class__}")[1].format',
    ],
)
def test_no_path_leads_to_an_attribute_of_a_python_object(text: str) -> None:
    assert compile_expression(text).evaluate({"x": {"a": 1}, "f": len.__name__}) in (None, [])


@pytest.mark.parametrize(
    "text", ["lambda: 1", 'f"{x}"', "from os import *", "x := 1", "a; b", "@property"]
)
def test_python_is_not_feel(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


@pytest.mark.parametrize(
    "text",
    ["9**9**9", "9**9**9**9**9", "10**6000*10**6000", "exp(99999)", "1/0", "0**0", "sqrt(-1)"],
)
def test_numbers_without_a_value_are_null_or_bounded(text: str) -> None:
    value = compile_expression(text).evaluate({})
    assert value is None or len(str(value)) < 50


def test_external_functions_never_run() -> None:
    text = (
        'function(a) external {java: {class: "java.lang.Runtime", "method signature": "exit(int)"}}'
    )
    assert compile_expression(text).evaluate({}) is None


def test_limits_can_be_tightened_for_one_evaluation() -> None:
    from feel import Limits

    loop = compile_expression("for i in 1..100 return i")
    assert len(loop.evaluate({})) == 100
    with pytest.raises(FeelLimitExceeded):
        loop.evaluate({}, limits=Limits(range_members=50))
