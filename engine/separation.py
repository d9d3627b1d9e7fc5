"""Separation of duties: whose hands a task must not come into, as its model demands.

`differentFrom` names user tasks: who completed one of them in this instance must not do this one. At a
call activity it binds every user task of the called process.
`distinctPeople` stands at a repeated user task: everybody does at most one of its runs. It is answered
by the rows of the instance's tasks, so it holds in the very statement that changes a task.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_

from engine.machine.activities import DIFFERENT_FROM, DISTINCT_PEOPLE
from engine.models import Task, TaskState

_task: Any = Task.__table__
_other: Any = _task.alias("other_task")


def barred(person: ColumnElement[str] | str) -> ColumnElement[bool]:
    """Whether the task of the statement around must not come into the hands of this person."""
    named, round_ = _attribute(_task, DIFFERENT_FROM), _attribute(_task, DISTINCT_PEOPLE)
    worker = func.coalesce(func.nullif(_other.c.holder, ""), _other.c.assignee)
    done = _other.c.state == TaskState.COMPLETED
    before = and_(done, _names(named, _other.c.element_id))
    beside = and_(
        _other.c.id != _task.c.id,
        _attribute(_other, DISTINCT_PEOPLE) == round_,
        or_(done, _other.c.state == TaskState.OPEN),
    )
    hands = exists().where(
        _other.c.instance_id == _task.c.instance_id,
        or_(worker == person, _other.c.owner == person),
        or_(before, beside),
    )
    return and_(or_(named.is_not(None), round_.is_not(None)), hands.correlate(_task))


def _attribute(table: Any, name: str) -> ColumnElement[str]:
    found: ColumnElement[str] = table.c.attributes[name].as_string()
    return found


def _names(words: ColumnElement[str], word: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a word is one of several with blanks between them."""
    padded = literal(" ").concat(words).concat(" ")
    return func.replace(padded, literal(" ").concat(word).concat(" "), "") != padded
