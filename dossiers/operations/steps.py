"""Due dates of single steps. A step's clock stands while its dossier's does, and goes on with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select

from accounts.actor import Role
from core.database import db
from dossiers.clock_models import ClockPause
from dossiers.models import Dossier, Proceeding
from dossiers.settled import clock_for
from dossiers.time_limits import Pause, TimeLimit, Unit
from engine import operations as engine
from engine.models import Task, TaskState
from workflows.queries import service_version
from workflows.step_limits import limit_drawn, step_limit

_task: Any = Task.__table__
_proceeding: Any = Proceeding.__table__
_OPEN: Final = (
    select(
        _task.c.instance_id,
        _task.c.id,
        _task.c.element_id,
        _task.c.attributes,
        _task.c.candidate_groups,
        _task.c.created_at,
        _task.c.follow_up_at,
        _proceeding.c.service_version,
    )
    .join(_proceeding, _proceeding.c.instance_id == _task.c.instance_id)
    .where(
        _proceeding.c.dossier_id == bindparam("of_dossier"),
        _proceeding.c.entry_id.is_(None),
        _task.c.state == TaskState.OPEN,
        _task.c.due_at.is_not(None),
    )
)


def limit_of_step(
    version: str | None, element_id: str, attributes: Mapping[str, str]
) -> TimeLimit | None:
    """The limit of a user task of a service version (none: of a process about no dossier)."""
    if version is None:
        said = limit_drawn(attributes)
    else:
        said = step_limit(service_version(version).manifest, element_id, attributes)
    return TimeLimit(Decimal(said.amount), Unit(said.unit)) if said else None


def due_of_step(opened: datetime, limit: TimeLimit, agency_id: UUID) -> datetime:
    """Until when a step is to be done whose clock never stood."""
    return clock_for(agency_id).due_at(opened, limit)


def go_on(dossier: Dossier, pauses: Sequence[ClockPause]) -> None:
    """Move the due dates of a locked dossier's open steps, as its clock stood meanwhile."""
    for row in db.session.connection().execute(_OPEN, {"of_dossier": dossier.id}).all():
        limit = limit_of_step(row.service_version, row.element_id, row.attributes)
        if limit is None or str(Role.APPLICANT) in row.candidate_groups:
            continue
        stood = [
            Pause(max(pause.since, row.created_at), pause.until)
            for pause in pauses
            if pause.until is None or pause.until > row.created_at
        ]
        due = clock_for(dossier.agency_id).due_after(row.created_at, limit, stood)
        if due is not None:
            engine.set_due_date(row.instance_id, row.id, due, row.follow_up_at)
