"""Writes down what became of tasks, jobs, timers, subscriptions and incidents of an instance."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update

from core.clock import now
from core.database import db
from engine.errors import ElementFailed, MigrationRefused
from engine.jobs.kinds import DELIVER, TIMER
from engine.machine.activities import ServiceTask, UserTask
from engine.machine.effects import TaskOpened, Wait
from engine.machine.variables import visible
from engine.migration.pairs import changes
from engine.migration.plan import Renewal
from engine.migration.remarks import Remark, remark
from engine.migration.translation import Moved
from engine.models import Incident, Job, Subscription, Task, TaskGroup

_task: Any = Task.__table__
_group: Any = TaskGroup.__table__
_job: Any = Job.__table__
_incident: Any = Incident.__table__
_subscription: Any = Subscription.__table__

# Which remark on a pair of tasks lets which columns be taken over.
_COLUMNS: Mapping[Renewal, tuple[str, ...]] = {
    Renewal.NAME: ("name",),
    Renewal.FORM: ("form_key",),
    Renewal.PEOPLE: ("candidate_groups", "assignee"),
    Renewal.LIMITS: ("due_at", "follow_up_at"),
}
_CODES = {
    "form-changed": Renewal.FORM,
    "people-changed": Renewal.PEOPLE,
    "limit-changed": Renewal.LIMITS,
}


def rewrite(instance_id: UUID, moved: Sequence[Moved], renew: frozenset[Renewal]) -> None:
    """Bring the rows of an instance in line with its tokens.

    Raises MigrationRefused when a message is under way to an event that is gone, or when a task
    cannot be computed anew.
    """
    _rewrite_waits(instance_id, [each for each in moved if _waits_differ(each)])
    _rewrite_tasks(instance_id, moved, renew)
    renamed = [each for each in moved if each.old.name != each.new.name]
    _update(_job, instance_id, [row for each in renamed for row in _job_row(each)])
    incidents = [each for each in moved if "incident" in each.token.internal_data]
    _update(_incident, instance_id, [_incident_row(each) for each in incidents])


# --- tasks


def _rewrite_tasks(instance_id: UUID, moved: Iterable[Moved], renew: frozenset[Renewal]) -> None:
    against: list[Remark] = []
    for each in moved:
        if not isinstance(each.new, UserTask) or "row" not in each.token.internal_data:
            continue
        try:
            values = task_values(each, each.new, renew)
        except ElementFailed as failure:
            against.append(remark("not-computable", each.old.name, message=str(failure)))
            continue
        if values:
            _rewrite_task(instance_id, UUID(each.token.internal_data["row"]), values)
    if against:
        raise MigrationRefused(against)


def task_values(each: Moved, new: UserTask, renew: frozenset[Renewal]) -> dict[str, Any]:
    """The columns of an open task that change; raises ElementFailed."""
    asked = {_CODES[each.code] for each in changes(each.old, new) if each.code in _CODES} & renew
    old, drawn = each.old.element, new.element
    values: dict[str, Any] = {}
    if old.id != drawn.id:
        values["element_id"] = drawn.id
    if dict(old.attributes) != dict(drawn.attributes):
        values["attributes"] = dict(drawn.attributes)
    if Renewal.NAME in renew and (old.name or old.id) != (drawn.name or drawn.id):
        values["name"] = drawn.name or drawn.id
    if asked:
        opened = new.opened(each.token, visible(each.token))
        values |= {name: _column(opened, name) for kind in asked for name in _COLUMNS[kind]}
    return values


def _column(opened: TaskOpened, name: str) -> Any:
    value = getattr(opened, name)
    return list(value) if isinstance(value, tuple) else value


def _rewrite_task(instance_id: UUID, task_id: UUID, values: Mapping[str, Any]) -> None:
    mine = (_task.c.instance_id == instance_id, _task.c.id == task_id)
    changed = update(_task).where(*mine).values(**values, version=_task.c.version + 1)
    _execute(changed)
    if "candidate_groups" not in values:
        return
    theirs = (_group.c.instance_id == instance_id, _group.c.task_id == task_id)
    _execute(delete(_group).where(*theirs))
    rows = [
        {"instance_id": instance_id, "task_id": task_id, "group_name": name}
        for name in values["candidate_groups"]
    ]
    if rows:
        _execute(insert(_group), rows)


# --- jobs and incidents


def _job_row(each: Moved) -> Iterator[dict[str, Any]]:
    row = each.token.internal_data.get("row")
    if row is not None and isinstance(each.new, ServiceTask):
        yield {"of_row": UUID(row), "element_id": each.new.name}


def _incident_row(each: Moved) -> dict[str, Any]:
    drawn = each.new.element
    identity = UUID(each.token.internal_data["incident"]["id"])
    return {"of_row": identity, "element_id": drawn.id, "element_name": drawn.name}


# --- timers and subscriptions


def _waits_differ(each: Moved) -> bool:
    return any(before != after for before, after in each.waits)


def _rewrite_waits(instance_id: UUID, moved: Sequence[Moved]) -> None:
    if not moved:
        return
    after: dict[tuple[int, int], Wait | None] = {
        (each.token.id, wait.branch): kept for each in moved for wait, kept in each.waits
    }
    names = {each.token.id: each.old.name for each in moved}
    _rewrite_jobs(instance_id, after, names)
    waiting = select(_subscription.c.id, _subscription.c.token, _subscription.c.branch).where(
        _subscription.c.instance_id == instance_id,
        _subscription.c.token.in_(list(names)),
        _subscription.c.closed_at.is_(None),
    )
    rows = _execute(waiting).all()
    kept = [(row.id, after.get((row.token, row.branch))) for row in rows]
    going_on = [
        {"of_row": identity, "branch": wait.branch, "element_id": wait.element_id}
        for identity, wait in kept
        if wait is not None
    ]
    over = [{"of_row": identity, "closed_at": now()} for identity, wait in kept if wait is None]
    _update(_subscription, instance_id, going_on)
    _update(_subscription, instance_id, over)


def _rewrite_jobs(
    instance_id: UUID,
    after: Mapping[tuple[int, int], Wait | None],
    names: Mapping[int, str],
) -> None:
    """Timers, and deliveries that are on their way."""
    open_jobs = select(_job.c.id, _job.c.token, _job.c.kind, _job.c.payload).where(
        _job.c.instance_id == instance_id,
        _job.c.token.in_(list(names)),
        _job.c.kind.in_([TIMER, DELIVER]),
    )
    changed, over = [], []
    for row in _execute(open_jobs).all():
        wait = after.get((row.token, row.payload.get("branch", 0)))
        if wait is not None:
            payload = {**row.payload, "branch": wait.branch}
            changed.append({"of_row": row.id, "payload": payload, "element_id": wait.element_id})
        elif row.kind == DELIVER:
            raise MigrationRefused([remark("under-way", names[row.token])])
        else:
            over.append(row.id)
    _update(_job, instance_id, changed)
    if over:
        _execute(delete(_job).where(_job.c.instance_id == instance_id, _job.c.id.in_(over)))


# --- statements


def _update(table: Any, instance_id: UUID, rows: list[dict[str, Any]]) -> None:
    """Change some rows of an instance by their `of_row`; all have the same columns."""
    if rows:
        mine = (table.c.instance_id == instance_id, table.c.id == bindparam("of_row"))
        _execute(update(table).where(*mine), rows)


def _execute(statement: Any, rows: list[dict[str, Any]] | None = None) -> Any:
    return db.session.connection().execute(statement, rows)
