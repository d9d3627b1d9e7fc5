"""Handing a task on, and the answers saved on the way.

Somebody who holds a task may delegate it: another one does a part and hands it back, and only who
delegated it completes it. A leader may give it to anybody, or back to its queue. The draft belongs to
the task, not to a person: whoever holds it next goes on from there; it goes when the task ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import and_, case, not_, or_

from core.clock import now
from engine import history, tasks
from engine.errors import (
    DraftChanged,
    SamePerson,
    TaskChanged,
    TaskDelegated,
    TaskNotDelegated,
    TaskNotOpen,
    TaskNotYours,
)
from engine.models import DelegationState, HistoryKind, Task, TaskState
from engine.separation import barred
from engine.step import lock_instance

_task: Any = Task.__table__
_NEWER = _task.c.version + 1


@dataclass(frozen=True)
class Draft:
    """Answers saved so far; `version` is 0 and `saved_at` None when there are none."""

    version: int
    answers: Mapping[str, Any]
    saved_by: str
    saved_at: datetime | None


def delegate(instance_id: UUID, task_id: UUID, *, to: str, token: UUID, actor: str) -> None:
    """Let somebody else work on a task that this actor holds, and hand it back.

    The token dies; the other one gets one by claiming. Raises TaskNotFound, TaskNotOpen,
    WrongClaimToken, TaskDelegated (who only helps cannot delegate further), SamePerson.
    """
    values = {"holder": to, "owner": actor, "delegation": DelegationState.PENDING}
    held = and_(_task.c.holder == actor, _task.c.claim_token == token)
    free = _task.c.delegation != DelegationState.PENDING
    lock_instance(instance_id)
    able = not_(barred(to))
    if not tasks.change(instance_id, task_id, held, free, able, **values, **_new_token()):
        tasks.refuse_holder(_found_for(instance_id, task_id, to), token, actor)
        raise TaskDelegated()
    history.record_of_task(instance_id, HistoryKind.TASK_DELEGATED, task_id, actor)


def resolve(instance_id: UUID, task_id: UUID, *, token: UUID, actor: str) -> None:
    """Hand a delegated task back to who delegated it.

    Raises TaskNotFound, TaskNotOpen, WrongClaimToken, TaskNotDelegated.
    """
    values = {"holder": _task.c.owner, "delegation": DelegationState.RESOLVED}
    held = and_(_task.c.holder == actor, _task.c.claim_token == token)
    pending = _task.c.delegation == DelegationState.PENDING
    lock_instance(instance_id)
    if not tasks.change(instance_id, task_id, held, pending, **values, **_new_token()):
        tasks.refuse_holder(tasks.find(instance_id, task_id), token, actor)
        raise TaskNotDelegated()
    history.record_of_task(instance_id, HistoryKind.TASK_RESOLVED, task_id, actor)


def reassign(
    instance_id: UUID, task_id: UUID, *, to: str | None, seen_version: int, actor: str
) -> None:
    """Give a task to somebody, or back to its queue (None), whoever holds it; old tokens die.

    Raises TaskNotFound, TaskNotOpen, SamePerson, TaskChanged when it is not as it was seen.
    """
    assigned = case((_task.c.assignee != "", to or ""), else_="")
    values: dict[str, Any] = {"holder": to or "", "assignee": assigned, "owner": ""}
    values |= {"delegation": DelegationState.NONE, **_new_token()}
    if to is None:
        values["claim_token"] = None
    conditions = [_task.c.version == seen_version, *([not_(barred(to))] if to else [])]
    lock_instance(instance_id)
    if not tasks.change(instance_id, task_id, *conditions, **values):
        _require_open(instance_id, task_id)
        _found_for(instance_id, task_id, to)
        raise TaskChanged()
    history.record_of_task(instance_id, HistoryKind.TASK_REASSIGNED, task_id, actor)


def save_draft(
    instance_id: UUID,
    task_id: UUID,
    answers: Mapping[str, Any],
    *,
    seen_version: int,
    actor: str,
) -> int:
    """Keep unfinished answers (JSON values) with a task; returns their version.

    `seen_version` is that of the draft they were made from, 0 for none. Raises TaskNotFound,
    TaskNotOpen, TaskNotYours, and DraftChanged with the newer draft.
    """
    values = {"draft": dict(answers), "draft_version": seen_version + 1}
    values |= {"draft_by": actor, "draft_at": now()}
    assigned = and_(_task.c.holder == "", _task.c.assignee == actor)
    held = or_(_task.c.holder == actor, assigned)
    seen = _task.c.draft_version == seen_version
    if not tasks.change(instance_id, task_id, held, seen, **values):
        task = _require_open(instance_id, task_id)
        if actor != (task.holder or task.assignee):
            raise TaskNotYours()
        raise DraftChanged(_draft(task))
    return seen_version + 1


def draft_of(instance_id: UUID, task_id: UUID) -> Draft:
    """The draft of a task, or none; whether its reader may see it is the caller's affair."""
    return _draft(tasks.find(instance_id, task_id))


def _require_open(instance_id: UUID, task_id: UUID) -> Any:
    task = tasks.find(instance_id, task_id)
    if task.state != TaskState.OPEN:
        raise TaskNotOpen()
    return task


def _found_for(instance_id: UUID, task_id: UUID, person: str | None) -> Any:
    """The task's row; raises SamePerson if it must not come into these hands."""
    task = tasks.find_for(instance_id, task_id, person or "")
    if person and task.barred:
        raise SamePerson()
    return task


def _draft(task: Any) -> Draft:
    return Draft(task.draft_version, task.draft or {}, task.draft_by, task.draft_at)


def _new_token() -> dict[str, Any]:
    return {"claim_token": uuid4(), "version": _NEWER}
