"""The kind of job that works through an import: some rows at a time, each in its own transaction.

A worker may die anywhere: a row and what it made are committed together, so the next worker goes on
with the rows that are still in the state before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from accounts import queries as accounts
from accounts.actor import Actor
from core.database import db, reading, transaction
from core.errors import MotcuaError
from engine.errors import JobFailed
from engine.jobs.kinds import JobCall, JobPolicy
from engine.runtime import Runtime, current_runtime
from importing import rows
from importing.models import ImportRow, ImportRun, ImportState, RowState
from importing.operations import KIND, MAKE, RELEASE, TAKE_BACK
from importing.sorts import sort_of

BATCH: Final = 100
POLICY: Final = JobPolicy(lease=30.0)


@dataclass(frozen=True)
class _Course:
    """What is done to rows in a state, where the import is then, and what became of refused rows."""

    deed: rows.Deed
    before: RowState
    after: ImportState
    refused: RowState
    backwards: bool = False


COURSES: Final = {
    MAKE: _Course(rows.make, RowState.WAITING, ImportState.IMPORTED, RowState.FAILED),
    RELEASE: _Course(rows.release, RowState.MADE, ImportState.RELEASED, RowState.MADE),
    TAKE_BACK: _Course(
        rows.take_back, RowState.MADE, ImportState.TAKEN_BACK, RowState.MADE, backwards=True
    ),
}


def install(runtime: Runtime) -> None:
    """Let workers work through imports."""
    runtime.on_job(KIND, _work, POLICY, record=_go_on)


def _work(call: JobCall) -> Mapping[str, Any]:
    """Do the next rows; `behind` is the last one done, None at the end."""
    course, import_id = COURSES[call.payload["deed"]], UUID(call.payload["import"])
    with reading():
        numbers = _next(import_id, course, call.payload["behind"])
        by = accounts.actor(call.payload["by"])
    if by is None:
        raise JobFailed("who asked for this has no account any more", retryable=False)
    for number in numbers:
        _do(import_id, number, course, by)
    return {"behind": numbers[-1] if len(numbers) == BATCH else None}


def _next(import_id: UUID, course: _Course, behind: int | None) -> list[int]:
    number = ImportRow.number
    query = select(number).where(ImportRow.import_id == import_id, ImportRow.state == course.before)
    if behind is not None:
        query = query.where(number < behind if course.backwards else number > behind)
    order = number.desc() if course.backwards else number
    return list(db.session.scalars(query.order_by(order).limit(BATCH)))


def _do(import_id: UUID, number: int, course: _Course, by: Actor) -> None:
    try:
        with transaction():
            _deed(import_id, number, course, by)
    except (MotcuaError, rows.RowRefused) as error:
        problems = rows.told(error)
        with transaction():
            row = rows.locked_row(import_id, number)
            if row.state is course.before:
                row.state, row.problems = course.refused, problems


def _deed(import_id: UUID, number: int, course: _Course, by: Actor) -> None:
    """Do it, unless another worker was faster."""
    row = rows.locked_row(import_id, number)
    if row.state is not course.before:
        return
    run = db.session.get_one(ImportRun, import_id)
    row.problems = []
    course.deed(run, row, sort_of(run.sort, run.service), by)


def _go_on(call: JobCall, result: Mapping[str, Any] | None) -> None:
    """Make the next job with the transaction that ends this one, or end the course."""
    import_id, behind = UUID(call.payload["import"]), (result or {}).get("behind")
    if behind is not None:
        current_runtime().enqueue(KIND, import_id, {**call.payload, "behind": behind})
        return
    course = COURSES[call.payload["deed"]]
    run = db.session.get_one(ImportRun, import_id, with_for_update=True, populate_existing=True)
    run.state = course.after
    if course.after is not ImportState.IMPORTED and _left(import_id):
        run.state, run.ended_by, run.ended_at = ImportState.IMPORTED, None, None


def _left(import_id: UUID) -> int:
    left = select(func.count()).where(
        ImportRow.import_id == import_id, ImportRow.state == RowState.MADE
    )
    return db.session.scalar(left) or 0
