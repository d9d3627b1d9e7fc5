"""How the engine is doing, in numbers. What they cost grows with what is open, never with what is done.

`_OPEN_TASKS` and `_RUNNING` say word for word what the partial indexes of `engine.models` say: SQLite
takes such an index for no other words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, text

from core.clock import now
from core.database import db
from engine.jobs.breakers import LETS_THROUGH
from engine.jobs.kinds import TIMER
from engine.jobs.table import FIRST_IN_LANE, FREE
from engine.models import Incident, Instance, Job, JobState, Task

ELEMENT = "element"

_job: Any = Job.__table__
_incident: Any = Incident.__table__
_task: Any = Task.__table__
_instance: Any = Instance.__table__
_OPEN_TASKS = text("engine_task.state = 'open'")
_RUNNING = text("engine_instance.ended_at IS NULL")


@dataclass(frozen=True)
class Waiting:
    """Jobs of one kind that are due and not being worked: how many, and how long the oldest waits."""

    count: int
    longest: timedelta


@dataclass(frozen=True)
class TaskLoad:
    """How many user tasks are open, and how many of those are past their due date."""

    open: int
    overdue: int


def waiting_jobs() -> dict[str, Waiting]:
    """What is due and not being worked, by kind; timers are of kind `engine.timer`."""
    moment = now()
    rows = db.session.execute(waiting_query(moment)).all()
    return {row.kind: Waiting(row.number, moment - row.oldest) for row in rows}


def longest_wait() -> timedelta:
    """How long the oldest due job waits that a worker would take now; none for nothing."""
    moment = now()
    oldest = db.session.execute(_takeable(moment)).scalar()
    return moment - oldest if oldest is not None else timedelta()


def overdue_timers(waiting: Mapping[str, Waiting]) -> int:
    """Of what waits, the timers: moments that are over and have had no effect yet."""
    return waiting[TIMER].count if TIMER in waiting else 0


def open_incidents() -> dict[str, int]:
    """Open incidents by the kind of their job, and those of no job under `element`."""
    counts: dict[str, int] = {row.kind: row.number for row in db.session.execute(incident_query())}
    elements = db.session.execute(select(func.count()).select_from(_incident)).scalar_one()
    return counts | ({ELEMENT: elements} if elements else {})


def task_load() -> TaskLoad:
    """User tasks that are not done."""
    row = db.session.execute(task_query(now())).one()
    return TaskLoad(row.open, row.overdue)


def running_instances() -> dict[str, int]:
    """Instances that have not ended, by their state: active or suspended."""
    return {row.state: row.number for row in db.session.execute(instance_query())}


def waiting_query(moment: datetime) -> Select[Any, int, Any]:
    """The statement of `waiting_jobs`."""
    return (
        select(_job.c.kind, func.count().label("number"), func.min(_job.c.due_at).label("oldest"))
        .where(*_due(moment))
        .group_by(_job.c.kind)
    )


def incident_query() -> Select[Any, int]:
    """The statement of `open_incidents` for jobs."""
    given_up = _job.c.state == JobState.INCIDENT
    return select(_job.c.kind, func.count().label("number")).where(given_up).group_by(_job.c.kind)


def task_query(moment: datetime) -> Select[int, int]:
    """The statement of `task_load`."""
    late = func.count(case((_task.c.due_at < moment, 1))).label("overdue")
    return select(func.count().label("open"), late).select_from(_task).where(_OPEN_TASKS)


def instance_query() -> Select[Any, int]:
    """The statement of `running_instances`."""
    state = _instance.c.state
    return select(state, func.count().label("number")).where(_RUNNING).group_by(state)


def _takeable(moment: datetime) -> Select[Any]:
    return select(func.min(_job.c.due_at)).where(*_due(moment), LETS_THROUGH)


def _due(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """What waits behind a job of its lane waits for that job, not for a worker."""
    return (*FREE, _job.c.due_at <= moment, FIRST_IN_LANE)
