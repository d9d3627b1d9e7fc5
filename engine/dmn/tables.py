"""Decision tables: compiled once from XML, asked many times."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.dmn.document import Element, child, children, place_of, text_in
from engine.dmn.environment import Environment
from engine.dmn.errors import UnsupportedElement
from engine.dmn.hit_policies import LISTS, POLICIES, Hit, Question, aggregated
from engine.dmn.tracing import RuleHit, TableAnswer, TracedEvaluation
from feel.compiler import Code, Scope
from feel.limits import Evaluation
from feel.syntax import Literal, UnaryTestsOf
from feel.types import Type, fitted
from feel.unary import Test
from feel.values import to_python


@dataclass(frozen=True, slots=True)
class InputColumn:
    """What a column asks."""

    label: str
    code: Code


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """What a column answers."""

    name: str
    type: Type
    default: Code | None
    priorities: Sequence[Any] | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row."""

    rule_id: str
    tests: tuple[Test, ...]
    outputs: tuple[Code, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table ready to be asked."""

    table_id: str
    decision: str
    policy: str
    aggregation: str
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    rules: tuple[Rule, ...]

    def decide(self, scope: Scope, run: Evaluation) -> Any:
        """The answer in this scope. Raises OverlappingRules and ConflictingRules."""
        values = [column.code(scope, run) for column in self.inputs]
        run.charge(len(self.rules))
        held = self._held(values, scope, run)
        self._trace(values, held, run)
        if not held:
            return self._default(scope, run)
        hits = [self._hit(position, scope, run) for position in held]
        question = Question(
            self.table_id, tuple(c.priorities for c in self.outputs), self.aggregation, run
        )
        chosen = [self._value(hit) for hit in POLICIES[self.policy](hits, question)]
        return aggregated(chosen, self.aggregation, run) if self.policy in LISTS else chosen[0]

    def _held(self, values: list[Any], scope: Scope, run: Evaluation) -> list[int]:
        held = []
        for position, rule in enumerate(self.rules, 1):
            if all(
                test(value, scope, run) is True
                for test, value in zip(rule.tests, values, strict=True)
            ):
                held.append(position)
                if self.policy == "FIRST":
                    break
        return held

    def _trace(self, values: list[Any], held: list[int], run: Evaluation) -> None:
        if not isinstance(run, TracedEvaluation):
            return
        labels = {
            column.label: to_python(value, run)
            for column, value in zip(self.inputs, values, strict=True)
        }
        rules = tuple(
            RuleHit(
                position, self.rules[position - 1].rule_id, self.rules[position - 1].annotations
            )
            for position in held
        )
        run.tables.append(TableAnswer(self.table_id, self.decision, labels, rules))

    def _hit(self, position: int, scope: Scope, run: Evaluation) -> Hit:
        codes = self.rules[position - 1].outputs
        return Hit(
            position,
            tuple(
                fitted(code(scope, run), column.type)
                for code, column in zip(codes, self.outputs, strict=True)
            ),
        )

    def _value(self, hit: Hit) -> Any:
        if len(self.outputs) == 1:
            return hit.outputs[0]
        names = (column.name for column in self.outputs)
        return dict(zip(names, hit.outputs, strict=True))

    def _default(self, scope: Scope, run: Evaluation) -> Any:
        if all(column.default is None for column in self.outputs):
            return None
        values = tuple(
            column.default(scope, run) if column.default else None for column in self.outputs
        )
        value = self._value(Hit(0, values))
        return [value] if self.policy in LISTS and not self.aggregation else value


def read_table(element: Element, environment: Environment, decision: str) -> DecisionTable:
    """Compile a decisionTable element. Raises DecisionError."""
    inputs = tuple(_input(column, environment) for column in children(element, "input"))
    outputs = tuple(_output(column, environment) for column in children(element, "output"))
    policy = element.get("hitPolicy", "UNIQUE")
    if policy not in POLICIES or not outputs:
        raise UnsupportedElement(element=place_of(element), kind=policy)
    rules = tuple(_rule(row, environment) for row in children(element, "rule"))
    for row, rule in zip(children(element, "rule"), rules, strict=True):
        if (len(rule.tests), len(rule.outputs)) != (len(inputs), len(outputs)):
            raise UnsupportedElement(element=place_of(row), kind="a row with missing cells")
    aggregation = element.get("aggregation", "")
    return DecisionTable(place_of(element), decision, policy, aggregation, inputs, outputs, rules)


def _input(column: Element, environment: Environment) -> InputColumn:
    expression = child(column, "inputExpression")
    text = text_in(expression)
    code = environment.expression(text, column)
    return InputColumn(column.get("label") or text, code)


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
    tests = tuple(environment.tests(text_in(entry) or "-", entry).test for entry in entries)
    outputs = tuple(
        environment.expression(text_in(entry), entry) for entry in children(row, "outputEntry")
    )
    notes = tuple(text_in(entry) for entry in children(row, "annotationEntry"))
    return Rule(row.get("id", ""), tests, outputs, notes)
