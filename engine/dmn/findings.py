"""What the analysis of a decision table can find, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.errors import N_
from engine.dmn.words import in_words


class Severity(StrEnum):
    """An error fails some dossier for certain; a warning may be meant; a notice only informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Flaw(StrEnum):
    """What is wrong."""

    OVERLAP = "overlap"
    CONFLICT = "conflict"
    GAP = "gap"
    UNREACHABLE = "unreachable"
    NOT_ANALYSED = "not-analysed"
    TOO_LARGE = "too-large"


MESSAGES: Mapping[Flaw, str] = {
    Flaw.OVERLAP: N_("The rules %(rules)s hold at the same time, for example for: %(example)s"),
    Flaw.CONFLICT: N_(
        "The rules %(rules)s hold at once with different outputs, for example for: %(example)s"
    ),
    Flaw.GAP: N_("No rule holds, for example for: %(example)s"),
    Flaw.UNREACHABLE: N_("The rule %(rules)s never decides anything"),
    Flaw.NOT_ANALYSED: N_("The rule %(rules)s was not analysed: “%(cell)s” is computed"),
    Flaw.TOO_LARGE: N_("The table has too many combinations to be analysed to the end"),
}


@dataclass(frozen=True)
class Finding:
    """One flaw of a table. `rules` are positions from 1, `example` an input by column label."""

    flaw: Flaw
    severity: Severity
    table_id: str
    decision: str
    rules: tuple[int, ...] = ()
    rule_ids: tuple[str, ...] = ()
    example: Mapping[str, Any] = field(default_factory=dict)
    cell: str = ""

    @property
    def message(self) -> str:
        """The message id; `params` fill it."""
        return MESSAGES[self.flaw]

    @property
    def params(self) -> dict[str, str]:
        """The parts of the message."""
        return {
            "rules": ", ".join(map(str, self.rules)),
            "example": in_words(self.example),
            "cell": self.cell,
        }
