"""Whatever the text, it ends in a value or in one of our own errors, and soon."""

from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feel import (
    FeelError,
    FeelSyntaxError,
    Limits,
    check,
    compile_expression,
    compile_unary_tests,
    to_text,
)
from feel.syntax import Node
from tests.feel import trees
from tests.feel.trees import expressions

PIECES = st.sampled_from(
    [
        *("1", "0", "-3", "2.5", "9e99", '"a"', '""', "true", "false", "null", "x", "y", "tên gọi"),
        *("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in", "between"),
        *("(", ")", "[", "]", "{", "}", ",", ":", ".", "..", "?", "item", "partial", "a: 1"),
        *("if", "then", "else", "for i in", "return", "some i in", "every i in", "satisfies"),
        *("instance of number", "function(a)", '@"2026-01-31"', '@"P1D"', '@"PT1H"', '@"P2M"'),
        *('date("2026-01-31")', "sum(", "count(", "not(", "string(", "x[1]", "i", "a"),
        *('matches("aaa", "(a+)+")', "sort(x, function(a, b) a < b)", "get entries(y)", "1..9"),
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map(" ".join))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.text(max_size=8),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.timedeltas(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
CONTEXTS = st.fixed_dictionaries({"x": VALUES, "y": VALUES, "tên gọi": VALUES})
SMALL = Limits(steps=2_000, range_members=500, text=5_000)
UNHURRIED = settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])


@UNHURRIED
@given(text=TEXTS)
def test_any_text_compiles_or_is_refused_with_a_position_inside_it(text: str) -> None:
    try:
        compile_expression(text)
        compile_unary_tests(text)
    except FeelSyntaxError as error:
        position = error.position
    else:
        position = 0
    assert 0 <= position <= len(text)


@UNHURRIED
@given(text=TEXTS, context=CONTEXTS)
def test_evaluating_raises_nothing_but_feel_errors(text: str, context: dict[str, Any]) -> None:
    with suppress(FeelError):
        compile_expression(text).evaluate(context, limits=SMALL)


@UNHURRIED
@given(text=TEXTS, value=VALUES, context=CONTEXTS)
def test_testing_a_cell_raises_nothing_but_feel_errors(
    text: str, value: Any, context: dict[str, Any]
) -> None:
    try:
        verdict = compile_unary_tests(text).matches(value, context, limits=SMALL)
    except FeelError:
        return
    assert verdict in (True, False, None)


@UNHURRIED
@given(tree=expressions, context=CONTEXTS)
def test_the_short_cut_and_the_full_evaluation_agree(tree: Node, context: dict[str, Any]) -> None:
    expression = compile_expression(to_text(tree))
    seen = {**trees.CONTEXT, **context}
    try:
        full = expression.explain(seen).value
    except FeelError:
        return
    short = expression.evaluate(seen)
    assert (type(short), str(short)) == (type(full), str(full))


@UNHURRIED
@given(text=TEXTS)
def test_checking_raises_nothing_but_feel_errors(text: str) -> None:
    with suppress(FeelError):
        check(compile_expression(text), {"x": "number", "y": "list<string>", "tên gọi": "Any"})
