"""The analysis finds what would go wrong in a table, with an input that shows it."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn import Finding, Flaw, Severity, analyse, parse_decisions
from engine.dmn.errors import OverlappingRules
from feel.temporal import Date
from tests.engine_dmn.models import model, table


def found(rules: str, **options: str) -> list[Finding]:
    return analyse(parse_decisions(table(rules, **options)))


def flaws(rules: str, **options: str) -> list[tuple[Flaw, tuple[int, ...]]]:
    return [(finding.flaw, finding.rules) for finding in found(rules, **options)]


def test_a_table_that_covers_everything_once_has_no_findings() -> None:
    assert found("< 18 -> 0\n[18..60] -> 1\n> 60 -> 2") == []


def test_an_overlap_of_a_unique_table_is_an_error_with_rules_and_example() -> None:
    (finding,) = found("<= 18 -> 0\n[18..60] -> 1\n> 60 -> 2")
    assert (finding.flaw, finding.severity) == (Flaw.OVERLAP, Severity.ERROR)
    assert (finding.table_id, finding.rules, finding.rule_ids) == (
        "fees",
        (1, 2),
        ("rule1", "rule2"),
    )
    assert finding.example == {"age": Decimal(18)}
    assert finding.message % finding.params == (
        "The rules 1, 2 hold at the same time, for example for: age = 18"
    )


def test_a_gap_is_a_warning_with_an_example() -> None:
    (finding,) = found("< 18 -> 0\n> 18 -> 1")
    assert (finding.flaw, finding.severity) == (Flaw.GAP, Severity.WARNING)
    assert finding.example == {"age": Decimal(18)}


def test_a_default_output_closes_every_gap() -> None:
    columns = '<output name="fee"><defaultOutputEntry><text>7</text></defaultOutputEntry></output>'
    assert found("< 18 -> 0", columns=columns) == []


def test_a_rule_behind_a_catch_all_is_never_reached() -> None:
    assert flaws("< 18 -> 0\n- -> 1\n> 60 -> 2", policy='hitPolicy="FIRST"') == [
        (Flaw.UNREACHABLE, (3,))
    ]


def test_a_rule_that_better_ones_always_outrank_is_never_reached() -> None:
    columns = (
        '<output id="o1" name="fee"><outputValues><text>"reject", "review", "accept"</text>'
        "</outputValues></output>"
    )
    rules = '> 5 -> "accept"\n> 0 -> "reject"\n<= 0 -> "review"'
    assert flaws(rules, columns=columns, policy='hitPolicy="PRIORITY"') == [
        (Flaw.UNREACHABLE, (1,))
    ]


def test_computed_outputs_neither_agree_nor_are_outranked() -> None:
    rules = '> 5 -> if x then "reject" else "accept"\n<= 9 -> "reject"'
    columns = (
        '<output name="fee"><outputValues><text>"reject", "accept"</text></outputValues></output>'
    )
    assert flaws(rules, columns=columns, policy='hitPolicy="PRIORITY"') == []
    assert flaws(rules, policy='hitPolicy="ANY"') == [(Flaw.CONFLICT, (1, 2))]


def test_a_rule_that_nothing_fits_is_never_reached() -> None:
    assert flaws("< 18, (5..5) -> 0\n>= 18 -> 1\n(5..5) -> 2") == [(Flaw.UNREACHABLE, (3,))]


def test_rules_of_an_any_table_may_overlap_as_long_as_they_agree() -> None:
    any_policy = 'hitPolicy="ANY"'
    assert flaws("< 20 -> 1\n> 10 -> 1", policy=any_policy) == []
    (finding,) = found("< 20 -> 1\n> 10 -> 2", policy=any_policy)
    assert (finding.flaw, finding.severity) == (Flaw.CONFLICT, Severity.WARNING)


@pytest.mark.parametrize("policy", ["RULE ORDER", "COLLECT", "OUTPUT ORDER"])
def test_tables_that_collect_may_overlap_and_leave_gaps(policy: str) -> None:
    assert flaws("< 20 -> 1\n[10..15] -> 2", policy=f'hitPolicy="{policy}"') == []


def test_several_columns_are_looked_at_together() -> None:
    rules = '"a" | < 10 -> 1\n"a" | >= 10 -> 2\nnot("a") | < 5 -> 3\n"b" | >= 4 -> 4'
    findings = found(rules, inputs="kind area")
    assert [(finding.flaw, finding.rules) for finding in findings] == [
        (Flaw.OVERLAP, (3, 4)),
        (Flaw.GAP, ()),
    ]
    assert findings[0].example == {"kind": "b", "area": Decimal(4)}
    assert findings[1].example["kind"] == "other"


def test_two_columns_that_ask_the_same_see_the_same_value() -> None:
    assert found("> 0 | <= 5 -> 1\n- | > 5 -> 2\n<= 0 | - -> 3", inputs="age age") == []


def test_the_values_of_an_item_definition_bound_what_can_come() -> None:
    def enumerated(rules: str) -> list[Finding]:
        rows = "".join(
            f'<rule id="r"><inputEntry><text>{rule}</text></inputEntry>'
            "<outputEntry><text>1</text></outputEntry></rule>"
            for rule in rules.split()
        )
        return analyse(
            parse_decisions(
                model(
                    '<itemDefinition name="tKind"><typeRef>string</typeRef><allowedValues>'
                    '<text>"new","renewed"</text></allowedValues></itemDefinition>'
                    '<inputData id="i" name="kind"><variable name="kind" typeRef="tKind"/></inputData>'
                    '<decision id="d" name="d"><decisionTable id="t"><input><inputExpression>'
                    f"<text>kind</text></inputExpression></input><output/>{rows}"
                    "</decisionTable></decision>"
                )
            )
        )

    assert enumerated('"new" "renewed"') == []
    assert [finding.example for finding in enumerated('"new"')] == [{"kind": "renewed"}]
    assert [finding.flaw for finding in enumerated('"new" "renewed" "lost"')] == [Flaw.UNREACHABLE]


@pytest.mark.parametrize(
    ("rules", "example"),
    [
        ("true -> 1", False),
        ('< @"2026-01-01" -> 1\n> @"2026-01-01" -> 2', Date(2026, 1, 1)),
        ('< @"2026-01-01" -> 1\n> @"2026-01-02" -> 2', Date(2026, 1, 1)),
        ('<= @"P1M" -> 1\n>= @"P3M" -> 2', "P2M"),
        ('<= @"PT1H" -> 1\n> @"PT2H" -> 2', "PT2H"),
        ('<= @"2026-01-01T00:00:00" -> 1', "2026-01-02T00:00:00"),
        ("<= 1 -> 1\n>= 1.5 -> 2", Decimal("1.25")),
    ],
)
def test_dates_durations_and_truth_values_are_cut_too(rules: str, example: Any) -> None:
    gaps = [finding.example["age"] for finding in found(rules) if finding.flaw is Flaw.GAP]
    assert [str(gap) for gap in gaps] == [str(example)]


def test_days_that_follow_each_other_leave_no_gap() -> None:
    assert found('<= @"2026-01-31" -> 1\n>= @"2026-02-01" -> 2') == []


def test_computed_cells_are_named_and_never_accused() -> None:
    findings = found("< limit -> 1\n> 5 -> 2\n<= 5 -> 3")
    assert [(finding.flaw, finding.rules, finding.cell) for finding in findings] == [
        (Flaw.NOT_ANALYSED, (1,), "< limit")
    ]


def test_two_thousand_rules_are_analysed() -> None:
    rules = "\n".join(f'"k{n % 20}" | [{n * 10}..{n * 10 + 9}] -> {n}' for n in range(2000))
    findings = found(rules, inputs="kind area")
    assert {finding.flaw for finding in findings} == {Flaw.GAP}


CELLS = st.sampled_from(
    [
        "-",
        "1",
        "2",
        "< 2",
        "<= 2",
        "> 1",
        ">= 3",
        "[1..3]",
        "(1..3)",
        "1, 3",
        "not(2)",
        "not([1..2])",
    ]
)
POINTS = [Decimal(tenths) / 2 for tenths in range(-2, 12)]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_brute_force_finds_what_the_analysis_finds(cells: list[tuple[str, str]]) -> None:
    rules = "\n".join(f"{one} | {other} -> {n}" for n, (one, other) in enumerate(cells))
    decisions = parse_decisions(table(rules, inputs="a b"))
    findings = analyse(decisions)
    overlap, gap, held = False, False, set[int]()
    for a, b in product(POINTS, POINTS):
        try:
            matched = decisions.evaluate("fee", {"a": a, "b": b}).matched
        except OverlappingRules as error:
            overlap = True
            matched = tuple(map(int, error.params["rules"].split(", ")))
        held |= set(matched)
        gap = gap or not matched
    kinds = {finding.flaw for finding in findings}
    unreachable = {finding.rules[0] for finding in findings if finding.flaw is Flaw.UNREACHABLE}
    assert (Flaw.OVERLAP in kinds, Flaw.GAP in kinds) == (overlap, gap)
    assert unreachable == set(range(1, len(cells) + 1)) - held
    for finding in findings:
        if finding.flaw is Flaw.GAP:
            assert decisions.evaluate("fee", finding.example).matched == ()
        if finding.flaw is Flaw.OVERLAP:
            with pytest.raises(OverlappingRules):
                decisions.evaluate("fee", finding.example)
