"""A report as tables of figures: words are put to codes only where somebody reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """Rows of figures. `columns` and `notes` are codes; the first cell of a row says of what it is.

    A cell is None where the figure cannot be computed.
    """

    code: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = field(default_factory=tuple)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Table":
        """As it was kept."""
        return cls(kept["code"], kept["columns"], kept["rows"], kept.get("notes", ()))
