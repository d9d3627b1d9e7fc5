"""Find overlaps, gaps and rules without effect in decision tables, before a dossier does.

Every column is cut where one of its cells begins or ends, so that all values of a segment are alike
to all rules. Then the combinations of segments are walked, each set of still possible rules once.
Cells that are computed cannot be cut: their rules count as possibly holding, never as certain.
"""

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import and_
from typing import Any

from engine.dmn.axis import Axis, TooManyCuts
from engine.dmn.domains import Domain, domain_of
from engine.dmn.findings import Finding, Flaw, Severity
from engine.dmn.model import DecisionModel
from engine.dmn.samples import NOTHING, OTHER_TEXT, sample
from engine.dmn.session import visible_name
from engine.dmn.spans import ANYTHING, NULL, Accepted, Kind, accepted
from engine.dmn.tables import DecisionTable
from engine.dmn.verdicts import verdicts
from engine.dmn.walking import Segment, TooManyBoxes, walk
from feel.types import Type

_NULL = ((0, 0), (0, 1))


def analyse(model: DecisionModel) -> list[Finding]:
    """All findings about the tables of a model, table by table."""
    variables = {visible_name(node): node.type for node in model.nodes.values()}
    return [finding for table in model.tables for finding in _of_table(table, variables)]


def _of_table(table: DecisionTable, variables: Mapping[str, Type]) -> Iterator[Finding]:
    rows = [[accepted(cell) for cell in rule.cells] for rule in table.rules]
    yield from _not_analysed(table, rows)
    certain = sum(1 << rule for rule, row in enumerate(rows) if None not in row)
    try:
        columns = [_segments(table, places, rows, variables) for places in _questions(table)]
        boxes = list(walk([column for column in columns if column], (1 << len(rows)) - 1))
    except (TooManyBoxes, TooManyCuts):
        yield Finding(Flaw.TOO_LARGE, Severity.NOTICE, table.table_id, table.decision)
        return
    yield from verdicts(table, boxes, certain)


def _not_analysed(table: DecisionTable, rows: list[list[Accepted | None]]) -> Iterator[Finding]:
    for position, (rule, row) in enumerate(zip(table.rules, rows, strict=True), 1):
        for cell, seen in zip(rule.cells, row, strict=True):
            if seen is None:
                yield Finding(
                    Flaw.NOT_ANALYSED,
                    Severity.NOTICE,
                    table.table_id,
                    table.decision,
                    (position,),
                    (rule.rule_id,),
                    cell=cell.text,
                )


def _questions(table: DecisionTable) -> list[list[int]]:
    """Columns by what they ask: two columns with the same expression see the same value."""
    questions: dict[str, list[int]] = {}
    for place, column in enumerate(table.inputs):
        questions.setdefault(column.text or str(place), []).append(place)
    return list(questions.values())


def _segments(
    table: DecisionTable,
    places: list[int],
    rows: list[list[Accepted | None]],
    variables: Mapping[str, Type],
) -> list[Segment]:
    """The segments of one question, those alike to all rules as one."""
    label = table.inputs[places[0]].label
    cells = [[row[place] or ANYTHING for row in rows] for place in places]
    domain = domain_of(table.inputs[places[0]], variables)
    found: dict[int, Segment] = {}
    for kind in _kinds(domain, cells):
        for mask, value in _pieces(kind, domain, cells):
            if mask not in found or value == OTHER_TEXT:
                found[mask] = Segment(label, mask, value)
    return list(found.values())


def _kinds(domain: Domain, cells: list[list[Accepted]]) -> list[Kind]:
    """The kinds to look at: those expected, else those that the cells speak of; null if they do."""
    spoken = {kind for column in cells for cell in column for kind in cell.by_kind}
    kinds = set(domain.kinds or spoken - {NULL})
    # Null is expected where a cell names it; “not(1)” and “!= 1” accept it in passing.
    if any(cell.by_kind.get(NULL, [])[:1] == [_NULL] for column in cells for cell in column):
        kinds.add(NULL)
    return sorted(kinds, key=str)


def _pieces(kind: Kind, domain: Domain, cells: list[list[Accepted]]) -> Iterator[tuple[int, Any]]:
    """The rules and an example of every segment, cut where any cell or limit begins or ends."""
    limits = [] if kind is NULL else [limit.of(kind) for limit in domain.limits]
    spans = [[cell.of(kind) for cell in column] for column in cells]
    cuts = [cut for row in (*spans, limits) for each in row for span in each for cut in span if cut]
    axes = [Axis(column, cuts) for column in spans]
    foreseen = Axis(limits, cuts)
    ends = [None, *foreseen.cuts, None]
    for index, within in enumerate(foreseen.masks):
        value = sample(kind, (ends[index], ends[index + 1]))
        if value is not NOTHING and within == (1 << len(limits)) - 1:
            yield reduce(and_, (axis.masks[index] for axis in axes)), value
