"""A dossier as reports see it: what had happened to it by the end of a period, and nothing later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from dossiers.time_limits import TimeLimit
from workflows.vocabulary import DossierStatus

ONLINE = "online"


@dataclass(frozen=True)
class Period:
    """Days of a report, both counted, in the zone in which the law counts them."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begin(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    def holds(self, moment: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.begin <= moment < self.end


@dataclass(frozen=True)
class Wait:
    """The applicant was asked for a supplement; `returned` is None while he has not answered."""

    asked: datetime
    returned: datetime | None


@dataclass(frozen=True)
class Case:
    """A received dossier at the end of a period.

    `due_at` is the day promised last, `promised_at` the one promised last before the applicant was
    first awaited. `ended_at` and `ended_as` tell its end by then. `supplements` are those asked after
    reception. `fee` is what was paid, `paid_online` whether by the payment platform.
    """

    id: UUID
    service: str
    field: str
    channel: str
    received_at: datetime
    due_at: datetime | None
    promised_at: datetime | None
    limit: TimeLimit | None
    ended_at: datetime | None
    ended_as: DossierStatus | None
    supplements: Sequence[Wait]
    stands: bool
    electronic_result: bool
    fee: int
    paid_online: bool
    cause: str

    @property
    def is_online(self) -> bool:
        """Whether it was sent online."""
        return self.channel == ONLINE


class Verdict(StrEnum):
    """How an end compares with the promised day."""

    BEFORE = "before"
    ON_DAY = "on-day"
    LATE = "late"


def verdict(end: datetime, due_at: datetime | None, zone: ZoneInfo) -> Verdict:
    """Late is past the moment; what ends on the promised day is on it. Without a day none is late."""
    if due_at is None:
        return Verdict.BEFORE
    if end > due_at:
        return Verdict.LATE
    same_day = end.astimezone(zone).date() == due_at.astimezone(zone).date()
    return Verdict.ON_DAY if same_day else Verdict.BEFORE


def is_settled_in(case: Case, period: Period) -> bool:
    """Whether it ended in the period."""
    return case.ended_at is not None and period.holds(case.ended_at)


def is_open_at_end(case: Case, period: Period) -> bool:
    """Whether it had not ended when the period was over."""
    return case.ended_at is None or case.ended_at >= period.end


def is_late(case: Case, period: Period) -> bool:
    """Whether it ended late, or is open past its day while the authority is to act."""
    if is_settled_in(case, period):
        return verdict(case.ended_at or period.end, case.due_at, period.zone) is Verdict.LATE
    return not case.stands and case.due_at is not None and case.due_at < period.end
