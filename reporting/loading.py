"""Reading the cases and the work of an agency, some hundred at a time, as they stood at a moment."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from accounts.actor import Role
from core.database import db
from dossiers.clock_models import DueCause, DueChange
from dossiers.context import jurisdiction
from dossiers.models import (
    Document,
    Dossier,
    PaymentOrder,
    Proceeding,
    RegisterEntry,
    StatusChange,
)
from dossiers.time_limits import TimeLimit, Unit
from engine.models import Task, TaskState
from reporting.cases import Case, Period, Wait
from reporting.models import OverdueCause
from reporting.workload import NOBODY, Work
from workflows.queries import service_version
from workflows.vocabulary import DossierStatus

PAGE: Final = 500
_PAID: Final = "paid"
_GATEWAY: Final = "gateway"
_AUTHORITY: Final = "authority"
_ENDS: Final = frozenset(each for each in DossierStatus if each.final) | {DossierStatus.FINISHED}
# What accompanies every dossier is no result of one.
_LETTERS: Final = frozenset(
    {
        "receipt",
        "supplement_request",
        "not_accepted",
        "extension",
        "stopped",
        "control_sheet",
        "dossier_register",
    }
)


def period_of(first: Any, last: Any) -> Period:
    """Days in the zone of the profile."""
    return Period(first, last, jurisdiction().calendar.zone)


def count_cases(agency_id: UUID, period: Period) -> int:
    """How many dossiers `cases` looks at."""
    query = select(func.count()).select_from(Dossier).where(*_concerned(agency_id, period))
    return db.session.execute(query).scalar_one()


@dataclass(frozen=True)
class Found:
    """One page of cases; `looked_at` counts those left out too, `last` is where the next one begins."""

    cases: Sequence[Case]
    looked_at: int
    last: UUID | None


def cases(agency_id: UUID, period: Period, after: UUID | None = None) -> Found:
    """Dossiers received before the end of a period that had not ended before it, by id."""
    query = select(Dossier).where(*_concerned(agency_id, period)).order_by(Dossier.id).limit(PAGE)
    if after is not None:
        query = query.where(Dossier.id > after)
    page = db.session.scalars(query).all()
    found = [_case(*each) for each in _with_events(page, period)]
    relevant = [each for each in found if each.ended_at is None or each.ended_at >= period.begin]
    return Found(relevant, len(page), page[-1].id if len(page) == PAGE else None)


def work(agency_id: UUID, period: Period) -> Iterator[Work]:
    """Tasks of staff that were open at some time of a period."""
    ended_in_time = or_(Task.ended_at.is_(None), Task.ended_at >= period.begin)
    rows = db.session.execute(
        select(
            Proceeding.unit_id,
            Task.holder,
            Task.assignee,
            Task.candidate_groups,
            Task.created_at,
            Task.due_at,
            Task.ended_at,
        )
        .join(Proceeding, Proceeding.instance_id == Task.instance_id)
        .where(
            Proceeding.agency_id == agency_id,
            Task.state != TaskState.CANCELLED,
            Task.created_at < period.end,
            ended_in_time,
        )
        .execution_options(yield_per=PAGE)
    )
    for unit_id, holder, assignee, groups, opened, due_at, ended_at in rows:
        if str(Role.APPLICANT) not in groups:
            unit = str(unit_id) if unit_id else NOBODY
            yield Work(unit, holder or assignee, opened, due_at, ended_at)


def count_papers(agency_id: UUID, period: Period) -> tuple[int, int]:
    """Of the components sent in a period, how many are files: all that this house takes are."""
    query = (
        select(func.count())
        .select_from(Document)
        .join(Dossier, Dossier.id == Document.dossier_id)
        .where(
            Dossier.agency_id == agency_id,
            Document.origin != _AUTHORITY,
            Document.removed_at.is_(None),
            Document.added_at >= period.begin,
            Document.added_at < period.end,
        )
    )
    count = db.session.execute(query).scalar_one()
    return count, count


@dataclass(frozen=True)
class _Events:
    """What belongs to one dossier, up to the end of the period."""

    statuses: Sequence[StatusChange]
    dues: Sequence[DueChange]
    paid: Sequence[PaymentOrder]
    has_result: bool
    cause: str


def _concerned(agency_id: UUID, period: Period) -> tuple[ColumnElement[bool], ...]:
    later = select(StatusChange.dossier_id).where(
        StatusChange.dossier_id == Dossier.id, StatusChange.at >= period.begin
    )
    return (
        Dossier.agency_id == agency_id,
        Dossier.received_at < period.end,
        or_(Dossier.status.not_in(_ENDS), later.exists()),
    )


def _with_events(
    page: Sequence[Dossier], period: Period
) -> Iterator[tuple[Dossier, _Events, Period]]:
    ids = [each.id for each in page]
    statuses = _by_dossier(_of(StatusChange, ids, StatusChange.sequence))
    dues = _by_dossier(_of(DueChange, ids, DueChange.at))
    paid = _by_dossier(_of(PaymentOrder, ids, PaymentOrder.id))
    causes = _by_dossier(_of(OverdueCause, ids, OverdueCause.dossier_id))
    results = _with_result(ids, period)
    for each in page:
        cause = causes.get(each.id, [])
        yield (
            each,
            _Events(
                [change for change in statuses.get(each.id, []) if change.at < period.end],
                dues.get(each.id, []),
                [order for order in paid.get(each.id, []) if order.state == _PAID],
                each.id in results,
                cause[0].cause if cause else "",
            ),
            period,
        )


def _of(model: Any, ids: Sequence[UUID], order: Any) -> Sequence[Any]:
    query = select(model).where(model.dossier_id.in_(ids)).order_by(model.dossier_id, order)
    return db.session.scalars(query).all()


def _by_dossier(rows: Iterable[Any]) -> Mapping[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.dossier_id].append(row)
    return found


def _with_result(ids: Sequence[UUID], period: Period) -> set[UUID]:
    """Those with an entry of the register, or a paper of the authority that is a result."""
    entered = select(RegisterEntry.dossier_id).where(
        RegisterEntry.dossier_id.in_(ids), RegisterEntry.published_at < period.end
    )
    papers = select(Document.dossier_id).where(
        Document.dossier_id.in_(ids),
        Document.origin == _AUTHORITY,
        Document.document_type.not_in(_LETTERS),
        Document.added_at < period.end,
    )
    return {*db.session.scalars(entered), *db.session.scalars(papers)}


def _case(dossier: Dossier, events: _Events, period: Period) -> Case:
    received = dossier.received_at or period.begin
    manifest = service_version(dossier.service_version).manifest
    ended_at, ended_as = end_of(events.statuses)
    last = events.statuses[-1].status if events.statuses else None
    kept = dossier.time_limit
    field = manifest.procedure_field
    return Case(
        id=dossier.id,
        service=dossier.service_key,
        field=field.code if field else "",
        channel=dossier.channel,
        received_at=received,
        due_at=due_at(dossier.due_at, events.dues, period.end),
        promised_at=promised_at(dossier.due_at, events.dues, period.end),
        limit=TimeLimit(Decimal(kept["amount"]), Unit(kept["unit"])) if kept else None,
        ended_at=ended_at,
        ended_as=ended_as,
        supplements=waits(events.statuses, received),
        stands=last in manifest.clock_stands,
        electronic_result=events.has_result,
        fee=sum(order.amount for order in events.paid),
        paid_online=any(order.way == _GATEWAY for order in events.paid),
        cause=events.cause,
    )


def end_of(
    statuses: Sequence[StatusChange],
) -> tuple[datetime | None, DossierStatus | None]:
    """When and as what a dossier ended: finished before delivered before all else, unless reopened."""
    ends: dict[DossierStatus, datetime] = {}
    for change in statuses:
        if change.status not in _ENDS:
            ends.clear()
        ends.setdefault(change.status, change.at)
    for status in (DossierStatus.FINISHED, DossierStatus.DELIVERED, *_ENDS):
        if status in ends and status in _ENDS:
            return ends[status], status
    return None, None


def waits(statuses: Sequence[StatusChange], received: datetime) -> tuple[Wait, ...]:
    """The supplements asked after reception, and when the applicant had answered."""
    following = [*statuses[1:], None]
    return tuple(
        Wait(change.at, after.at if after else None)
        for change, after in zip(statuses, following, strict=True)
        if change.status is DossierStatus.AWAITING_SUPPLEMENT and change.at >= received
    )


def due_at(due: datetime | None, changes: Sequence[DueChange], moment: datetime) -> datetime | None:
    """The day that was promised at a moment, of the one promised now and every change."""
    later = [change for change in changes if change.at >= moment]
    return later[0].before if later else due


def promised_at(
    due: datetime | None, changes: Sequence[DueChange], moment: datetime
) -> datetime | None:
    """The day promised last before the clock first went on after a wait, at a moment."""
    for change in changes:
        if change.at < moment and change.cause is DueCause.RETURNED:
            return change.before
    return due_at(due, changes, moment)
