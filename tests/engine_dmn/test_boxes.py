"""Boxed expressions mean what their FEEL form means (DMN 10.2)."""

from typing import Any

import pytest

from engine.dmn import parse_decisions
from tests.engine_dmn.models import model


def text(expression: str) -> str:
    escaped = expression.replace("&", "&amp;").replace("<", "&lt;")
    return f"<literalExpression><text>{escaped}</text></literalExpression>"


def decided(box: str, before: str = "", **context: Any) -> Any:
    xml = model(f'{before}<decision id="d" name="d"><variable name="d"/>{box}</decision>')
    return parse_decisions(xml).evaluate("d", context).value


def entry(name: str, box: str, type_ref: str = "") -> str:
    declared = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<contextEntry><variable name="{name}"{declared}/>{box}</contextEntry>'


def test_a_context_sees_earlier_entries_and_may_end_with_a_result() -> None:
    entries = entry("a", text("2")) + entry("b", text("a * 3"))
    assert decided(f"<context>{entries}</context>") == {"a": 2, "b": 6}
    end = f"<contextEntry>{text('a + b')}</contextEntry>"
    assert decided(f"<context>{entries}{end}</context>") == 8


def test_an_entry_that_is_not_of_its_type_is_null() -> None:
    assert decided(f"<context>{entry('a', text('2'), 'string')}</context>") == {"a": None}


def test_lists_and_relations_hold_the_values_of_their_boxes() -> None:
    assert decided(f"<list>{text('1 + 1')}{text('null')}</list>") == [2, None]
    relation = (
        '<relation><column name="a"/><column name="b" typeRef="string"/>'
        f"<row>{text('1')}{text('2')}</row></relation>"
    )
    assert decided(relation) == [{"a": 1, "b": None}]


def test_a_function_remembers_its_scope_and_is_invoked_by_bindings() -> None:
    function = (
        '<functionDefinition><formalParameter name="x" typeRef="number"/>'
        f"{text('x + y')}</functionDefinition>"
    )
    invocation = (
        f'<invocation>{text("f")}<binding><parameter name="x"/>{text("%s")}</binding></invocation>'
    )
    entries = entry("y", text("10")) + entry("f", function)

    def invoked(argument: str) -> Any:
        end = f"<contextEntry>{invocation % argument}</contextEntry>"
        return decided(f"<context>{entries}{end}</context>")

    assert invoked("1") == 11
    assert invoked("[1]") == 11
    assert invoked('"text"') is None


@pytest.mark.parametrize(
    ("condition", "value"), [("true", 1), ("false", 2), ("null", 2), ("5", None)]
)
def test_a_conditional_asks_for_a_truth_value(condition: str, value: Any) -> None:
    parts = f"<if>{text(condition)}</if><then>{text('1')}</then><else>{text('2')}</else>"
    assert decided(f"<conditional>{parts}</conditional>") == value


@pytest.mark.parametrize(
    ("source", "match", "value"),
    [
        ("[1, 2, 3]", "item > 1", [2, 3]),
        ("[1, null, 3]", "item > 1", [3]),
        ("[{a: 1}, {a: 2}]", "a = 2", [{"a": 2}]),
        ("[{item: 1}]", "item = 1", [{"item": 1}]),
        ("5", "item = 5", [5]),
        ("[]", "true", []),
        ("null", "true", None),
        ("[1, 2]", '"no truth value"', None),
        ("[1, 2]", "1", None),
    ],
)
def test_a_filter_keeps_the_members_that_match(source: str, match: str, value: Any) -> None:
    assert decided(f"<filter><in>{text(source)}</in><match>{text(match)}</match></filter>") == value


@pytest.mark.parametrize(
    ("source", "body", "value"),
    [
        ("[1, 2]", "x * 2", [2, 4]),
        ("[1..3]", "x", [1, 2, 3]),
        ("[3..1]", "x", None),
        ("(1..4)", "x", [2, 3]),
        ("[1, 2, 3]", "count(partial)", [0, 1, 2]),
        ("[1, 2]", "if x = 1 then 0 else partial[-1] + x", [0, 2]),
        ("[]", "x", []),
        ("null", "x", None),
    ],
)
def test_a_for_box_maps_every_member(source: str, body: str, value: Any) -> None:
    box = f'<for iteratorVariable="x"><in>{text(source)}</in><return>{text(body)}</return></for>'
    assert decided(box) == value


@pytest.mark.parametrize(
    ("kind", "source", "body", "value"),
    [
        ("some", "[1, 2]", "x > 1", True),
        ("some", "[1, 2]", "x > 2", False),
        ("some", "[]", "true", False),
        ("some", "[1, 2]", "if x = 1 then true else 5", True),
        ("some", "[1, 2]", "if x = 1 then false else 5", None),
        ("every", "[1, 2]", "x > 0", True),
        ("every", "[1, 2]", "x > 1", False),
        ("every", "[]", "false", True),
        ("every", "[1, 2]", "if x = 1 then true else null", None),
        ("every", "null", "true", None),
    ],
)
def test_some_and_every_follow_the_logic_of_three_values(
    kind: str, source: str, body: str, value: Any
) -> None:
    box = (
        f'<{kind} iteratorVariable="x"><in>{text(source)}</in>'
        f"<satisfies>{text(body)}</satisfies></{kind}>"
    )
    assert decided(box) is value


@pytest.mark.parametrize(
    ("type_ref", "expression", "value"),
    [
        ("number", "[5]", 5),
        ("number", "[5, 6]", None),
        ("number", '"5"', None),
        ("tNumbers", "5", [5]),
        ("tNumbers", '"5"', None),
        ("tSmall", "5", 5),
        ("tSmall", "50", None),
        ("tPerson", '{name: "A", age: 5}', {"name": "A", "age": 5}),
        ("tPerson", "{name: 1, age: 5}", None),
        ("tShort", "[1, 2]", [1, 2]),
        ("tShort", "[1, 2, 3]", None),
        ("unknown", "[5, 6]", [5, 6]),
    ],
)
def test_values_are_converted_to_the_declared_type_or_null(
    type_ref: str, expression: str, value: Any
) -> None:
    types = (
        '<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
        '<itemDefinition name="tSmall"><typeRef>number</typeRef>'
        "<allowedValues><text>[0..10]</text></allowedValues></itemDefinition>"
        '<itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef>'
        '</itemComponent><itemComponent name="age"><typeRef>tSmall</typeRef></itemComponent>'
        "</itemDefinition>"
        '<itemDefinition name="tShort" isCollection="true"><typeRef>number</typeRef>'
        "<typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>"
    )
    box = f'<literalExpression typeRef="{type_ref}"><text>{expression}</text></literalExpression>'
    assert decided(box, types) == value


def test_a_date_stands_where_a_date_and_time_is_asked_for() -> None:
    box = '<literalExpression typeRef="dateTime"><text>@"2026-01-31"</text></literalExpression>'
    assert str(decided(box)) == "2026-01-31 00:00:00+00:00"


def test_functions_of_other_languages_are_null() -> None:
    box = f'<functionDefinition kind="Java">{text("{}")}</functionDefinition>'
    assert decided(box) is None
