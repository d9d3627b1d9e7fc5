"""The event log for study: what happened to dossiers, of whom nobody can be told.

Dossiers, people and units are named by pseudonyms under a key that is drawn for one log and
forgotten: two logs cannot be joined, and whoever has the log cannot try names. Only status changes
and steps are in it: no answers, no names, no codes. A day on which fewer than `LEAST` dossiers of a
service were sent would single one out: the dates of such a dossier are moved, all by as much, to the
beginning of the week, month, quarter or year that has enough of them. Times are cut to the hour.
"""

import csv
import hashlib
import hmac
import io
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from xml.sax.saxutils import quoteattr

from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action, Scope
from core import audit
from core.database import db
from dossiers.models import Dossier, Proceeding, StatusChange
from engine.models import Task, TaskState
from reporting.audit import ReportTag
from reporting.cases import Period

LEAST: Final = 5
_PAGE: Final = 500
_LENGTH: Final = 16
_MONTHS_OF_A_QUARTER: Final = 3
COLUMNS: Final = ("case", "service", "channel", "activity", "resource", "unit", "time")
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">\n'
    '<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>\n'
    '<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>\n'
    '<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>\n'
)


@dataclass(frozen=True)
class LoggedEvent:
    """A status or a step of a dossier; `resource` and `unit` are pseudonyms, empty for the machine."""

    activity: str
    resource: str
    unit: str
    at: datetime


@dataclass(frozen=True)
class LoggedCase:
    """A dossier with its events in order."""

    name: str
    service: str
    channel: str
    events: Sequence[LoggedEvent]


def event_log(agency_id: UUID, period: Period, *, by: Actor) -> Iterator[LoggedCase]:
    """The dossiers of an agency that were sent in a period. On record. Raises ActionRefused."""
    policy.require(by, Action.EVENT_LOG_EXPORT, Scope(agency_id=agency_id))
    told = {"agency": str(agency_id), "first": str(period.first), "last": str(period.last)}
    audit.note(ReportTag.LOG_EXPORTED, actor=by.id, subject=f"agency:{agency_id}", details=told)
    return _cases(agency_id, period)


def as_xes(cases: Iterator[LoggedCase]) -> Iterator[str]:
    """The log in XES (IEEE 1849), a case at a time."""
    yield _HEAD
    for case in cases:
        lines = [_string("concept:name", case.name), _string("service", case.service)]
        lines += [_string("channel", case.channel)]
        lines += [_event(each) for each in case.events]
        yield "<trace>" + "".join(lines) + "</trace>\n"
    yield "</log>\n"


def as_csv(cases: Iterator[LoggedCase]) -> Iterator[str]:
    """The log as a table, a line for each event."""
    yield _line(COLUMNS)
    for case in cases:
        for each in case.events:
            about = (case.name, case.service, case.channel)
            yield _line((*about, each.activity, each.resource, each.unit, each.at.isoformat()))


def coarse_day(day: date, count: Callable[[date, date], int]) -> date:
    """The day to which the first of a case's dates is moved: where its like are many enough.

    `count` tells how many cases begin from a day on before another one.
    """
    for first, after in _spans(day):
        if count(first, after) >= LEAST:
            return first
    return date(day.year, 1, 1)


def _spans(day: date) -> Iterator[tuple[date, date]]:
    """The day, its week, month and quarter: the first of it, and the first after it."""
    yield day, day + timedelta(days=1)
    monday = day - timedelta(days=day.weekday())
    yield monday, monday + timedelta(days=7)
    yield _months(day, 1)
    yield _months(day, _MONTHS_OF_A_QUARTER)


def _months(day: date, length: int) -> tuple[date, date]:
    first = (day.month - 1) // length * length + 1
    year, month = divmod(first - 1 + length, 12)
    return date(day.year, first, 1), date(day.year + year, month + 1, 1)


@dataclass(frozen=True)
class _Pseudonyms:
    """One name, one pseudonym, for as long as the key lives."""

    key: bytes

    def of(self, name: object) -> str:
        if not name:
            return ""
        digest = hmac.new(self.key, str(name).encode(), hashlib.sha256)
        return digest.hexdigest()[:_LENGTH]


