"""A table answers by its hit policy, and says which rows held and why."""

from decimal import Decimal
from typing import Any

import pytest

from engine.dmn import parse_decisions
from engine.dmn.errors import ConflictingRules, NoRuleMatched, OverlappingRules
from tests.engine_dmn.models import table

STEPS = """
< 18 -> 0
[18..60] -> 100
> 60 -> 50
"""
OVERLAPPING = """
< 30 -> 10
[18..60] -> 20
> 50 -> 30
"""


def decide(xml: bytes, **context: Any) -> Any:
    return parse_decisions(xml).evaluate("fee", context).value


def test_the_matching_row_gives_the_output_and_is_named_with_its_inputs() -> None:
    outcome = parse_decisions(table(STEPS)).evaluate("fee", {"age": 61})
    assert outcome.value == Decimal(50)
    assert outcome.matched == (3,)
    assert outcome.inputs == {"age": Decimal(61)}
    (answer,) = outcome.tables
    assert (answer.table_id, answer.rules[0].rule_id) == ("fees", "rule3")
    assert answer.rules[0].annotations == ("điều 3",)


@pytest.mark.parametrize(
    ("policy", "age", "value"),
    [
        ('hitPolicy="FIRST"', 20, 10),
        ('hitPolicy="RULE ORDER"', 20, [10, 20]),
        ('hitPolicy="COLLECT"', 55, [20, 30]),
        ('hitPolicy="COLLECT" aggregation="SUM"', 55, 50),
        ('hitPolicy="COLLECT" aggregation="MIN"', 55, 20),
        ('hitPolicy="COLLECT" aggregation="MAX"', 55, 30),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 55, 2),
    ],
)
def test_each_hit_policy_picks_its_rows(policy: str, age: int, value: Any) -> None:
    assert decide(table(OVERLAPPING, policy=policy), age=age) == value


@pytest.mark.parametrize(
    ("policy", "value"), [("PRIORITY", "reject"), ("OUTPUT ORDER", ["reject", "review", "accept"])]
)
def test_priorities_follow_the_list_of_output_values(policy: str, value: Any) -> None:
    columns = (
        '<output id="o1" name="fee"><outputValues><text>"reject", "review", "accept"</text>'
        "</outputValues></output>"
    )
    rules = '> 0 -> "accept"\n> 1 -> "reject"\n> 2 -> "review"'
    xml = table(rules, columns=columns, policy=f'hitPolicy="{policy}"')
    assert decide(xml, age=5) == value


def test_two_rows_of_a_unique_table_that_hold_at_once_are_an_error_with_their_numbers() -> None:
    with pytest.raises(OverlappingRules, match="1, 2 of the table fees"):
        decide(table(OVERLAPPING), age=20)


def test_rows_of_an_any_table_must_agree() -> None:
    assert decide(table("> 0 -> 1\n> 1 -> 1", policy='hitPolicy="ANY"'), age=5) == 1
    with pytest.raises(ConflictingRules, match="1, 2"):
        decide(table("> 0 -> 1\n> 1 -> 2", policy='hitPolicy="ANY"'), age=5)


def test_several_outputs_make_a_context() -> None:
    columns = '<output id="a" name="fee"/><output id="b" name="days"/>'
    xml = table(
        '"new" -> 200 | 20\n- -> 100 | 10',
        columns=columns,
        inputs="kind",
        policy='hitPolicy="FIRST"',
    )
    assert decide(xml, kind="new") == {"fee": 200, "days": 20}


def test_without_a_matching_row_the_default_stands() -> None:
    columns = (
        '<output id="a" name="fee"><defaultOutputEntry><text>7</text></defaultOutputEntry></output>'
    )
    assert decide(table("> 100 -> 1", columns=columns), age=5) == 7


def test_without_row_and_default_the_value_is_null_and_may_be_refused() -> None:
    outcome = parse_decisions(table("> 100 -> 1")).evaluate("fee", {"age": 5})
    assert (outcome.value, outcome.matched) == (None, ())
    with pytest.raises(NoRuleMatched, match="age = 5"):
        outcome.required()


def test_an_unknown_input_matches_only_cells_that_allow_it() -> None:
    xml = table("null -> 1\n> 3 -> 2\n- -> 3", policy='hitPolicy="RULE ORDER"')
    assert decide(xml) == [1, 3]


def test_an_output_that_is_not_of_its_type_is_null() -> None:
    assert decide(table('> 0 -> "text"'), age=1) is None


def test_the_default_stands_as_it_is_where_rules_would_make_a_list() -> None:
    columns = (
        '<output id="a" name="fee"><defaultOutputEntry><text>7</text></defaultOutputEntry></output>'
    )
    assert decide(table("> 100 -> 1", columns=columns, policy='hitPolicy="COLLECT"'), age=5) == 7


@pytest.mark.parametrize(("kind", "value"), [("new", 1), ("lost", 2), ("odd", None), (None, 1)])
def test_a_dash_stands_for_the_input_values_only(kind: str | None, value: int | None) -> None:
    xml = table('- -> 1\n"lost" -> 2', inputs="kind", policy='hitPolicy="FIRST"').replace(
        b"</inputExpression></input>",
        b'</inputExpression><inputValues><text>"new","old"</text></inputValues></input>',
    )
    outcome = parse_decisions(xml).evaluate("fee", {"kind": kind})
    assert outcome.value == value
    foreseen = [note.reason for note in outcome.notes] == []
    assert foreseen == (kind in ("new", None))


def test_a_cell_that_cannot_be_read_never_holds() -> None:
    draft = parse_decisions(table("== 1 -> 1\n- -> 2"), strict=False)
    assert draft.evaluate("fee", {"age": 1}).value == 2
    assert draft.evaluate("fee", {"age": None}).value == 2
