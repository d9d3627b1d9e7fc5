"""Reads of instances and tasks. Each finder takes `visible_to`: the clause of what its reader may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, true

EVERYTHING = true()


@dataclass(frozen=True)
class TaskView:
    """A user task as it stands. `holder` is empty while nobody claimed it; `version` makes its ETag."""

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


@dataclass(frozen=True)
class IncidentView:
    """Something that cannot go on without an operator; `is_job` when a job was given up."""

    instance_id: UUID
    id: UUID
    element_id: str
    message: str
    fingerprint: str
    is_job: bool


def find_task(
    instance_id: UUID, task_id: UUID, *, visible_to: ColumnElement[bool]
) -> TaskView:
    """One task, open or ended; raises TaskNotFound."""
    raise NotImplementedError


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
    raise NotImplementedError


def find_instance(instance_id: UUID, *, visible_to: ColumnElement[bool]) -> InstanceView:
    """One instance, running or ended; raises InstanceNotFound."""
    raise NotImplementedError


def variables(instance_id: UUID, *, visible_to: ColumnElement[bool]) -> dict[str, Any]:
    """The variables of the process itself, not of its parts; raises InstanceNotFound."""
    raise NotImplementedError


def incidents(
    *, visible_to: ColumnElement[bool], instance_id: UUID | None = None, limit: int = 50
) -> list[IncidentView]:
    """What is stuck, of one instance or of all."""
    raise NotImplementedError


def definition_files(definition_id: str) -> dict[str, bytes]:
    """The files of a deployment as they were deployed; raises DefinitionNotFound."""
    raise NotImplementedError
