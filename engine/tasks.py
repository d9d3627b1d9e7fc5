"""User tasks between their opening and their end: who holds one, and until when it is due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, or_, select, update

from core.database import db
from engine.errors import (
    TaskAlreadyClaimed,
    TaskNotFound,
    TaskNotOpen,
    TaskNotYours,
    WrongClaimToken,
)
from engine.models import Task, TaskState

_task: Any = Task.__table__
_FIND = select(_task).where(
    _task.c.instance_id == bindparam("of_instance"), _task.c.id == bindparam("of_task")
)


def claim(instance_id: UUID, task_id: UUID, actor: str) -> UUID:
    """See `operations.claim`."""
    token = uuid4()
    free = or_(_task.c.holder == "", _task.c.holder == actor)
    mine = or_(_task.c.assignee == "", _task.c.assignee == actor)
    taken = (
        update(_task)
        .where(*_key(instance_id, task_id), _task.c.state == TaskState.OPEN, free, mine)
        .values(holder=actor, claim_token=token, version=_task.c.version + 1)
    )
    if not db.session.connection().execute(taken).rowcount:
        _refuse(find(instance_id, task_id), actor)
    return token


def _refuse(task: Row[Any], actor: str) -> None:
    """Say why a task could not be claimed."""
    if task.state != TaskState.OPEN:
        raise TaskNotOpen()
    if task.assignee not in {"", actor}:
        raise TaskNotYours()
    raise TaskAlreadyClaimed()


def release(instance_id: UUID, task_id: UUID, token: UUID, actor: str) -> None:
    """See `operations.release`."""
    freed = (
        update(_task)
        .where(
            *_key(instance_id, task_id),
            _task.c.state == TaskState.OPEN,
            _task.c.claim_token == token,
            _task.c.holder == actor,
        )
        .values(holder="", claim_token=None, version=_task.c.version + 1)
    )
    if not db.session.connection().execute(freed).rowcount:
        if find(instance_id, task_id).state != TaskState.OPEN:
            raise TaskNotOpen()
        raise WrongClaimToken()


def find(instance_id: UUID, task_id: UUID) -> Row[Any]:
    """The row of a task; raises TaskNotFound."""
    key = {"of_instance": instance_id, "of_task": task_id}
    found: Row[Any] | None = db.session.connection().execute(_FIND, key).one_or_none()
    if found is None:
        raise TaskNotFound()
    return found


def require_completable(task: Row[Any], token: UUID | None, actor: str) -> None:
    """Raise unless this actor may complete the task now; the instance must be locked."""
    if task.state != TaskState.OPEN:
        raise TaskNotOpen()
    if task.assignee not in {"", actor}:
        raise TaskNotYours()
    if task.holder == actor:
        if task.claim_token != token:
            raise WrongClaimToken()
    elif task.holder or not task.assignee:
        raise WrongClaimToken() if token is not None else TaskNotYours()


def schedule(instance_id: UUID, task_id: UUID, values: Mapping[str, datetime | None]) -> None:
    """Set due and follow-up moments of an open task."""
    changed = (
        update(_task)
        .where(*_key(instance_id, task_id), _task.c.state == TaskState.OPEN)
        .values(**values, version=_task.c.version + 1)
    )
    if not db.session.connection().execute(changed).rowcount:
        find(instance_id, task_id)
        raise TaskNotOpen()


def _key(instance_id: UUID, task_id: UUID) -> tuple[Any, Any]:
    return _task.c.instance_id == instance_id, _task.c.id == task_id
