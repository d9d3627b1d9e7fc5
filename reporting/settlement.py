"""Settlement statistics in the form II.06: a row for each field, and one for all of them.

received = online + desk and post + carried over = settled + in process. Settled is what ended in the
period, in whatever way: a refusal, a stop and a withdrawal end a received dossier too, unless the
profile's `counts_as_settled` says otherwise; then they leave the statistics.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from reporting.cases import Case, Period, Verdict, is_late, is_settled_in, verdict
from reporting.tables import Cell, Table
from workflows.vocabulary import DossierStatus

RECEIVED, ONLINE, OFFLINE, CARRIED = "received", "online", "offline", "carried"
SETTLED, BEFORE, ON_DAY, LATE = "settled", "before", "on-day", "late"
OPEN, IN_TIME, OVERDUE = "open", "in-time", "overdue"
COLUMNS: Final = (
    *(RECEIVED, ONLINE, OFFLINE, CARRIED),
    *(SETTLED, BEFORE, ON_DAY, LATE),
    *(OPEN, IN_TIME, OVERDUE),
)
TOTAL: Final = "*"
_VERDICTS: Final = {Verdict.BEFORE: BEFORE, Verdict.ON_DAY: ON_DAY, Verdict.LATE: LATE}


@dataclass
class Settlement:
    """Counts cases one after the other."""

    period: Period
    settled: Collection[DossierStatus]
    _counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, case: Case) -> None:
        """Count a case that was received before the end of the period and had not ended before it."""
        if case.ended_as is not None and case.ended_as not in self.settled:
            return
        for name in (case.field, TOTAL):
            self._counts[name].update(self._marks(case))

    def table(self) -> Table:
        """The form, fields in order, all of them last."""
        names = sorted(name for name in self._counts if name != TOTAL)
        rows: list[list[Cell]] = [
            [name, *(self._counts[name][each] for each in COLUMNS)] for name in [*names, TOTAL]
        ]
        return Table("settlement", ("field", *COLUMNS), rows)

    def _marks(self, case: Case) -> Iterable[str]:
        yield RECEIVED
        if case.received_at < self.period.begin:
            yield CARRIED
        else:
            yield ONLINE if case.is_online else OFFLINE
        if case.ended_at is not None and is_settled_in(case, self.period):
            yield SETTLED
            yield _VERDICTS[verdict(case.ended_at, case.due_at, self.period.zone)]
        else:
            yield OPEN
            yield OVERDUE if is_late(case, self.period) else IN_TIME
