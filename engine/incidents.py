"""What is stuck: elements that cannot go on, and jobs that were given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, literal, select

from core.database import db
from engine.elements import name_of
from engine.errors import IncidentNotFound
from engine.jobs.kinds import RETRY
from engine.models import Incident, Instance, InstanceState, Job, JobState

MOST_RETRIED = 10_000

_incident: Any = Incident.__table__
_instance: Any = Instance.__table__
_job: Any = Job.__table__


@dataclass(frozen=True)
class IncidentView:
    """Something that cannot go on without an operator; `is_job` when a job was given up.

    `kind` is the job's, empty for an element; `name` is what a reader calls the element. A job that
    belongs to no instance, such as a signal's, has neither process nor business key.
    """

    instance_id: UUID
    id: UUID
    element_id: str
    message: str
    fingerprint: str
    is_job: bool
    kind: str
    raised_at: datetime
    attempts: int
    definition_id: str
    process_id: str
    business_key: str
    state: str
    name: str


@dataclass(frozen=True)
class IncidentGroup:
    """Incidents of one cause: how many, since when, and one of their messages as a sample."""

    fingerprint: str
    count: int
    oldest: datetime
    newest: datetime
    message: str
    element_id: str
    name: str
    kind: str
    process_id: str


def incidents(
    *,
    visible_to: ColumnElement[bool],
    instance_id: UUID | None = None,
    fingerprint: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[IncidentView]:
    """What is stuck, oldest first: of an instance, of one cause, or all."""
    stuck = _stuck(visible_to, instance_id, fingerprint).subquery()
    query = select(stuck)
    if after is not None:
        query = query.where(stuck.c.id > after)
    return [_view(row) for row in db.session.execute(query.order_by(stuck.c.id).limit(limit))]


def find_incident(incident_id: UUID, *, visible_to: ColumnElement[bool]) -> IncidentView:
    """One incident; raises IncidentNotFound."""
    stuck = _stuck(visible_to).subquery()
    row = db.session.execute(select(stuck).where(stuck.c.id == incident_id)).one_or_none()
    if row is None:
        raise IncidentNotFound()
    return _view(row)


def incident_groups(*, visible_to: ColumnElement[bool], limit: int = 200) -> list[IncidentGroup]:
    """What is stuck by its cause, the most frequent first."""
    stuck = _stuck(visible_to).subquery()
    count = func.count().label("count")
    query = (
        select(
            stuck.c.fingerprint,
            count,
            func.min(stuck.c.raised_at).label("oldest"),
            func.max(stuck.c.raised_at).label("newest"),
            func.min(stuck.c.message).label("message"),
            func.min(stuck.c.element_id).label("element_id"),
            func.min(stuck.c.definition_id).label("definition_id"),
            func.min(stuck.c.kind).label("kind"),
            func.min(stuck.c.process_id).label("process_id"),
        )
        .group_by(stuck.c.fingerprint)
        .order_by(count.desc(), stuck.c.fingerprint)
        .limit(limit)
    )
    return [_group(row) for row in db.session.execute(query)]


def waiting_for_retry(fingerprint: str, *, visible_to: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """The incidents of one cause that can be tried again, oldest first: instance_id and id."""
    stuck = _stuck(visible_to, fingerprint=fingerprint).subquery()
    to_come = select(_job.c.idempotency_key).where(_job.c.kind == RETRY)
    coming = set(db.session.connection().execute(to_come).scalars())
    query = select(stuck.c.instance_id, stuck.c.id).where(stuck.c.state != InstanceState.SUSPENDED)
    rows = db.session.connection().execute(query.order_by(stuck.c.id).limit(MOST_RETRIED)).all()
    return [row for row in rows if f"retry:{row.id}" not in coming]


def _stuck(
    visible_to: ColumnElement[bool],
    instance_id: UUID | None = None,
    fingerprint: str | None = None,
) -> Any:
    return _of(_elements(), _incident, visible_to, instance_id, fingerprint).union_all(
        _of(_jobs(), _job, visible_to, instance_id, fingerprint)
    )


def _of(
    query: Select[Any],
    table: Any,
    visible_to: ColumnElement[bool],
    instance_id: UUID | None,
    fingerprint: str | None,
) -> Select[Any]:
    query = query.outerjoin(_instance, _instance.c.id == table.c.instance_id).where(visible_to)
    if instance_id is not None:
        query = query.where(table.c.instance_id == instance_id)
    if fingerprint is not None:
        query = query.where(table.c.fingerprint == fingerprint)
    return query


_ABOUT = tuple(
    func.coalesce(column, "").label(column.key)
    for column in (
        _instance.c.definition_id,
        _instance.c.process_id,
        _instance.c.business_key,
        _instance.c.state,
    )
)


def _elements() -> Select[Any]:
    return select(
        _incident.c.instance_id,
        _incident.c.id,
        _incident.c.element_id,
        _incident.c.message,
        _incident.c.fingerprint,
        literal(value=False).label("is_job"),
        literal("").label("kind"),
        _incident.c.raised_at,
        literal(0).label("attempts"),
        *_ABOUT,
    )


def _jobs() -> Select[Any]:
    return select(
        _job.c.instance_id,
        _job.c.id,
        _job.c.element_id,
        _job.c.last_error.label("message"),
        _job.c.fingerprint,
        literal(value=True).label("is_job"),
        _job.c.kind,
        _job.c.due_at.label("raised_at"),
        _job.c.attempts,
        *_ABOUT,
    ).where(_job.c.state == JobState.INCIDENT)


def _view(row: Row[Any]) -> IncidentView:
    return IncidentView(**row._mapping, name=name_of(row.definition_id, row.element_id))


def _group(row: Row[Any]) -> IncidentGroup:
    told = dict(row._mapping)
    definition_id = told.pop("definition_id")
    return IncidentGroup(**told, name=name_of(definition_id, row.element_id))
