"""What a table answers when rules hold: one function per hit policy (DMN 8.2.8)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.dmn.errors import ConflictingRules, OverlappingRules
from feel.builtins import BUILTINS
from feel.comparing import same
from feel.limits import Evaluation


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that holds, with its outputs in the order of the columns."""

    position: int
    outputs: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What a hit policy needs to know of the table."""

    table_id: str
    priorities: tuple[Sequence[Any] | None, ...]
    aggregation: str
    run: Evaluation

    def rank(self, hit: Hit) -> tuple[int, ...]:
        """Earlier in the list of output values means more important, column by column."""
        return tuple(
            _position(value, order)
            for value, order in zip(hit.outputs, self.priorities, strict=True)
        )


def _position(value: Any, order: Sequence[Any] | None) -> int:
    if order is None:
        return 0
    return next((i for i, known in enumerate(order) if known == value), len(order))


Hits = list[Hit]
# Gives the chosen hits; a list result asks for a list as the value.
Policy = Callable[[Hits, Question], Hits]


def _unique(hits: Hits, question: Question) -> Hits:
    if len(hits) > 1:
        raise OverlappingRules(element=question.table_id, rules=_positions(hits))
    return hits


def _any(hits: Hits, question: Question) -> Hits:
    first, *others = hits
    for hit in others:
        if not same(list(first.outputs), list(hit.outputs), question.run):
            raise ConflictingRules(element=question.table_id, rules=_positions(hits))
    return [first]


def _positions(hits: Hits) -> str:
    return ", ".join(str(hit.position) for hit in hits)


def _first(hits: Hits, _question: Question) -> Hits:
    return hits[:1]


def _priority(hits: Hits, question: Question) -> Hits:
    return sorted(hits, key=question.rank)[:1]


def _rule_order(hits: Hits, _question: Question) -> Hits:
    return hits


def _output_order(hits: Hits, question: Question) -> Hits:
    return sorted(hits, key=question.rank)


POLICIES: Mapping[str, Policy] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "PRIORITY": _priority,
    "FIRST": _first,
    "RULE ORDER": _rule_order,
    "OUTPUT ORDER": _output_order,
    "COLLECT": _rule_order,
}
LISTS = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})
_AGGREGATIONS: Mapping[str, str] = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


def aggregated(values: list[Any], aggregation: str, run: Evaluation) -> Any:
    """The collected outputs as +, <, > or # make one value of them."""
    if not aggregation:
        return values
    return BUILTINS[_AGGREGATIONS[aggregation]].call([values], run)
