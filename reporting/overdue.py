"""Causes of overdue in the form II.07: late settled and late open dossiers by field and cause."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from reporting.cases import Case, Period, is_late
from reporting.settlement import TOTAL
from reporting.tables import Cell, Table

UNKNOWN = "not-said"


@dataclass
class Overdue:
    """Counts late cases by cause; `causes` are the profile's codes in order."""

    period: Period
    causes: Sequence[str]
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _fields: set[str] = field(default_factory=set)

    def add(self, case: Case) -> None:
        """Count a case if it ended late in the period, or is open and late at its end."""
        if not is_late(case, self.period):
            return
        self._fields.add(case.field)
        for name in (case.field, TOTAL):
            self._counts[name, case.cause if case.cause in self.causes else UNKNOWN] += 1

    def table(self) -> Table:
        """The form; the second column adds up the causes."""
        columns = (*self.causes, UNKNOWN)
        rows: list[list[Cell]] = [
            [name, sum(counts), *counts]
            for name in [*sorted(self._fields), TOTAL]
            for counts in [[self._counts[name, each] for each in columns]]
        ]
        return Table("overdue", ("field", "late", *columns), rows)
