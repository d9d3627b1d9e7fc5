"""The index of a long table never changes its answers."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn import Flaw, analyse, axis, parse_decisions, tables
from tests.engine_dmn.models import table

CELLS = st.sampled_from(
    [
        *("-", "1", "2.50", '"a"', '"b", "c"', 'not("a")', "not(1)", "not(1, [3..4])", "null"),
        *(
            "not(null)",
            "< 2",
            "<= 2",
            "> 2",
            ">= 2",
            "[1..3]",
            "]1..3[",
            "< 1, > 3",
            "true",
            "false",
        ),
        *('@"2026-01-31"', '< @"2026-01-31"', '@"P1M"', '> @"PT1H"', '@"2026-01-31T10:00:00"'),
        *("limit", "> limit", "? * 2 > 3", "[1, 2]", '? = "a"', "? != 1", "(= 2)", "(!= 2)"),
        *('["a".."c"]', '"a", 1', "[3..1]", "?", "[limit..5]", 'not(["a", "b"])'),
    ]
)
VALUES = st.sampled_from(
    [None, True, False, 0, 1, 2, 2.5, 3, Decimal("2.50"), "a", "b", "", [1], ["a"], {"a": 1}]
)


def matched(rows: list[tuple[str, str]], context: dict[str, Any]) -> tuple[int, ...]:
    rules = "\n".join(f"{one} | {other} -> 1" for one, other in rows)
    xml = table(rules, inputs="a b", policy='hitPolicy="RULE ORDER"')
    return parse_decisions(xml).evaluate("fee", context).matched


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=3, max_size=8), VALUES, VALUES)
def test_with_and_without_an_index_the_same_rules_hold(
    rows: list[tuple[str, str]], a: Any, b: Any
) -> None:
    context = {"a": a, "b": b, "limit": 2}
    usual = tables.INDEXED_FROM
    try:
        tables.INDEXED_FROM = 100
        asked_one_by_one = matched(rows, context)
        tables.INDEXED_FROM = 1
        assert matched(rows, context) == asked_one_by_one
    finally:
        tables.INDEXED_FROM = usual


def test_an_index_leaves_only_rules_that_can_hold() -> None:
    rules = "\n".join(f'"k{n % 20}" | [{n * 10}..{n * 10 + 9}] -> {n}' for n in range(500))
    decisions = parse_decisions(table(rules, inputs="kind area"))
    (found,) = decisions.tables
    assert found.index is not None
    kind, area = found.index
    assert kind.candidates("k3").bit_count() == 25
    assert area.candidates(Decimal(4735)).bit_count() == 1
    assert area.candidates("text") == 0
    assert decisions.evaluate("fee", {"kind": "k13", "area": 4735}).value == 473


def test_a_table_too_large_for_an_index_answers_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(axis, "MOST_BITS", 10)
    rules = "\n".join(f"{n} -> {n}" for n in range(20))
    decisions = parse_decisions(table(rules))
    assert decisions.evaluate("fee", {"age": 7}).matched == (8,)
    assert [finding.flaw for finding in analyse(decisions)] == [Flaw.TOO_LARGE]
