"""One column of a table cut into segments, each with the rules that accept its values.

Rules are bits of a number, the first rule being the lowest bit.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from engine.dmn.spans import EVERYTHING, Accepted, Cut, Kind, Span, kind_of_value, merged, rank

# Bits of an index or of an analysis (12 MB); only tables of several thousand rules have more.
MOST_BITS = 100_000_000


class TooManyCuts(Exception):
    """A column has too many rules and values to be cut."""


class Axis:
    """The segments of one kind of value: `masks[i]` belongs to what lies after `cuts[i - 1]`.

    Raises TooManyCuts.
    """

    __slots__ = ("cuts", "masks")

    def __init__(self, spans: Sequence[Sequence[Span]], extra: Sequence[Cut] = ()) -> None:
        found = {cut for each in spans for span in each for cut in span if cut is not None}
        self.cuts: list[Cut] = sorted(found.union(extra))
        if len(self.cuts) * len(spans) > MOST_BITS:
            raise TooManyCuts
        toggles = [0] * (len(self.cuts) + 2)
        places = {cut: index for index, cut in enumerate(self.cuts, 1)}
        for rule, each in enumerate(spans):
            for low, high in merged(each):
                toggles[0 if low is None else places[low]] ^= 1 << rule
                toggles[len(self.cuts) + 1 if high is None else places[high]] ^= 1 << rule
        self.masks: list[int] = []
        mask = 0
        for toggle in toggles[:-1]:
            mask ^= toggle
            self.masks.append(mask)

    def mask_at(self, ranked: Any) -> int:
        """The rules that accept the value of this rank."""
        return self.masks[bisect_right(self.cuts, (ranked, 0.5))]


class ColumnIndex:
    """Which rules may accept a value of a column: all others need not be asked.

    A cell that cannot be read as spans (None) may accept anything.
    """

    __slots__ = ("axes", "everything", "others")

    def __init__(self, cells: Sequence[Accepted | None], kinds: frozenset[Kind]) -> None:
        self.others = mask_of(cell is None or cell.others for cell in cells)
        mentioned = {kind for cell in cells if cell is not None for kind in cell.by_kind}
        self.everything = (1 << len(cells)) - 1
        self.axes: dict[Kind, Axis | None] = {
            kind: _axis([[EVERYTHING] if cell is None else cell.of(kind) for cell in cells])
            for kind in mentioned & kinds
        }

    def candidates(self, value: Any) -> int:
        """The rules that may accept the value."""
        kind = kind_of_value(value)
        if kind is None or kind not in self.axes:
            return self.others
        axis = self.axes[kind]
        return self.everything if axis is None else axis.mask_at(rank(value))


def _axis(spans: Sequence[Sequence[Span]]) -> Axis | None:
    try:
        return Axis(spans)
    except TooManyCuts:
        return None


def mask_of(flags: Iterator[bool]) -> int:
    """The flags as bits."""
    return sum(1 << position for position, flag in enumerate(flags) if flag)


def bits_of(mask: int) -> Iterator[int]:
    """The positions of the bits, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
