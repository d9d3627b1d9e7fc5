"""Decision tables: compiled once, asked many times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.dmn.axis import ColumnIndex, bits_of
from engine.dmn.hit_policies import LISTS, POLICIES, Hit, Question, aggregated
from engine.dmn.spans import PLAINLY_ORDERED, accepted
from engine.dmn.tracing import RuleHit, TableAnswer, TracedEvaluation, note
from feel.compiler import Code, Scope
from feel.expression import UnaryTests
from feel.limits import Evaluation
from feel.syntax import Literal
from feel.types import Type, fitted
from feel.values import to_python

# Below this, asking every rule is cheaper than asking an index.
INDEXED_FROM = 10


@dataclass(frozen=True, slots=True)
class InputColumn:
    """What a column asks: its `text` in FEEL, the type of the answer, and the values foreseen."""

    label: str
    text: str
    code: Code
    type: Type
    allowed: UnaryTests | None

    def foresees(self, value: Any, scope: Scope, run: Evaluation) -> bool:
        """False when the value is none of the input values; a list is judged by its members."""
        if self.allowed is None or value is None:
            return True
        items = value if isinstance(value, list) else [value]
        return all(self.allowed.test(item, scope, run) is True for item in items)


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """What a column answers."""

    name: str
    type: Type
    default: Code | None
    priorities: Sequence[Any] | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row; `literals` are those of its outputs that are constants."""

    rule_id: str
    cells: tuple[UnaryTests, ...]
    outputs: tuple[Code, ...]
    texts: tuple[str, ...]
    literals: tuple[Literal | None, ...]
    annotations: tuple[str, ...]

    def as_hit(self, position: int) -> RuleHit:
        """The rule as the outcome tells of it."""
        conditions = tuple(cell.text for cell in self.cells)
        return RuleHit(position, self.rule_id, self.annotations, conditions, self.texts)


@dataclass(frozen=True)
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

    @cached_property
    def index(self) -> tuple[ColumnIndex, ...] | None:
        """An index of every column; None for a table so small that it would not help."""
        if len(self.rules) < INDEXED_FROM:
            return None
        columns = zip(*(map(accepted, rule.cells) for rule in self.rules), strict=True)
        return tuple(ColumnIndex(cells, PLAINLY_ORDERED) for cells in columns)

    def _candidates(self, values: list[Any], scope: Scope, run: Evaluation) -> Iterable[int]:
        """The positions from 0 of the rules that may hold."""
        positions: Iterable[int] = range(len(self.rules))
        if self.index is not None:
            mask = (1 << len(self.rules)) - 1
            for column, value in zip(self.index, values, strict=True):
                mask &= column.candidates(value)
            positions = bits_of(mask)
        strange = [
            place
            for place, (column, value) in enumerate(zip(self.inputs, values, strict=True))
            if not column.foresees(value, scope, run)
        ]
        return self._naming(strange, positions, run) if strange else positions

    def _naming(self, strange: list[int], positions: Iterable[int], run: Evaluation) -> list[int]:
        """A value outside the input values fits no “-” (DMN 10.3.2.10), only what names it."""
        for place in strange:
            note(run, "input-not-foreseen", element=self.inputs[place].label)
        return [
            position
            for position in positions
            if all(self.rules[position].cells[place].tree.tests for place in strange)
        ]

    def _held(self, values: list[Any], scope: Scope, run: Evaluation) -> list[int]:
        """The positions from 1 of the rules that hold."""
        held = []
        for position in self._candidates(values, scope, run):
            run.charge(1)
            if all(
                cell.test(value, scope, run) is True
                for cell, value in zip(self.rules[position].cells, values, strict=True)
            ):
                held.append(position + 1)
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
        rules = tuple(self.rules[position - 1].as_hit(position) for position in held)
        run.tables.append(TableAnswer(self.table_id, self.decision, labels, rules))

    def _hit(self, position: int, scope: Scope, run: Evaluation) -> Hit:
        codes = self.rules[position - 1].outputs
        values = [code(scope, run) for code in codes]
        fitting = tuple(
            fitted(value, column.type) for value, column in zip(values, self.outputs, strict=True)
        )
        for value, fit, column in zip(values, fitting, self.outputs, strict=True):
            if fit is None and value is not None:
                note(run, "not-of-its-type", element=column.name or self.table_id, value=value)
        return Hit(position, fitting)

    def _value(self, hit: Hit) -> Any:
        if len(self.outputs) == 1:
            return hit.outputs[0]
        names = (column.name for column in self.outputs)
        return dict(zip(names, hit.outputs, strict=True))

    def _default(self, scope: Scope, run: Evaluation) -> Any:
        """What stands when no rule holds; it is no list even where rules make one (10.3.2.10)."""
        if all(column.default is None for column in self.outputs):
            note(run, "no-rule", element=self.table_id)
            return None
        values = tuple(
            column.default(scope, run) if column.default else None for column in self.outputs
        )
        return self._value(Hit(0, values))
