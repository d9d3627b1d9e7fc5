"""Expressions that try to get out, or to hold the worker up, are refused or stopped at a limit.

Each within 50 ms of processor time, on a slower or shared machine in proportion; afterwards the same
process goes on as if nothing had been.
"""

import time
from datetime import date, datetime
from datetime import time as time_of_day
from decimal import Decimal
from typing import Any

import pytest

from feel import (
    DaysDuration,
    FeelError,
    FeelLimitExceeded,
    FeelSyntaxError,
    Limits,
    MonthsDuration,
    Range,
    compile_expression,
)
from feel.errors import (
    CallsTooDeep,
    ExpressionTooLong,
    NestedTooDeeply,
    PatternTooCostly,
    RangeTooLong,
    TextTooLong,
    TooManySteps,
)
from feel.functions import Function
from tests.feel.attacks import ATTACKS, DOUBLED_TEXTS, NESTED_LISTS

CONTEXT: dict[str, Any] = {
    "x": {"a": 1},
    "s": "a" * 40,
    "xs": list(range(1_000)),
    "f": "len",
}
CORPUS = [
    pytest.param(text, id=f"{family}-{number}")
    for family, texts in ATTACKS.items()
    for number, text in enumerate(texts)
]
LONGEST_SECONDS = 0.05
YARDSTICK_SECONDS = 0.006
TRIALS = 5
FEEL_VALUES = (
    *(bool, Decimal, str, date, time_of_day, datetime),
    *(DaysDuration, MonthsDuration, Range, Function),
)
# What a text would show that had reached Python behind the language.
LEAKS = ("<class", "<function", "<module", " object at 0x", "root:x:", "Traceback")


def test_the_corpus_is_large() -> None:
    assert len({text for texts in ATTACKS.values() for text in texts}) >= 350


@pytest.mark.parametrize("text", CORPUS)
def test_an_attack_gets_nowhere_within_50_milliseconds(text: str) -> None:
    assert any(attack(text) <= LONGEST_SECONDS * slowness() for _ in range(TRIALS))
    assert compile_expression("sum(xs[item <= 3])").evaluate(CONTEXT) == 6
    assert CONTEXT["x"] == {"a": 1}


def attack(text: str) -> float:
    """Processor seconds until the text is refused, stopped, or comes to a harmless value."""
    started = time.process_time()
    try:
        value = compile_expression.__wrapped__(text).evaluate(CONTEXT)
    except FeelError:
        value = None
    seconds = time.process_time() - started
    assert is_harmless(value)
    return seconds


def slowness() -> float:
    """How many times longer this machine takes just now than the one on which the 50 ms were set."""
    started = time.process_time()
    seen = {number % 97: str(number) for number in range(40_000)}
    seconds = time.process_time() - started
    assert seen
    return max(1.0, seconds / YARDSTICK_SECONDS)


def is_harmless(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(is_harmless, value))
    if isinstance(value, dict):
        return all(map(is_harmless, value.values()))
    if isinstance(value, str):
        return not any(leak in value for leak in LEAKS)
    return value is None or type(value) in FEEL_VALUES or isinstance(value, Function)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("for i in 1..1000000000 return i", RangeTooLong),
        ("for i in 1..9**99 return i", RangeTooLong),
        ("count(for a in 1..9999, b in 1..9999 return 1)", TooManySteps),
        ("for a in 1..9999, b in 1..9999, c in [] return 1", TooManySteps),
        ('{t0: "xxxxxxxxxx", ' + DOUBLED_TEXTS + "}", TextTooLong),
        ("{l0: [1], " + NESTED_LISTS + "}", TooManySteps),
        ("{f: function(f, n) f(f, n + 1), r: f(f, 0)}.r", CallsTooDeep),
        ("(" * 500 + "1" + ")" * 500, NestedTooDeeply),
        ("1" + " + 1" * 2_400, NestedTooDeeply),
        ("x" + ".x" * 4_000, NestedTooDeeply),
        ("x instance of " + "list<" * 500, NestedTooDeeply),
        (" " * 10_001, ExpressionTooLong),
        ('matches("' + "a" * 40 + '!", "(a+)+$")', PatternTooCostly),
        ('matches("' + "a" * 40 + '!", "(a?){40}a{40}")', PatternTooCostly),
        ('replace("' + "a" * 400 + '!", "a*a*a*a*b", "-")', PatternTooCostly),
    ],
)
def test_every_limit_has_its_own_error(text: str, error: type[FeelError]) -> None:
    with pytest.raises(error):
        compile_expression(text).evaluate(CONTEXT)


@pytest.mark.parametrize("text", ["lambda: 1", 'f"{x}"', "from os import *", "x := 1", "@property"])
def test_python_is_not_feel(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


def test_limits_can_be_tightened_for_one_evaluation() -> None:
    loop = compile_expression("for i in 1..100 return i")
    assert len(loop.evaluate({})) == 100
    with pytest.raises(FeelLimitExceeded):
        loop.evaluate({}, limits=Limits(range_members=50))
