"""Which stages are reached at a moment and did not happen yet.

Only what is due up to the latest day that any stage can concern is read, page by page along the index
of due dates: the cost grows with what is near its day or late, not with what is open.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, exists, or_, select, text, tuple_

from accounts.actor import Role
from accounts.models import Agency
from administration import EVERYWHERE, in_force
from core.database import db
from dossiers.clock_models import ClockPause
from dossiers.escalation.models import Escalation
from dossiers.escalation.stages import About, Due, Stage, is_reached, latest_due
from dossiers.models import UNDER_THE_CLOCK, Dossier, Proceeding
from dossiers.operations.steps import limit_of_step
from dossiers.settled import clock_for
from dossiers.settled.escalations import ESCALATION, stage_of, stages_for
from dossiers.time_limits import TimeLimit, Unit
from engine.models import Task, TaskGroup
from workflows.models import ServiceVersion
from workflows.queries import service_version
from workflows.step_limits import limits_of

PAGE: Final = 500
_OPEN_TASKS: Final = "engine_task.state = 'open'"
_STANDS = exists().where(ClockPause.dossier_id == Dossier.id, ClockPause.until.is_(None))
_ASKED_OF_APPLICANT = exists().where(
    TaskGroup.instance_id == Task.instance_id,
    TaskGroup.task_id == Task.id,
    TaskGroup.group_name.in_([str(Role.APPLICANT), str(Role.GUEST)]),
)
_OF_DOSSIER = (
    Dossier.id.label("dossier_id"),
    Dossier.agency_id,
    Dossier.unit_id,
    Dossier.service_key,
    Dossier.reference,
)
_DOSSIERS: Any = select(
    *_OF_DOSSIER,
    Dossier.id.label("subject_id"),
    Dossier.received_at.label("since"),
    Dossier.due_at.label("due_at"),
    Dossier.time_limit.label("limit"),
).where(text(UNDER_THE_CLOCK), ~_STANDS)
_TASKS: Any = (
    select(
        *_OF_DOSSIER,
        Task.id.label("subject_id"),
        Task.created_at.label("since"),
        Task.due_at.label("due_at"),
        Task.element_id,
        Task.attributes,
        Proceeding.service_version,
    )
    .join(Proceeding, Proceeding.instance_id == Task.instance_id)
    .join(Dossier, Dossier.id == Proceeding.dossier_id)
    .where(
        text(_OPEN_TASKS),
        ~_ASKED_OF_APPLICANT,
        or_(Proceeding.entry_id.is_not(None), ~_STANDS),
    )
)


@dataclass(frozen=True)
class Watched:
    """A running due date of a dossier, or (`task_id`) of one of its tasks."""

    dossier_id: UUID
    task_id: UUID | None
    agency_id: UUID
    unit_id: UUID | None
    service_key: str
    reference: str
    due: Due

    @property
    def subject_id(self) -> UUID:
        """What the due date belongs to."""
        return self.task_id or self.dossier_id

    @property
    def about(self) -> About:
        """Whose due date it is."""
        return About.TASK if self.task_id else About.DOSSIER


@dataclass(frozen=True)
class Reached:
    """A stage that a due date has come to."""

    watched: Watched
    stage: Stage


def reached_by(moment: datetime) -> Iterator[Reached]:
    """What is reached at a moment and did not happen yet, dossiers before tasks, the oldest first."""
    for about in About:
        latest = _latest(about, moment)
        if latest is not None:
            for page in _pages(about, latest):
                yield from _reached(page, moment)


def still_reached(each: Reached, moment: datetime) -> bool:
    """Whether it is so in this transaction, which holds the dossier's row, and did not happen yet."""
    query, identity, _ = _ALONG[each.watched.about]
    row = db.session.execute(query.where(identity == each.watched.subject_id)).one_or_none()
    return row is not None and each in set(_reached([_watched(row, each.watched.about)], moment))


def _latest(about: About, moment: datetime) -> datetime | None:
    """Up to which due date any stage of any agency can be reached; None where there are no stages."""
    limits = _limits(about)
    found = [
        latest_due(stage, moment, limits, clock_for(agency_id).calendar)
        for agency_id in (EVERYWHERE, *db.session.scalars(select(Agency.id)))
        for stage in map(stage_of, in_force(ESCALATION, agency_id).values())
        if stage.about is about
    ]
    return max(found, default=None)


def _limits(about: About) -> frozenset[TimeLimit]:
    """Every limit of every version to which a dossier may be pinned."""
    versions = db.session.scalars(select(ServiceVersion.version)).all()
    said = {limit for version in versions for limit in _stated(version, about)}
    return frozenset(TimeLimit(Decimal(amount), Unit(unit)) for amount, unit in said)


@lru_cache(maxsize=512)
def _stated(version: str, about: About) -> frozenset[tuple[str, str]]:
    """The amounts and units that a version states; it never changes."""
    pack = service_version(version)
    if about is About.TASK:
        return frozenset((each.amount, each.unit) for each in limits_of(pack))
    limit = pack.manifest.time_limit
    variants = {(each.amount, each.unit) for each in limit.variants}
    return frozenset({(limit.amount, limit.unit), *variants})


def _pages(about: About, latest: datetime) -> Iterator[Sequence[Watched]]:
    query, identity, due_at = _ALONG[about]
    query = query.where(due_at <= latest).order_by(due_at, identity).limit(PAGE)
    rows: Sequence[Row[Any]] = db.session.execute(query).all()
    while rows:
        yield [_watched(row, about) for row in rows]
        last = rows[-1]
        behind = tuple_(due_at, identity) > tuple_(last.due_at, last.subject_id)
        rows = db.session.execute(query.where(behind)).all() if len(rows) == PAGE else ()


def _reached(page: Iterable[Watched], moment: datetime) -> Iterator[Reached]:
    watched = list(page)
    done = _happened([each.subject_id for each in watched])
    for each in watched:
        calendar = clock_for(each.agency_id).calendar
        for stage in stages_for(each.service_key, each.agency_id):
            if stage.about is not each.about:
                continue
            new = (each.subject_id, stage.key, each.due.due_at) not in done
            if new and is_reached(stage, each.due, moment, calendar):
                yield Reached(each, stage)


def _happened(subjects: Sequence[UUID]) -> set[tuple[UUID, str, datetime]]:
    rows = db.session.execute(
        select(Escalation.subject_id, Escalation.stage, Escalation.due_at).where(
            Escalation.subject_id.in_(subjects)
        )
    )
    return {(row.subject_id, row.stage, row.due_at) for row in rows}


def _watched(row: Row[Any], about: About) -> Watched:
    return Watched(
        row.dossier_id,
        row.subject_id if about is About.TASK else None,
        row.agency_id,
        row.unit_id,
        row.service_key,
        row.reference,
        Due(row.since, row.due_at, _limit_of(row, about)),
    )


def _limit_of(row: Row[Any], about: About) -> TimeLimit | None:
    if about is About.TASK:
        return limit_of_step(row.service_version, row.element_id, row.attributes)
    kept = row.limit
    return TimeLimit(Decimal(kept["amount"]), Unit(kept["unit"])) if kept else None


_ALONG: Final[Mapping[About, tuple[Any, Any, Any]]] = {
    About.DOSSIER: (_DOSSIERS, Dossier.id, Dossier.due_at),
    About.TASK: (_TASKS, Task.id, Task.due_at),
}
