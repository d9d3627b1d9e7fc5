"""Compile the decisionTable elements of a model (DMN 8.3)."""

from typing import Any

from engine.dmn.document import Element, child, children, place_of, text_in
from engine.dmn.environment import Environment
from engine.dmn.errors import UnsupportedElement
from engine.dmn.hit_policies import POLICIES
from engine.dmn.tables import DecisionTable, InputColumn, OutputColumn, Rule
from feel.syntax import Literal, UnaryTestsOf


def read_table(element: Element, environment: Environment, decision: str) -> DecisionTable:
    """Compile a decisionTable element. Raises DecisionError."""
    inputs = tuple(_input(column, environment) for column in children(element, "input"))
    outputs = tuple(_output(column, environment) for column in children(element, "output"))
    policy = element.get("hitPolicy", "UNIQUE")
    if policy not in POLICIES or not outputs:
        raise UnsupportedElement(element=place_of(element), kind=policy)
    rules = tuple(_rule(row, environment) for row in children(element, "rule"))
    for row, rule in zip(children(element, "rule"), rules, strict=True):
        if (len(rule.cells), len(rule.outputs)) != (len(inputs), len(outputs)):
            raise UnsupportedElement(element=place_of(row), kind="a row with missing cells")
    aggregation = element.get("aggregation", "")
    table = DecisionTable(place_of(element), decision, policy, aggregation, inputs, outputs, rules)
    environment.tables.append(table)
    return table


def _input(column: Element, environment: Environment) -> InputColumn:
    expression = child(column, "inputExpression")
    text = text_in(expression)
    values = text_in(child(column, "inputValues"))
    return InputColumn(
        column.get("label") or text,
        text,
        environment.expression(text, column),
        environment.type_named(None if expression is None else expression.get("typeRef")),
        environment.tests(values, column) if values else None,
    )


def _output(column: Element, environment: Environment) -> OutputColumn:
    values = text_in(child(column, "outputValues"))
    default = text_in(child(column, "defaultOutputEntry"))
    return OutputColumn(
        column.get("name") or column.get("label") or "",
        environment.type_named(column.get("typeRef")),
        environment.expression(default, column) if default else None,
        _constants(environment.tests(values, column).tree) if values else None,
    )


def _constants(tree: UnaryTestsOf) -> list[Any]:
    return [test.value for test in tree.tests if isinstance(test, Literal)]


def _rule(row: Element, environment: Environment) -> Rule:
    entries = children(row, "inputEntry")
    cells = tuple(environment.tests(text_in(entry) or "-", entry) for entry in entries)
    outputs = list(children(row, "outputEntry"))
    texts = tuple(map(text_in, outputs))
    codes = tuple(
        environment.expression(text, entry) for text, entry in zip(texts, outputs, strict=True)
    )
    literals = tuple(map(environment.literal, texts))
    notes = tuple(text_in(entry) for entry in children(row, "annotationEntry"))
    return Rule(row.get("id", ""), cells, codes, texts, literals, notes)
