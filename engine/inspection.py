"""What operators look at: instances, where their tokens stand, what is stuck and what was proposed.

Each finder takes `visible_to`: the clause of what its reader may see.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, select

from core.database import db
from engine.errors import InstanceNotFound
from engine.machine.effects import Wait
from engine.machine.process import Instance as Machine
from engine.machine.process import Scope
from engine.machine.token import Token
from engine.machine.variables import owner_of
from engine.models import Instance, Job
from engine.runtime import current_runtime
from engine.step import peek

_instance: Any = Instance.__table__
_job: Any = Job.__table__

Waiting = Literal["task", "job", "event", "incident", "inside", "held", "join", "next"]


@dataclass(frozen=True)
class JobView:
    """A job as it stands. `leased` says that a worker has it; of an incident, `due_at` is when."""

    id: UUID
    kind: str
    state: str
    attempts: int
    max_attempts: int
    due_at: datetime
    leased: bool
    last_error: str


@dataclass(frozen=True)
class TokenView:
    """Where a token stands and what it waits for.

    `scopes` are the ids of the subprocesses around it, outermost first. `listens` marks an event that
    only guards something. `waiting` is what it waits for: a person's `task`, a `job`, an `event` (see
    `waits`), the end of what is `inside` it, other tokens at a `join`, an operator (`incident`), the
    resumption (`held`), or just its turn (`next`). `run` counts the runs of a repeated element from 1.
    """

    number: int
    element_id: str
    name: str
    kind: str
    scopes: Sequence[str]
    listens: bool
    waiting: Waiting
    waits: Sequence[Wait]
    task_id: UUID | None
    job: JobView | None
    incident_id: UUID | None
    run: int | None


@dataclass(frozen=True)
class ScopeView:
    """The variables that belong to the process (number 0), to a subprocess or to an element alone."""

    number: int
    element_id: str
    name: str
    variables: Mapping[str, Any]


def tokens(instance_id: UUID, *, visible_to: ColumnElement[bool]) -> list[TokenView]:
    """Where each token of a running instance stands, in the order of the tree; none once it ended.

    Raises InstanceNotFound.
    """
    machine = _machine(instance_id, visible_to)
    if machine is None:
        return []
    jobs = _jobs(instance_id)
    return [_view(token, jobs) for token in machine.walk()]


def scopes(instance_id: UUID, *, visible_to: ColumnElement[bool]) -> list[ScopeView]:
    """Every set of variables of a running instance, that of the process first.

    Raises InstanceNotFound.
    """
    machine = _machine(instance_id, visible_to)
    return [] if machine is None else list(_scopes(machine))


def _machine(instance_id: UUID, visible_to: ColumnElement[bool]) -> Machine | None:
    known = select(_instance.c.id).where(_instance.c.id == instance_id, visible_to)
    if db.session.execute(known).one_or_none() is None:
        raise InstanceNotFound()
    return peek(instance_id, current_runtime())


def _jobs(instance_id: UUID) -> dict[UUID, JobView]:
    rows = db.session.execute(select(_job).where(_job.c.instance_id == instance_id))
    return {row.id: _job_view(row) for row in rows}


def _job_view(row: Any) -> JobView:
    return JobView(
        row.id,
        row.kind,
        row.state,
        row.attempts,
        row.max_attempts,
        row.due_at,
        row.locked_by is not None,
        row.last_error,
    )


def _view(token: Token, jobs: Mapping[UUID, JobView]) -> TokenView:
    internal, seen = token.internal_data, token.task_spec.element
    row = UUID(internal["row"]) if "row" in internal else None
    incident = internal.get("incident")
    job = jobs.get(row) if row is not None else None
    return TokenView(
        number=token.id,
        element_id=seen.id,
        name=seen.name or seen.id,
        kind=seen.kind,
        scopes=tuple(_around(token)),
        listens=not token.keeps_alive,
        waiting=_waiting(token, is_job=job is not None),
        waits=tuple(internal.get("waits", ())),
        task_id=row if job is None else None,
        job=job,
        incident_id=None if incident is None else UUID(incident["id"]),
        run=internal["index"] + 1 if token.is_run else None,
    )


def _waiting(token: Token, *, is_job: bool) -> Waiting:
    internal = token.internal_data
    if "incident" in internal:
        return "incident"
    if "held" in internal:
        return "held"
    if "row" in internal:
        return "job" if is_job else "task"
    if "waits" in internal:
        return "event"
    if token.id in token.workflow.instance.scopes or token.children:
        return "inside"
    return "join" if token in token.workflow.waiting_at(token.task_spec) else "next"


def _around(token: Token) -> list[str]:
    names: list[str] = []
    parent = token.workflow.parent_token
    while parent is not None:
        names.insert(0, parent.task_spec.name)
        parent = parent.workflow.parent_token
    return names


def _scopes(machine: Machine) -> Iterator[ScopeView]:
    yield ScopeView(0, machine.spec.name, machine.spec.title or machine.spec.name, machine.data)
    for token in machine.walk():
        inside: Scope | None = machine.scopes.get(token.id)
        internal, seen = token.internal_data, token.task_spec.element
        own = {**internal.get("run", {}), **internal.get("locals", {})}
        if inside is not None:
            yield ScopeView(owner_of(inside), seen.id, seen.name or seen.id, inside.data)
        elif own:
            yield ScopeView(token.id, seen.id, seen.name or seen.id, own)
