"""What a cell of a decision table accepts, as spans of ordered values.

The index of a table and its analysis both look at cells this way. A cut lies right before (side 0)
or right after (side 1) a value; a span goes from cut to cut, None being endless.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from feel.durations import DaysDuration, MonthsDuration
from feel.expression import UnaryTests
from feel.folding import folded
from feel.ranges import Range
from feel.syntax import Comparison, ListOf, Literal, Name, Node
from feel.temporal import Date, DateTime
from feel.unary import INPUT

Kind = type | tuple[type, bool]
Cut = tuple[Any, int]
Span = tuple[Cut | None, Cut | None]
EVERYTHING: Span = (None, None)
NULL: Kind = type(None)
PLAINLY_ORDERED: frozenset[Kind] = frozenset(
    {Decimal, str, bool, Date, DaysDuration, MonthsDuration, NULL}
)


@dataclass(frozen=True)
class Accepted:
    """The spans by kind of value; `others` tells whether values of all other kinds are accepted."""

    by_kind: dict[Kind, list[Span]] = field(default_factory=dict)
    others: bool = False

    def of(self, kind: Kind) -> list[Span]:
        """The spans of one kind."""
        return self.by_kind.get(kind, [EVERYTHING] if self.others else [])


ANYTHING = Accepted(others=True)


def kind_of_value(value: Any) -> Kind | None:
    """What orders the value among others; None when nothing does."""
    kind: type = value.__class__
    if kind in PLAINLY_ORDERED:
        return kind
    return (DateTime, value.time.is_local) if kind is DateTime else None


def rank(value: Any) -> Any:
    """The value as its kind is sorted."""
    if value is None:
        return 0
    return value.instant if value.__class__ is DateTime else value


def accepted(cell: UnaryTests) -> Accepted | None:
    """What the cell accepts; None when that cannot be told without evaluating it."""
    if not cell.tree.tests:
        return ANYTHING
    pieces = [piece for test in cell.tree.tests for piece in _pieces(folded(test))]
    known = [piece for piece in pieces if piece is not None]
    if len(known) < len(pieces):
        return None
    by_kind: dict[Kind, list[Span]] = {}
    for kind, span in known:
        by_kind.setdefault(kind, []).append(span)
    return _opposite(by_kind) if cell.tree.negated else Accepted(by_kind)


Piece = tuple[Kind, Span] | None


def _pieces(node: Node) -> Iterator[Piece]:
    match node:
        case Literal(value=Range() as range_):
            yield from _of_range(range_)
        case Literal(value=value):
            yield from _of_point(value)
        case ListOf(items=items):
            for item in items:
                yield from _pieces(folded(item))
        case Comparison(operator=operator, left=Name(name=name), right=right) if name == INPUT:
            yield from _of_comparison(operator, folded(right))
        case _:
            yield None


def _of_comparison(operator: str, right: Node) -> Iterator[Piece]:
    if not isinstance(right, Literal) or isinstance(right.value, Range) or right.value is None:
        yield None
        return
    yield from _of_operator(operator, right.value)


def _of_point(value: Any) -> Iterator[Piece]:
    kind = kind_of_value(value)
    yield None if kind is None else (kind, ((rank(value), 0), (rank(value), 1)))


def _of_range(range_: Range) -> Iterator[Piece]:
    if range_.operator:
        bound = range_.high if range_.low is None else range_.low
        yield from _of_operator(range_.operator, bound)
        return
    kinds = {kind_of_value(end) for end in (range_.low, range_.high) if end is not None}
    kind = kinds.pop()
    if kinds or kind is None or kind in (bool, NULL):
        yield None
        return
    low = None if range_.low is None else (rank(range_.low), 0 if range_.low_included else 1)
    high = None if range_.high is None else (rank(range_.high), 1 if range_.high_included else 0)
    yield kind, (low, high)


def _of_operator(operator: str, bound: Any) -> Iterator[Piece]:
    kind = kind_of_value(bound)
    if kind is None or (kind in (bool, NULL) and operator not in ("=", "!=")):
        yield None
        return
    before, after = (rank(bound), 0), (rank(bound), 1)
    spans: dict[str, list[Span]] = {
        "=": [(before, after)],
        "!=": [(None, before), (after, None)],
        "<": [(None, before)],
        "<=": [(None, after)],
        ">": [(after, None)],
        ">=": [(before, None)],
    }
    yield from ((kind, span) for span in spans[operator])
    if operator == "!=" and kind is not NULL:
        yield NULL, EVERYTHING


def _opposite(by_kind: dict[Kind, list[Span]]) -> Accepted | None:
    """What “not(…)” leaves: null too, unless null or an order is in the brackets."""
    kinds = by_kind.keys() - {NULL}
    if len(kinds) > 1:
        return None
    pointed = NULL not in by_kind and all(
        low is not None and high is not None and low[0] == high[0]
        for spans in by_kind.values()
        for low, high in spans
    )
    left = {kind: complement(by_kind[kind]) for kind in kinds}
    return Accepted({**left, NULL: [EVERYTHING] if pointed else []}, others=True)


def complement(spans: Iterable[Span]) -> list[Span]:
    """Everything of the kind outside the spans."""
    left: list[Span] = []
    begin: Cut | None = None
    for low, high in merged(spans):
        if low is not None:
            left.append((begin, low))
        if high is None:
            return left
        begin = high
    return [*left, (begin, None)]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, empty ones left out, touching ones joined."""
    joined: list[Span] = []
    filled = [span for span in spans if not _is_empty(span)]
    for low, high in sorted(filled, key=lambda span: (span[0] is not None, span[0] or ())):
        if joined and not _is_before(joined[-1][1], low):
            joined[-1] = (joined[-1][0], _later(joined[-1][1], high))
        else:
            joined.append((low, high))
    return joined


def _is_empty(span: Span) -> bool:
    low, high = span
    return low is not None and high is not None and low >= high


def _is_before(high: Cut | None, low: Cut | None) -> bool:
    return high is not None and low is not None and high < low


def _later(one: Cut | None, other: Cut | None) -> Cut | None:
    return None if one is None or other is None else max(one, other)
