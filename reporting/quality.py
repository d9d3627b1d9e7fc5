"""The quality index of Decision 766/QĐ-TTg as far as our data tells it, each formula a pure function.

The formulas follow a reproduced description of the Decision; every threshold is the profile's. What
our data does not tell is said to be unknown, never guessed: publishing of procedures (1.1 to 1.3), what
the national portal received (1.4), reuse and sharing (4.3 to 4.5), how senders of petitions found the
answers (5.3).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from uuid import UUID

from dossiers.calendar import Calendar
from dossiers.time_limits import HOURS_OF_A_DAY, LegalClock, Unit, office_hours_between
from reporting.cases import Case, Period, Wait
from reporting.tables import Cell, Table

ALL: Final = Decimal(100)
_DAYS_OF_A_MONTH: Final = 30
UNKNOWN: Final = ("1.1", "1.2", "1.3", "1.4", "3.1", "3.5", "4.3", "4.4", "4.5", "5.3")
COLUMNS: Final = ("indicator", "part", "whole", "value", "unit", "score")


def on_time(case: Case, period: Period, clock: LegalClock) -> bool | None:
    """Indicator 2.1 for one dossier; None where it had neither a day nor a limit.

    More than one supplement request counts as late. With one that was not answered the dossier ends
    when it was asked; with an answer the wait is taken off the end, which is compared with the day
    promised before. One that has not ended ends with the period. Without a promised day the limit is
    counted from reception.
    """
    if len(case.supplements) > 1:
        return False
    due = case.promised_at
    if due is None and case.limit is not None:
        due = clock.due_at(case.received_at, case.limit)
    if due is None:
        return None
    wait = case.supplements[0] if case.supplements else None
    return _end(case, wait, period) <= due


def _end(case: Case, wait: Wait | None, period: Period) -> datetime:
    if wait is not None and wait.returned is None:
        return wait.asked
    end = case.ended_at if case.ended_at and case.ended_at < period.end else period.end
    return end - (wait.returned - wait.asked) if wait and wait.returned else end


def settling_time(case: Case, unit: Unit, calendar: Calendar) -> Decimal | None:
    """Indicator 2.2 for one dossier that ended: from reception to end without waits, in a unit."""
    if case.ended_at is None:
        return None
    spans = [(case.received_at, case.ended_at)]
    waits = [(wait.asked, wait.returned or case.ended_at) for wait in case.supplements]
    taken = sum((_length(*span, unit, calendar) for span in spans), Decimal())
    return taken - sum((_length(*span, unit, calendar) for span in waits), Decimal())


def _length(since: datetime, until: datetime, unit: Unit, calendar: Calendar) -> Decimal:
    if unit in (Unit.HOUR, Unit.WORKING_DAY):
        hours = _hours(office_hours_between(since, until, calendar))
        return hours if unit is Unit.HOUR else hours / HOURS_OF_A_DAY
    days = _hours(until - since) / 24
    return days if unit is Unit.CALENDAR_DAY else days / _DAYS_OF_A_MONTH


def _hours(length: timedelta) -> Decimal:
    return Decimal(length.total_seconds()) / 3600


def share(part: int, whole: int) -> Decimal | None:
    """A percentage; None of nothing."""
    return None if whole == 0 else ALL * part / whole


def score(value: Decimal | None, full_at: Decimal) -> Decimal | None:
    """The share of the points: all of them from the threshold on, below it in proportion."""
    return None if value is None else min(ALL, ALL * value / full_at)


def satisfaction(late: int, settled: int, disliked: int) -> Decimal | None:
    """Indicator 5.4: what is left of 100 % after late dossiers and those with a complaint or dislike.

    One that is both is taken off twice, as the formula adds the two shares.
    """
    if settled == 0:
        return None
    return max(Decimal(), ALL - ALL * (late + disliked) / settled)


def mean(values: Sequence[Decimal]) -> Decimal | None:
    """Their mean; None of nothing."""
    return sum(values, Decimal()) / len(values) if values else None


@dataclass
class Quality:
    """Counts cases for the index of one agency. `full_at` are thresholds in percent by indicator.

    `disliked` are the dossiers with a complaint or a dislike, None where nobody counts them;
    `petitions` how many came in the period, were closed, and were closed in time; `papers` how many
    components are files, of how many.
    """

    period: Period
    clock: LegalClock
    services: frozenset[str]
    full_at: Mapping[str, str]
    disliked: frozenset[UUID] | None = None
    petitions: tuple[int, int, int] = (0, 0, 0)
    _counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _times: dict[Unit, list[Decimal]] = field(default_factory=lambda: defaultdict(list))
    _online: set[str] = field(default_factory=set)
    papers: tuple[int, int] = (0, 0)

    def add(self, case: Case) -> None:
        """Count a case of the period."""
        timely = on_time(case, self.period, self.clock)
        if timely is not None:
            self._count("judged", "timely", counts=timely)
        fits = case.is_online and (case.ended_at is None or case.electronic_result)
        self._count("all", "online", counts=fits)
        if case.is_online:
            self._online.add(case.service)
        if case.fee:
            self._count("paying", "paid-online", counts=case.paid_online)
        if case.ended_at is not None and self.period.holds(case.ended_at):
            self._add_ended(case, late=timely is False)

    def _add_ended(self, case: Case, *, late: bool) -> None:
        self._count("ended", "electronic", counts=case.electronic_result)
        self._count("ended-judged", "ended-late", counts=late)
        self._counts["disliked"] += case.id in (self.disliked or ())
        if case.limit is not None:
            taken = settling_time(case, case.limit.unit, self.clock.calendar)
            if taken is not None:
                self._times[case.limit.unit].append(taken)

    def _count(self, whole: str, part: str, *, counts: bool) -> None:
        self._counts[whole] += 1
        self._counts[part] += counts

    def table(self) -> Table:
        """Every indicator in order; unknown ones without figures."""
        rows = [*self._shares(), *self._means(), self._satisfaction()]
        rows += [[each, None, None, None, "", None] for each in UNKNOWN]
        notes = ["unknown", *(["complaints-unknown"] if self.disliked is None else [])]
        return Table("quality", COLUMNS, sorted(rows, key=lambda row: str(row[0])), notes)

    def _shares(self) -> list[list[Cell]]:
        count, (came, closed, timely) = self._counts, self.petitions
        found = {
            "2.1": (count["timely"], count["judged"]),
            "3.2": (len(self._online & self.services), len(self.services)),
            "3.3": (count["online"], count["all"]),
            "3.6": (count["paid-online"], count["paying"]),
            "4.1": (count["electronic"], count["ended"]),
            "4.2": self.papers,
            "5.1": (closed, came),
            "5.2": (timely, closed),
        }
        return [self._row(each, *parts, share(*parts)) for each, parts in found.items()]

    def _means(self) -> list[list[Cell]]:
        rows: list[list[Cell]] = [
            [f"2.2 {unit}", None, len(times), _figure(mean(times)), str(unit), None]
            for unit, times in sorted(self._times.items())
        ]
        return rows or [["2.2", None, 0, None, "", None]]

    def _satisfaction(self) -> list[Cell]:
        late, ended = self._counts["ended-late"], self._counts["ended-judged"]
        disliked = self._counts["disliked"]
        value = satisfaction(late, ended, disliked)
        return self._row("5.4", late + disliked, ended, value)

    def _row(self, name: str, part: int, whole: int, value: Decimal | None) -> list[Cell]:
        points = score(value, Decimal(self.full_at.get(name, "100")))
        return [name, part, whole, _figure(value), "percent", _figure(points)]


def _figure(value: Decimal | None) -> float | None:
    return None if value is None else float(value.quantize(Decimal("0.01"), ROUND_HALF_UP))
