"""A text that is not FEEL is refused with the place, the token and what to write instead."""

import pytest

from feel import FeelSyntaxError, compile_expression, compile_unary_tests


@pytest.mark.parametrize(
    ("text", "position", "token", "remedy"),
    [
        ("1 +", 3, "", "a value"),
        ("a == 1", 2, "==", "FEEL writes = instead"),
        ("a && b", 2, "&&", "FEEL writes and instead"),
        ("(1 + 2", 6, "", "“)”"),
        ("[1, 2", 5, "", "“]”"),
        ('"abc', 0, '"abc', 'Close it with "'),
        ("1 /* x", 2, "/*", "Close it with */"),
        ("if a then b", 11, "", "“else”"),
        ('@"2026-13-01"', 1, '"2026-13-01"', "2026-01-31"),
        ("for x in y", 10, "", "“return”"),
        ("x instance of tUnknown", 14, "tUnknown", "known type"),
        ("f(a: 1, 2)", 9, ")", "a name before every argument"),
        ("", 0, "", "a value"),
        ("1 2 3", 2, "2", "an operator"),
    ],
)
def test_the_fault_is_named(text: str, position: int, token: str, remedy: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    assert remedy in str(caught.value)
    assert (caught.value.position, caught.value.token) == (position, token)


def test_a_cell_must_not_end_with_a_comma() -> None:
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests("1, 2,")
