"""What each completed task was answered, by the history: a process keeps only the last of a form."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.database import db
from engine.history import SPAN
from engine.machine.state import decode
from engine.models import History, HistoryKind, Task, TaskState
from engine.queries import EVERYTHING, variables

Answers = Mapping[str, Any]
_history: Any = History.__table__
_task: Any = Task.__table__
_TOLD = (HistoryKind.TASK_COMPLETED, HistoryKind.VARIABLES_CHANGED)


def answers_by_task(instance_id: UUID) -> dict[UUID, Answers]:
    """The answers of each completed task of an instance that has a form.

    Answers that changed nothing are those of the same form before. Where the history tells nothing
    (erased, too long, or from before there was one), they are the last ones that the process keeps.
    """
    forms = _forms_of(instance_id)
    found = {task_id: told for task_id, told in _told(instance_id, forms) if told is not None}
    if len(found) < len(forms):
        kept = variables(instance_id, visible_to=EVERYTHING)
        for task_id in forms.keys() - found.keys():
            found[task_id] = kept.get(forms[task_id][1]) or {}
    return found


def _forms_of(instance_id: UUID) -> dict[UUID, tuple[str, str]]:
    """Element and form of each completed task."""
    query = select(_task.c.id, _task.c.element_id, _task.c.form_key).where(
        _task.c.instance_id == instance_id,
        _task.c.state == TaskState.COMPLETED,
        _task.c.form_key != "",
    )
    return {row.id: (row.element_id, row.form_key) for row in db.session.execute(query)}


def _told(
    instance_id: UUID, forms: Mapping[UUID, tuple[str, str]]
) -> Iterator[tuple[UUID, Answers | None]]:
    latest: dict[str, Answers] = {}
    for entries in _steps(instance_id):
        changed = dict(_changes(entries))
        for task_id in _completed(entries):
            if task_id in forms:
                form = forms[task_id][1]
                latest |= {form: changed[forms[task_id]]} if forms[task_id] in changed else {}
                yield task_id, latest.get(form)


def _steps(instance_id: UUID) -> Iterator[list[Any]]:
    """The entries of each step, in order."""
    query = (
        select(_history)
        .where(_history.c.instance_id == instance_id, _history.c.kind.in_(_TOLD))
        .order_by(_history.c.seq)
    )
    for _, entries in groupby(db.session.execute(query), key=lambda row: row.seq // SPAN):
        yield list(entries)


def _completed(entries: list[Any]) -> Iterator[UUID]:
    return (UUID(row.details["task"]) for row in entries if row.kind == HistoryKind.TASK_COMPLETED)


def _changes(entries: list[Any]) -> Iterator[tuple[tuple[str, str], Answers]]:
    """What an element changed of a variable that holds answers."""
    for row in entries:
        if row.kind == HistoryKind.VARIABLES_CHANGED and row.contents is not None:
            for name, change in decode(row.contents).items():
                if isinstance(change.get("new"), dict):
                    yield (row.element_id, name), change["new"]
