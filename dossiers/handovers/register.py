"""The register of dossiers (form 07): what was received in a period, and how it came out."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.clock import now, zone
from core.database import db
from core.i18n import pick
from dossiers.handovers.errors import PeriodWrong
from dossiers.handovers.timing import Timing, timing
from dossiers.models import Dossier
from dossiers.procedure_codes import procedure_code_of
from workflows.queries import service_version

LONGEST: Final = timedelta(days=366)
COLUMNS: Final = (
    "number",
    "code",
    "service",
    "procedure_code",
    "owner",
    "channel",
    "received",
    "due",
    "finished",
    "delivered",
    "status",
    "timing",
)
# A cell that begins so is run as a formula by spreadsheets; a quote before it makes it text.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


class Outcome(StrEnum):
    """How a dossier stands against its due date; `ended` without a result, as one withdrawn."""

    OPEN = "open"
    LATE = "late"
    BEFORE = "before"
    ON = "on"
    OVER = "over"
    ENDED = "ended"


@dataclass(frozen=True)
class Period:
    """From the first day to the last one, both in the zone of the place; raises PeriodWrong."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.last - self.first <= LONGEST:
            raise PeriodWrong({("first",): [self.first.isoformat()]})

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """When it begins, and when it is over."""
        return _begin(self.first), _begin(self.last + timedelta(days=1))


@dataclass(frozen=True)
class RegisterLine:
    """A dossier with its number in the register of a period, counted from 1."""

    number: int
    dossier: Dossier
    service: str
    procedure_code: str
    outcome: Outcome


@dataclass(frozen=True)
class Totals:
    """How many dossiers a register has, and how many of them came out how."""

    received: int
    outcomes: dict[Outcome, int]


def lines(
    agency_id: UUID,
    period: Period,
    *,
    visible_to: Actor,
    language: str,
    skip: int = 0,
    limit: int | None = None,
) -> list[RegisterLine]:
    """The dossiers of an agency that were received in a period and that this actor sees, in order."""
    query = _received(agency_id, period, visible_to)
    query = query.order_by(Dossier.received_at, Dossier.id).offset(skip).limit(limit)
    moment = now()
    return [
        RegisterLine(
            number,
            found,
            _service(found, language),
            procedure_code_of(found),
            outcome_of(found, moment),
        )
        for number, found in enumerate(db.session.scalars(query), start=skip + 1)
    ]


def totals(agency_id: UUID, period: Period, *, visible_to: Actor) -> Totals:
    """The same dossiers, counted."""
    counts: dict[Outcome, int] = dict.fromkeys(Outcome, 0)
    moment = now()
    for found in db.session.scalars(_received(agency_id, period, visible_to)):
        counts[outcome_of(found, moment)] += 1
    return Totals(sum(counts.values()), counts)


def count(agency_id: UUID, period: Period, *, visible_to: Actor) -> int:
    """How many they are."""
    found = _received(agency_id, period, visible_to).with_only_columns(func.count())
    return int(db.session.scalar(found) or 0)


def outcome_of(dossier: Dossier, moment: datetime) -> Outcome:
    """How a dossier stands at a moment; the reports count by the same rule."""
    if dossier.finished_at is not None:
        known = timing(dossier.finished_at, dossier.due_at)
        return Outcome.BEFORE if known is Timing.NONE else Outcome(str(known))
    if dossier.status.final:
        return Outcome.ENDED
    late = dossier.due_at is not None and dossier.due_at < moment
    return Outcome.LATE if late else Outcome.OPEN


def as_csv(found: Sequence[RegisterLine]) -> bytes:
    """A table with a head, in UTF-8, moments in the zone of the place; no cell of it is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in found:
        writer.writerow(map(_cell, _told(line)))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _told(line: RegisterLine) -> Iterator[str]:
    dossier = line.dossier
    yield from (str(line.number), dossier.code or dossier.reference)
    yield from (line.service, line.procedure_code)
    yield from (dossier.organisation_name or "", dossier.channel)
    moments = (dossier.received_at, dossier.due_at, dossier.finished_at, dossier.delivered_at)
    yield from (_moment(each) for each in moments)
    yield from (str(dossier.status), str(line.outcome))


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(zone()).isoformat(timespec="seconds") if moment else ""


def _cell(text: str) -> str:
    return "'" + text if text.startswith(_FORMULA) else text


def _received(agency_id: UUID, period: Period, actor: Actor) -> Select[Dossier]:
    begin, end = period.moments
    seen: ColumnElement[Any] = policy.clause(actor, Action.DOSSIER_VIEW, Dossier)
    received = (Dossier.received_at >= begin, Dossier.received_at < end)
    return select(Dossier).where(seen, Dossier.agency_id == agency_id, *received)


def _service(dossier: Dossier, language: str) -> str:
    return pick(service_version(dossier.service_version).manifest.name, language)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), zone())
