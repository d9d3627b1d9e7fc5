"""What the combinations of a table mean under its hit policy (DMN 8.2.8)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from engine.dmn.axis import bits_of
from engine.dmn.findings import Finding, Flaw, Severity
from engine.dmn.hit_policies import LISTS, Hit, Question
from engine.dmn.tables import DecisionTable
from engine.dmn.walking import Box
from feel.limits import Evaluation

# More of the same kind would not help anybody.
MOST_GAPS = 5
MOST_OVERLAPS = 20


def verdicts(table: DecisionTable, boxes: Sequence[Box], certain: int) -> Iterator[Finding]:
    """The findings of a table; `certain` are the rules whose cells are all known."""
    if table.policy in ("UNIQUE", "ANY"):
        yield from _overlaps(table, boxes, certain)
    if table.policy not in LISTS and all(column.default is None for column in table.outputs):
        yield from _gaps(table, boxes)
    yield from _unreachable(table, boxes, certain)


def _overlaps(table: DecisionTable, boxes: Sequence[Box], certain: int) -> Iterator[Finding]:
    flaw, severity = Flaw.OVERLAP, Severity.ERROR
    if table.policy == "ANY":
        flaw, severity = Flaw.CONFLICT, Severity.WARNING
    known: set[tuple[int, int]] = set()
    for box in boxes:
        together = list(bits_of(box.mask & certain))[: MOST_OVERLAPS + 1]
        for pair in combinations(together, 2):
            if pair in known or len(known) >= MOST_OVERLAPS or _agree(table, *pair):
                continue
            known.add(pair)
            yield _finding(table, flaw, severity, pair, box)


def _agree(table: DecisionTable, one: int, other: int) -> bool:
    """True when both rules of an ANY table give the same outputs; computed ones go by their texts."""
    if table.policy != "ANY":
        return False
    if table.rules[one].texts == table.rules[other].texts:
        return True
    outputs = _constants(table, one)
    return outputs is not None and outputs == _constants(table, other)


def _constants(table: DecisionTable, rule: int) -> tuple[Any, ...] | None:
    """The outputs of a rule; None when one of them is computed."""
    known = [literal for literal in table.rules[rule].literals if literal is not None]
    if len(known) < len(table.outputs):
        return None
    return tuple(literal.value for literal in known)


def _gaps(table: DecisionTable, boxes: Sequence[Box]) -> Iterator[Finding]:
    gaps = [box for box in boxes if not box.mask]
    for box in gaps[:MOST_GAPS]:
        yield _finding(table, Flaw.GAP, Severity.WARNING, (), box)


def _unreachable(table: DecisionTable, boxes: Sequence[Box], certain: int) -> Iterator[Finding]:
    outranked = _OUTRANKED.get(table.policy, _nobody)(table)
    deciding = 0
    for box in boxes:
        deciding |= box.mask & ~outranked(box.mask & certain)
    for rule in range(len(table.rules)):
        if not deciding >> rule & 1:
            yield _finding(table, Flaw.UNREACHABLE, Severity.WARNING, (rule,), None)


# Which rules have no say where these rules hold for certain.
Outranked = Callable[[int], int]


def _nobody(_table: DecisionTable) -> Outranked:
    return lambda _sure: 0


def _later(_table: DecisionTable) -> Outranked:
    """Under FIRST, all behind the first one."""
    return lambda sure: ~((sure & -sure) * 2 - 1) if sure else 0


def _lower(table: DecisionTable) -> Outranked:
    """Under PRIORITY, all whose outputs stand further back in the lists of output values."""
    priorities = tuple(column.priorities for column in table.outputs)
    question = Question(table.table_id, priorities, "", Evaluation())
    ranks = {
        rule: question.rank(Hit(rule, outputs))
        for rule in range(len(table.rules))
        if (outputs := _constants(table, rule)) is not None
    }
    behind = {
        rank: sum(1 << rule for rule, other in ranks.items() if other > rank)
        for rank in set(ranks.values())
    }

    def outranked(sure: int) -> int:
        known = [ranks[rule] for rule in bits_of(sure) if rule in ranks]
        return behind[min(known)] if known else 0

    return outranked


_OUTRANKED: Mapping[str, Callable[[DecisionTable], Outranked]] = {
    "FIRST": _later,
    "PRIORITY": _lower,
}


def _finding(
    table: DecisionTable, flaw: Flaw, severity: Severity, rules: tuple[int, ...], box: Box | None
) -> Finding:
    return Finding(
        flaw,
        severity,
        table.table_id,
        table.decision,
        tuple(rule + 1 for rule in rules),
        tuple(table.rules[rule].rule_id for rule in rules),
        {} if box is None else box.example,
    )
