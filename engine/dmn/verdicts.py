"""What the combinations of a table mean under its hit policy (DMN 8.2.8)."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from engine.dmn.axis import bits_of
from engine.dmn.findings import Finding, Flaw, Severity
from engine.dmn.hit_policies import LISTS
from engine.dmn.tables import DecisionTable
from engine.dmn.walking import Box
from feel.errors import FeelError
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
    """True when both rules of an ANY table give the same outputs."""
    return table.policy == "ANY" and outputs_of(table, one) == outputs_of(table, other)


def outputs_of(table: DecisionTable, rule: int) -> list[Any]:
    """The outputs of a rule, computed ones as their texts."""
    return [
        _constant(code, text)
        for code, text in zip(table.rules[rule].outputs, table.rules[rule].texts, strict=True)
    ]


def _constant(code: Any, text: str) -> Any:
    try:
        value = code({}, Evaluation())
    except FeelError:
        return text
    return text if value is None else value


def _gaps(table: DecisionTable, boxes: Sequence[Box]) -> Iterator[Finding]:
    gaps = [box for box in boxes if not box.mask]
    for box in gaps[:MOST_GAPS]:
        yield _finding(table, Flaw.GAP, Severity.WARNING, (), box)


def _unreachable(table: DecisionTable, boxes: Sequence[Box], certain: int) -> Iterator[Finding]:
    deciding = 0
    for box in boxes:
        deciding |= _deciding(table, box.mask, certain)
    for rule in range(len(table.rules)):
        if not deciding >> rule & 1:
            yield _finding(table, Flaw.UNREACHABLE, Severity.WARNING, (rule,), None)


def _deciding(table: DecisionTable, mask: int, certain: int) -> int:
    """The rules that may decide where these hold: under FIRST, none behind the first certain one."""
    sure = mask & certain
    if table.policy != "FIRST" or not sure:
        return mask
    return mask & ((sure & -sure) * 2 - 1)


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