def _cases(agency_id: UUID, period: Period) -> Iterator[LoggedCase]:
    pseudonyms = _Pseudonyms(secrets.token_bytes(32))
    sent: tuple[Any, ...] = (
        Dossier.agency_id == agency_id,
        Dossier.submitted_at >= period.begin,
        Dossier.submitted_at < period.end,
    )
    begun = _begun(sent, period)
    query = select(Dossier).where(*sent).order_by(Dossier.id).limit(_PAGE)
    page = db.session.scalars(query).all()
    while page:
        statuses, steps = _statuses(page), _steps(page, pseudonyms)
        for each in page:
            found = sorted(
                [*statuses.get(each.id, ()), *steps.get(each.id, ())], key=lambda event: event.at
            )
            if found:
                moved = _moved(found, begun[each.service_key], period)
                yield LoggedCase(pseudonyms.of(each.id), each.service_key, each.channel, moved)
        page = db.session.scalars(query.where(Dossier.id > page[-1].id)).all()


def _begun(sent: tuple[Any, ...], period: Period) -> dict[str, Counter[date]]:
    """How many dossiers of each service were sent on each day."""
    found: dict[str, Counter[date]] = {}
    rows = db.session.execute(select(Dossier.service_key, Dossier.submitted_at).where(*sent))
    for service, moment in rows:
        if moment is not None:
            found.setdefault(service, Counter())[moment.astimezone(period.zone).date()] += 1
    return found


def _moved(
    events: Sequence[LoggedEvent], begun: Counter[date], period: Period
) -> Sequence[LoggedEvent]:
    """All events earlier by as much, so that the first is on the coarse day; cut to the hour."""

    def count(first: date, after: date) -> int:
        return sum(number for day, number in begun.items() if first <= day < after)

    began = events[0].at.astimezone(period.zone)
    target = coarse_day(began.date(), count)
    exact = target == began.date()
    shift = timedelta() if exact else began - datetime.combine(target, time(), period.zone)
    return [
        LoggedEvent(each.activity, each.resource, each.unit, _to_hour(each.at - shift, period))
        for each in events
    ]


def _to_hour(moment: datetime, period: Period) -> datetime:
    return moment.astimezone(period.zone).replace(minute=0, second=0, microsecond=0)


def _statuses(page: Sequence[Dossier]) -> dict[UUID, list[LoggedEvent]]:
    rows = db.session.scalars(
        select(StatusChange).where(StatusChange.dossier_id.in_([each.id for each in page]))
    )
    found: dict[UUID, list[LoggedEvent]] = {}
    for row in rows:
        event = LoggedEvent(f"status: {row.status}", "", "", row.at)
        found.setdefault(row.dossier_id, []).append(event)
    return found


def _steps(page: Sequence[Dossier], pseudonyms: _Pseudonyms) -> dict[UUID, list[LoggedEvent]]:
    rows = db.session.execute(
        select(
            Proceeding.dossier_id,
            Proceeding.unit_id,
            Task.element_id,
            Task.holder,
            Task.assignee,
            Task.ended_at,
        )
        .join(Proceeding, Proceeding.instance_id == Task.instance_id)
        .where(
            Proceeding.dossier_id.in_([each.id for each in page]),
            Task.state == TaskState.COMPLETED,
        )
    )
    found: dict[UUID, list[LoggedEvent]] = {}
    for dossier_id, unit_id, element, holder, assignee, ended in rows:
        person, unit = pseudonyms.of(holder or assignee), pseudonyms.of(unit_id)
        if ended is not None:
            event = LoggedEvent(f"step: {element}", person, unit, ended)
            found.setdefault(dossier_id, []).append(event)
    return found


def _event(each: LoggedEvent) -> str:
    names = [_string("concept:name", each.activity)]
    names += [_string("org:resource", each.resource)] if each.resource else []
    names += [_string("org:group", each.unit)] if each.unit else []
    moment = f'<date key="time:timestamp" value={quoteattr(each.at.isoformat())}/>'
    return "<event>" + "".join(names) + moment + "</event>"


def _string(key: str, value: str) -> str:
    return f"<string key={quoteattr(key)} value={quoteattr(value)}/>"


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
