"""Walk all combinations of the segments of several columns, as far as they differ to the rules."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

MOST_BOXES = 200_000


class TooManyBoxes(Exception):
    """The table is too large to be walked to the end."""


class Segment(NamedTuple):
    """Alike values of a column: the rules that accept them as bits, and one of the values."""

    label: str
    mask: int
    value: Any


class Box(NamedTuple):
    """Alike inputs: the rules that hold for them, and one input by label."""

    mask: int
    example: Mapping[str, Any]


def walk(columns: Sequence[Sequence[Segment]], mask: int) -> Iterator[Box]:
    """A box for every set of rules that can hold together, and for each way that none holds.

    Raises TooManyBoxes.
    """
    yield from _Walk(columns).boxes(0, mask, {})


class _Walk:
    def __init__(self, columns: Sequence[Sequence[Segment]]) -> None:
        self.columns = columns
        self.seen: set[tuple[int, int]] = set()

    def boxes(self, depth: int, mask: int, example: dict[str, Any]) -> Iterator[Box]:
        """What the columns from `depth` on make of the rules still possible.

        The same rules at the same column lead to the same boxes, so they are walked once.
        """
        if (depth, mask) in self.seen:
            return
        if len(self.seen) > MOST_BOXES:
            raise TooManyBoxes
        self.seen.add((depth, mask))
        if depth == len(self.columns) or not mask:
            rest = {column[0].label: column[0].value for column in self.columns[depth:]}
            yield Box(mask, {**example, **rest})
            return
        for segment in self.columns[depth]:
            inner = {**example, segment.label: segment.value}
            yield from self.boxes(depth + 1, mask & segment.mask, inner)
