"""The steps of a dossier with their limits: which are late is told, and has no other effect."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from core.clock import now
from core.database import db
from dossiers.models import Dossier, Proceeding
from engine.models import Task, TaskState

_task: Any = Task.__table__
_STEPS = (
    select(
        _task.c.id,
        _task.c.element_id,
        _task.c.name,
        _task.c.state,
        _task.c.created_at,
        _task.c.due_at,
        _task.c.ended_at,
    )
    .join(Proceeding, Proceeding.instance_id == _task.c.instance_id)
    .where(Proceeding.dossier_id == bindparam("of_dossier"), _task.c.state != TaskState.CANCELLED)
    .order_by(_task.c.created_at, _task.c.id)
)


@dataclass(frozen=True)
class Step:
    """A task of a dossier; `ended_at` is None while it is open, `due_at` where it has no limit."""

    task_id: UUID
    element_id: str
    name: str
    opened_at: datetime
    due_at: datetime | None
    ended_at: datetime | None

    @property
    def is_late(self) -> bool:
        """Whether it took, or takes, longer than its limit."""
        return self.due_at is not None and (self.ended_at or now()) > self.due_at


def steps_of(dossier: Dossier) -> list[Step]:
    """The steps of a dossier that its caller has found, the first first."""
    rows = db.session.connection().execute(_STEPS, {"of_dossier": dossier.id})
    return [
        Step(row.id, row.element_id, row.name, row.created_at, row.due_at, row.ended_at)
        for row in rows
    ]
