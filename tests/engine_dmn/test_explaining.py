"""Clerks and courts ask why: an outcome tells it in words, in both languages."""

from typing import Any

import pytest

from core import i18n
from engine.dmn import Outcome, explain, parse_decisions
from tests.engine_dmn.models import model, table

STEPS = "< 18 -> 0\n[18..60] -> 100"


def outcome(xml: bytes, **context: Any) -> Outcome:
    return parse_decisions(xml).evaluate("fee", context)


def said(message: str, params: Any) -> str:
    return str(message % params)


def test_the_rule_its_inputs_and_what_was_noted_beside_it_are_told() -> None:
    assert explain(outcome(table(STEPS), age=20), said).splitlines() == [
        "“Fee” looked at: age = 20.",
        "Rule 2 holds because age (20) meets “[18..60]”; it gives 100.",
        "Noted beside rule 2: điều 2.",
        "The answer is 100.",
    ]


def test_the_same_in_vietnamese(bare_app: Any) -> None:
    i18n.init_app(bare_app, time_zone="UTC", locale_selector=lambda: "vi")
    assert "Dòng 2 được áp dụng vì age (20) thỏa mãn “[18..60]”; kết quả là 100." in explain(
        outcome(table(STEPS), age=20)
    )


def test_an_answer_that_is_missing_says_why() -> None:
    assert explain(outcome(table(STEPS), age=61), said).splitlines()[1:] == [
        "No rule holds.",
        "No rule of the table fees holds, and it has no default.",
        "There is no answer.",
    ]


def test_a_row_without_conditions_holds_always() -> None:
    assert "Rule 1 holds always; it gives 5." in explain(outcome(table("- -> 5"), age=1), said)


def test_an_output_that_is_not_of_its_type_is_told() -> None:
    assert (
        'The value "much" of “fee” is not of its declared type and counts as unknown.'
        in explain(outcome(table('- -> "much"'), age=1), said)
    )


def decision(expression: str) -> bytes:
    return model(
        '<inputData id="i" name="age"><variable name="age" typeRef="number"/></inputData>'
        '<decision id="fee" name="Fee"><informationRequirement><requiredInput href="#i"/>'
        f"</informationRequirement><literalExpression><text>{expression}</text>"
        "</literalExpression></decision>"
    )


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ({}, "The input “age” was not given."),
        ({"age": "x"}, 'The value "x" of “age” is not of its declared type'),
        ({"age": 1}, "In the expression of “Fee”: “+” does not go with number, string"),
    ],
)
def test_nulls_on_the_way_are_told_with_their_reasons(context: Any, reason: str) -> None:
    assert reason in explain(outcome(decision('age + "a"'), **context), said)


def test_reasons_are_kept_once_however_often_they_occur() -> None:
    rows = "\n".join("- -> nothing" for _ in range(3))
    found = outcome(table(rows, policy='hitPolicy="COLLECT"'), age=1)
    assert found.notes == ()
    assert found.value == [None, None, None]
