"""Giving a new task to somebody, where the rule of its queue says so.

It happens in the transaction in which the task is made. The queue's row is locked meanwhile: of two
tasks at the same moment each sees what became of the other. Who is away is passed over, and so is
who must not have the task: his own case, or one in which he has done what another one must do.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from accounts import queries as accounts
from accounts.actor import SYSTEM
from accounts.models import Queue
from accounts.policy import Action
from accounts.substitutes import away
from accounts.work_rules import WorkRule, rules_in
from core.clock import today
from core.database import db
from dossiers.audit import DossierTag
from dossiers.models import Proceeding
from dossiers.operations.journal import record
from dossiers.operations.locking import hold_row
from dossiers.queries import TaskItem, find_task
from engine import operations as engine
from engine.errors import SamePerson
from engine.models import Task, TaskState

_task: Any = Task.__table__


def assign(proceeding: Proceeding, task_id: UUID) -> None:
    """Give a task to whom the rule of its queue finds; it stays in the queue when nobody is left."""
    rules = rules_in(proceeding.agency_id)
    if not rules:
        return
    item = find_task(task_id, visible_to=SYSTEM)
    ruled = next((rules[name] for name in item.task.candidate_groups if name in rules), None)
    if ruled is None:
        return
    hold_row(proceeding.dossier_id)
    queue = db.session.get_one(Queue, ruled.queue_id, with_for_update=True, populate_existing=True)
    for person in _in_order(WorkRule(queue.work_rule), item, queue):
        if _given(item, person):
            queue.last_given = person
            _note_given(item, person, rule=queue.work_rule)
            return


def give_open_tasks(instance_id: UUID, person: str) -> None:
    """Give the open tasks of a process that a person (an actor's id) may work to him; others stay."""
    query = select(_task.c.id).where(
        _task.c.instance_id == instance_id, _task.c.state == TaskState.OPEN
    )
    for task_id in db.session.connection().execute(query).scalars().all():
        item = find_task(task_id, visible_to=SYSTEM)
        if _given(item, person):
            _note_given(item, person, rule="import")


def _note_given(item: TaskItem, person: str, rule: str) -> None:
    details = {"element": item.task.element_id, "to": person, "rule": rule}
    record(
        DossierTag.TASK_ASSIGNED,
        item.proceeding.dossier_id,
        actor=SYSTEM.id,
        subject=f"task:{item.task.id}",
        details=details,
    )


def _given(item: TaskItem, person: str) -> bool:
    actor = accounts.actor(person)
    if actor is None or not item.allows(actor, Action.TASK_CLAIM):
        return False
    task = item.task
    try:
        engine.reassign(
            task.instance_id, task.id, to=person, seen_version=task.version, actor=SYSTEM.id
        )
    except SamePerson:
        return False
    return True


def _in_order(rule: WorkRule, item: TaskItem, queue: Queue) -> Sequence[str]:
    """Who works the queue and is not away: actor ids, whose turn it is first."""
    gone = {f"account:{each}" for each in away(today())}
    found = accounts.staff(
        [queue.code],
        agency_id=item.proceeding.agency_id,
        unit_id=item.proceeding.unit_id,
        service=item.proceeding.service_key,
        visible_to=SYSTEM,
    )
    people = sorted(person for person, _ in found if person not in gone)
    if rule is WorkRule.ROUND_ROBIN:
        return sorted(people, key=lambda person: (person <= queue.last_given, person))
    by_load = _by_load(people)
    if rule is WorkRule.SAME_OFFICER:
        known = [person for person in _before(item) if person in people]
        return [*known, *(person for person in by_load if person not in known)]
    return by_load


def _by_load(people: Sequence[str]) -> list[str]:
    rows = db.session.connection().execute(
        select(_task.c.holder, func.count())
        .where(_task.c.state == TaskState.OPEN, _task.c.holder.in_(people))
        .group_by(_task.c.holder)
    )
    load = {row[0]: row[1] for row in rows}
    return sorted(people, key=lambda person: (load.get(person, 0), person))


def _before(item: TaskItem) -> Iterator[str]:
    """Who has completed tasks of the same dossier, the newest first."""
    rows = db.session.connection().execute(
        select(_task.c.holder, _task.c.assignee)
        .join(Proceeding, Proceeding.instance_id == _task.c.instance_id)
        .where(
            Proceeding.dossier_id == item.proceeding.dossier_id,
            _task.c.state == TaskState.COMPLETED,
        )
        .order_by(_task.c.ended_at.desc())
    )
    yield from dict.fromkeys(row.holder or row.assignee for row in rows)
