"""User tasks between their opening and their end: who holds one, and until when it is due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Row, String, bindparam, case, not_, or_, select, update

from core.database import db
from engine.errors import (
    SamePerson,
    TaskAlreadyClaimed,
    TaskDelegated,
    TaskNotFound,
    TaskNotOpen,
    TaskNotYours,
    WrongClaimToken,
)
from engine.models import DelegationState, Task, TaskState
from engine.separation import barred

_task: Any = Task.__table__
_UNDELEGATED = {"owner": "", "delegation": DelegationState.NONE}
_FIND = select(_task).where(
    _task.c.instance_id == bindparam("of_instance"), _task.c.id == bindparam("of_task")
)
_FIND_FOR = _FIND.add_columns(barred(bindparam("person", type_=String())).label("barred"))


def claim(instance_id: UUID, task_id: UUID, actor: str) -> UUID:
    """See `operations.claim`."""
    token = uuid4()
    held, delegated = _task.c.holder == actor, _task.c.owner == actor
    free = or_(_task.c.holder == "", held, delegated)
    mine = or_(_task.c.assignee == "", _task.c.assignee == actor, held)
    taken = (
        update(_task)
        .where(
            *_key(instance_id, task_id),
            _task.c.state == TaskState.OPEN,
            free,
            mine,
            not_(barred(actor)),
        )
        .values(
            holder=actor, claim_token=token, version=_task.c.version + 1, **_kept_by_others(actor)
        )
    )
    if not db.session.connection().execute(taken).rowcount:
        _refuse(find_for(instance_id, task_id, actor), actor)
    return token


def _refuse(task: Row[Any], actor: str) -> None:
    """Say why a task could not be claimed."""
    if task.state != TaskState.OPEN:
        raise TaskNotOpen()
    if task.assignee not in {"", actor}:
        raise TaskNotYours()
    if task.barred:
        raise SamePerson()
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
            _task.c.delegation != DelegationState.PENDING,
        )
        .values(holder="", claim_token=None, version=_task.c.version + 1, **_UNDELEGATED)
    )
    if not db.session.connection().execute(freed).rowcount:
        refuse_holder(find(instance_id, task_id), token, actor)
        raise TaskDelegated()


def refuse_holder(task: Row[Any], token: UUID, actor: str) -> None:
    """Raise unless this actor holds the open task under this token."""
    if task.state != TaskState.OPEN:
        raise TaskNotOpen()
    if task.holder != actor or task.claim_token != token:
        raise WrongClaimToken()


def change(
    instance_id: UUID, task_id: UUID, *conditions: ColumnElement[bool], **values: Any
) -> bool:
    """Change an open task if the conditions hold; False when one does not."""
    changed = (
        update(_task)
        .where(*_key(instance_id, task_id), _task.c.state == TaskState.OPEN, *conditions)
        .values(**values)
    )
    return bool(db.session.connection().execute(changed).rowcount)


def find(instance_id: UUID, task_id: UUID) -> Row[Any]:
    """The row of a task; raises TaskNotFound."""
    key = {"of_instance": instance_id, "of_task": task_id}
    found: Row[Any] | None = db.session.connection().execute(_FIND, key).one_or_none()
    if found is None:
        raise TaskNotFound()
    return found


def find_for(instance_id: UUID, task_id: UUID, person: str) -> Row[Any]:
    """The row of a task, and whether it is `barred` to this person; raises TaskNotFound."""
    key = {"of_instance": instance_id, "of_task": task_id, "person": person}
    found: Row[Any] | None = db.session.connection().execute(_FIND_FOR, key).one_or_none()
    if found is None:
        raise TaskNotFound()
    return found


def require_completable(task: Row[Any], token: UUID | None, actor: str) -> None:
    """Raise unless this actor may complete the task, found for him; the instance must be locked."""
    if task.state != TaskState.OPEN:
        raise TaskNotOpen()
    if task.holder == actor:
        if task.claim_token != token:
            raise WrongClaimToken()
        if task.delegation == DelegationState.PENDING:
            raise TaskDelegated()
    elif task.assignee not in {"", actor}:
        raise TaskNotYours()
    elif task.holder or not task.assignee:
        raise WrongClaimToken() if token is not None else TaskNotYours()
    if task.barred:
        raise SamePerson()


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


def _kept_by_others(actor: str) -> dict[str, Any]:
    """Who delegated a task and claims it has taken it back; else whose it is stays."""
    own = _task.c.owner == actor
    return {
        "owner": case((own, ""), else_=_task.c.owner),
        "delegation": case((own, DelegationState.NONE), else_=_task.c.delegation),
    }


def _key(instance_id: UUID, task_id: UUID) -> tuple[Any, Any]:
    return _task.c.instance_id == instance_id, _task.c.id == task_id
