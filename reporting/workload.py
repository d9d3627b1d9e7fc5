"""Workload: what units and people did in a period, how much of it late, and what is open at its end."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from dossiers.calendar import Calendar
from dossiers.time_limits import office_hours_between
from reporting.cases import Period
from reporting.tables import Cell, Table

COLUMNS: Final = ("done", "done-late", "mean-hours", "open", "open-late")
NOBODY: Final = ""


@dataclass(frozen=True)
class Work:
    """A task of staff: whose unit's and whose, when it was opened, due and ended."""

    unit: str
    person: str
    opened_at: datetime
    due_at: datetime | None
    ended_at: datetime | None


@dataclass
class _Load:
    done: int = 0
    late: int = 0
    hours: float = 0.0
    open: int = 0
    open_late: int = 0

    def row(self, name: str) -> Sequence[Cell]:
        mean = round(self.hours / self.done, 2) if self.done else None
        return [name, self.done, self.late, mean, self.open, self.open_late]


@dataclass
class Workload:
    """Counts tasks of one agency; names are ids of units and of actors."""

    period: Period
    calendar: Calendar
    _units: dict[str, _Load] = field(default_factory=lambda: defaultdict(_Load))
    _people: dict[str, _Load] = field(default_factory=lambda: defaultdict(_Load))

    def add(self, work: Work) -> None:
        """Count a task that was opened before the end of the period."""
        for load in (self._units[work.unit], self._people[work.person]):
            self._count(load, work)

    def tables(self) -> list[Table]:
        """One of units, one of people."""
        return [
            Table(code, (code, *COLUMNS), [load.row(name) for name, load in sorted(loads.items())])
            for code, loads in (("unit", self._units), ("person", self._people))
        ]

    def _count(self, load: _Load, work: Work) -> None:
        ended = work.ended_at
        if ended is None or ended >= self.period.end:
            load.open += 1
            load.open_late += work.due_at is not None and work.due_at < self.period.end
        elif ended >= self.period.begin:
            load.done += 1
            load.late += work.due_at is not None and ended > work.due_at
            passed = office_hours_between(work.opened_at, ended, self.calendar)
            load.hours += passed.total_seconds() / 3600
