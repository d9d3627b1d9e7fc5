"""A printed tree reads back as the same tree."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings

from feel import FeelSyntaxError, Vocabulary, compile_expression, compile_unary_tests, to_text
from tests.feel.test_safety_properties import TEXTS
from tests.feel.trees import expressions

THOROUGH = settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))


@THOROUGH
@given(tree=expressions)
def test_a_generated_tree_survives_printing(tree) -> None:
    assert compile_expression(to_text(tree)).tree == tree


@THOROUGH
@given(text=TEXTS)
def test_whatever_can_be_read_survives_printing(text: str) -> None:
    with suppress(FeelSyntaxError):
        tree = compile_expression(text).tree
        assert compile_expression(to_text(tree)).tree == tree
    with suppress(FeelSyntaxError):
        tests = compile_unary_tests(text).tree
        assert compile_unary_tests(to_text(tests)).tree == tests


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("1+2*3-(4-5)", "1 + 2 * 3 - (4 - 5)"),
        ("(-2)**2", "-2 ** 2"),
        ("((a)and(b or c))", "a and (b or c)"),
        ("x in [1..3)", "x in ([1..3))"),
        ('{a:1,"b c":2}', '{"a": 1, "b c": 2}'),
        ("function(a:number,b) a+b", "function(a: number, b) a + b"),
        ('date and time("2026-01-31T08:00:00")', 'date and time("2026-01-31T08:00:00")'),
        ("`date` and time", "`date` and time"),
    ],
)
def test_the_printer_writes_as_people_do(text: str, printed: str) -> None:
    assert to_text(compile_expression(text).tree) == printed


def test_names_with_signs_are_printed_so_that_nobody_must_know_them() -> None:
    vocabulary = Vocabulary.of(["số bậc-1"])
    tree = compile_expression("số bậc-1 * 2", vocabulary).tree
    assert to_text(tree) == "`số bậc-1` * 2"
    assert compile_expression(to_text(tree)).tree == tree
