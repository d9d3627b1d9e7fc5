"""Who is told of a stage, and what remains when nobody fits: who directs the agency."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from accounts import queries as accounts
from accounts.actor import SYSTEM, Role
from core.database import db
from dossiers.escalation.finding import Reached, Watched
from dossiers.escalation.stages import Whom
from dossiers.models import Proceeding
from engine.models import Task, TaskState

_OPEN = (
    select(Task.id, Task.holder, Task.assignee, Task.candidate_groups)
    .join(Proceeding, Proceeding.instance_id == Task.instance_id)
    .where(Task.state == TaskState.OPEN)
)


def recipients(each: Reached) -> Sequence[str]:
    """The ids of the actors who are told, in order; the directors when the stage finds nobody."""
    watched = each.watched
    match each.stage.whom:
        case Whom.HOLDER:
            found = _holders(watched)
        case Whom.HEAD:
            found = _working(watched, Role.DIRECTOR, of_units_only=True)
        case Whom.QUEUE:
            found = _working(watched, each.stage.queue)
    return found or _working(watched, Role.DIRECTOR)


def _holders(watched: Watched) -> Sequence[str]:
    """Who holds the task, or the tasks of the dossier; who could take them, where nobody does."""
    tasks = _open_tasks(watched.dossier_id, watched.task_id)
    holders = sorted({holder for row in tasks if (holder := row.holder or row.assignee)})
    known = [each for each in holders if accounts.actor(each) is not None]
    return known or _working(watched, *(group for row in tasks for group in row.candidate_groups))


def _open_tasks(dossier_id: UUID, task_id: UUID | None) -> Sequence[Any]:
    query = _OPEN.where(Proceeding.dossier_id == dossier_id)
    if task_id is None:
        return db.session.execute(query.where(Proceeding.entry_id.is_(None))).all()
    return db.session.execute(query.where(Task.id == task_id)).all()


def _working(watched: Watched, *queues: str, of_units_only: bool = False) -> Sequence[str]:
    found = accounts.staff(
        queues,
        agency_id=watched.agency_id,
        unit_id=watched.unit_id,
        service=watched.service_key,
        visible_to=SYSTEM,
        of_units_only=of_units_only,
    )
    return [person for person, _ in found]
