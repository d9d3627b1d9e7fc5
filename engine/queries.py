"""Reads. Each finder takes `visible_to`: the clause of what its reader may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, exists, or_, select, true

from core.database import db
from engine.definitions import files_of
from engine.errors import InstanceNotFound, TaskNotFound
from engine.history import HistoryView, history
from engine.incidents import (
    IncidentGroup,
    IncidentView,
    find_incident,
    incident_groups,
    incidents,
)
from engine.inspection import JobView, ScopeView, TokenView, scopes, tokens
from engine.interventions import InterventionView, find_intervention, interventions
from engine.jobs.database_clock import database_seconds
from engine.machine.state import variables_of
from engine.models import (
    Incident,
    Instance,
    InstanceBlob,
    Job,
    JobBreaker,
    JobState,
    Task,
    TaskGroup,
    TaskState,
)

__all__ = [
    "EVERYTHING",
    "BreakerView",
    "HistoryView",
    "IncidentGroup",
    "IncidentView",
    "InstanceView",
    "InterventionView",
    "JobView",
    "ScopeView",
    "TaskView",
    "TokenView",
    "breakers",
    "definition_files",
    "find_incident",
    "find_instance",
    "find_intervention",
    "find_task",
    "history",
    "incident_groups",
    "incidents",
    "instances",
    "interventions",
    "open_tasks",
    "scopes",
    "tokens",
    "variables",
]

EVERYTHING = true()

_task: Any = Task.__table__
_group: Any = TaskGroup.__table__
_instance: Any = Instance.__table__
_blob: Any = InstanceBlob.__table__
_incident: Any = Incident.__table__
_job: Any = Job.__table__
_breaker: Any = JobBreaker.__table__


@dataclass(frozen=True)
class TaskView:
    """A user task as it stands. `holder` is empty while it is free; `version` makes its ETag."""

    instance_id: UUID
    id: UUID
    element_id: str
    name: str
    form_key: str
    candidate_groups: Sequence[str]
    assignee: str
    priority: int
    due_at: datetime | None
    follow_up_at: datetime | None
    attributes: Mapping[str, str]
    state: str
    holder: str
    version: int
    created_at: datetime
    ended_at: datetime | None
    business_key: str


@dataclass(frozen=True)
class InstanceView:
    """An instance as it stands; `version` counts its steps."""

    id: UUID
    definition_id: str
    process_id: str
    business_key: str
    state: str
    version: int
    started_at: datetime
    ended_at: datetime | None
    end_reason: str
    suspended_at: datetime | None


@dataclass(frozen=True)
class BreakerView:
    """Whether jobs of a kind are tried; `rests_for` are the seconds until the next try, if open."""

    kind: str
    state: str
    failures: int
    rests_for: float | None


_TASKS = select(
    _task.c.instance_id,
    _task.c.id,
    _task.c.element_id,
    _task.c.name,
    _task.c.form_key,
    _task.c.candidate_groups,
    _task.c.assignee,
    _task.c.priority,
    _task.c.due_at,
    _task.c.follow_up_at,
    _task.c.attributes,
    _task.c.state,
    _task.c.holder,
    _task.c.version,
    _task.c.created_at,
    _task.c.ended_at,
    _instance.c.business_key,
).join(_instance, _instance.c.id == _task.c.instance_id)
_INSTANCES = select(
    _instance.c.id,
    _instance.c.definition_id,
    _instance.c.process_id,
    _instance.c.business_key,
    _instance.c.state,
    _blob.c.version,
    _instance.c.started_at,
    _instance.c.ended_at,
    _instance.c.end_reason,
    _instance.c.suspended_at,
).join(_blob, _blob.c.instance_id == _instance.c.id)

_IS_STUCK = or_(
    exists().where(_incident.c.instance_id == _instance.c.id),
    exists().where(_job.c.instance_id == _instance.c.id, _job.c.state == JobState.INCIDENT),
)


def find_task(instance_id: UUID, task_id: UUID, *, visible_to: ColumnElement[bool]) -> TaskView:
    """One task, open or ended; raises TaskNotFound."""
    row = _one(_TASKS.where(_task.c.instance_id == instance_id, _task.c.id == task_id, visible_to))
    if row is None:
        raise TaskNotFound()
    return TaskView(**row._mapping)


def open_tasks(
    *,
    visible_to: ColumnElement[bool],
    instance_id: UUID | None = None,
    groups: Collection[str] = (),
    assignee: str | None = None,
    holder: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[TaskView]:
    """Open tasks, oldest first: of an instance, of any of the groups, of an assignee or a holder.

    Conditions are joined by and. `after` is the id of the last task of the page before.
    """
    query = _TASKS.where(_task.c.state == TaskState.OPEN, visible_to)
    if instance_id is not None:
        query = query.where(_task.c.instance_id == instance_id)
    if groups:
        query = query.where(_listed_for(groups))
    if assignee is not None:
        query = query.where(_task.c.assignee == assignee)
    if holder is not None:
        query = query.where(_task.c.holder == holder)
    if after is not None:
        query = query.where(_task.c.id > after)
    rows = db.session.execute(query.order_by(_task.c.id).limit(limit))
    return [TaskView(**row._mapping) for row in rows]


def find_instance(instance_id: UUID, *, visible_to: ColumnElement[bool]) -> InstanceView:
    """One instance, running or ended; raises InstanceNotFound."""
    row = _one(_INSTANCES.where(_instance.c.id == instance_id, visible_to))
    if row is None:
        raise InstanceNotFound()
    return InstanceView(**row._mapping)


def variables(instance_id: UUID, *, visible_to: ColumnElement[bool]) -> dict[str, Any]:
    """The variables of the process itself, not of its parts; raises InstanceNotFound."""
    row = _one(
        select(_blob.c.state)
        .join(_instance, _instance.c.id == _blob.c.instance_id)
        .where(_instance.c.id == instance_id, visible_to)
    )
    if row is None:
        raise InstanceNotFound()
    return variables_of(row.state)


def instances(
    *,
    visible_to: ColumnElement[bool],
    state: str | None = None,
    process_id: str | None = None,
    business_key: str | None = None,
    with_incident: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> list[InstanceView]:
    """Instances, newest first: in a state, of a process, whose key begins so, with something stuck.

    Conditions are joined by and. `after` is the id of the last instance of the page before.
    """
    query = _INSTANCES.where(visible_to)
    if state is not None:
        query = query.where(_instance.c.state == state)
    if process_id is not None:
        query = query.where(_instance.c.process_id == process_id)
    if business_key:
        query = query.where(_instance.c.business_key.startswith(business_key, autoescape=True))
    if with_incident:
        query = query.where(_IS_STUCK)
    if after is not None:
        query = query.where(_instance.c.id < after)
    rows = db.session.execute(query.order_by(_instance.c.id.desc()).limit(limit))
    return [InstanceView(**row._mapping) for row in rows]


def breakers(*, visible_to: ColumnElement[bool]) -> list[BreakerView]:
    """The kinds of job whose breaker has ever counted a failure, by name."""
    rests_for = (_breaker.c.opened_until - database_seconds()).label("rests_for")
    query = select(_breaker.c.kind, _breaker.c.state, _breaker.c.failures, rests_for)
    rows = db.session.execute(query.where(visible_to).order_by(_breaker.c.kind))
    return [BreakerView(**row._mapping) for row in rows]


def definition_files(definition_id: str) -> dict[str, bytes]:
    """The files of a deployment as they were deployed; raises DefinitionNotFound."""
    return files_of(definition_id)


def _one(query: Select[Any]) -> Row[Any] | None:
    return db.session.execute(query).one_or_none()


def _listed_for(groups: Collection[str]) -> ColumnElement[bool]:
    return exists().where(
        _group.c.instance_id == _task.c.instance_id,
        _group.c.task_id == _task.c.id,
        _group.c.group_name.in_(list(groups)),
    )
