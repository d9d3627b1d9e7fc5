"""Turns the effects of a step into rows and events, with few statements whatever their number."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, insert, update

from core.clock import now
from core.database import db
from core.ids import new_id
from engine.collected import Collected
from engine.events import ElementEntered, EngineEvent, IncidentRaised, TaskCreated, TaskEnded
from engine.fingerprints import fingerprint
from engine.history import ONLY_NOTED, Log
from engine.jobs.kinds import SIGNAL, TIMER, JobPolicy
from engine.jobs.table import NewJob, add_jobs, drop_jobs_of
from engine.machine.effects import Effect, Entered, TaskOpened, Wait
from engine.machine.state import encode
from engine.models import Incident, Subscription, Task, TaskGroup, TaskState
from engine.runtime import Runtime

_task: Any = Task.__table__
_group: Any = TaskGroup.__table__
_incident: Any = Incident.__table__
_subscription: Any = Subscription.__table__
_END_TASK = (
    update(_task)
    .where(_task.c.instance_id == bindparam("of_instance"), _task.c.id == bindparam("of_task"))
    .values(version=_task.c.version + 1)
)


def _deletion(table: Any, column: str) -> Any:
    """Built once: making a statement costs more than running it."""
    chosen = table.c[column].in_(bindparam("values", expanding=True))
    return delete(table).where(table.c.instance_id == bindparam("of_instance"), chosen)


_DROP_GROUPS = _deletion(_group, "task_id")
_CLOSE_SUBSCRIPTIONS = (
    update(_subscription)
    .where(
        _subscription.c.instance_id == bindparam("of_instance"),
        _subscription.c.token.in_(bindparam("values", expanding=True)),
        _subscription.c.closed_at.is_(None),
    )
    .values(closed_at=bindparam("moment"))
)
_DROP_INCIDENTS = _deletion(_incident, "id")
_NEW = {table: insert(table) for table in (_task, _group, _incident, _subscription)}


@dataclass
class Projection:
    """The rows and events of one instance during one step."""

    instance_id: UUID
    business_key: str
    runtime: Runtime
    collected: Collected = field(default_factory=Collected)
    log: Log = field(default_factory=Log)

    def absorb(self, effects: Iterable[Effect]) -> None:
        """Take note of effects; that an element was reached is told at once."""
        for effect in effects:
            self.log.note(effect)
            if isinstance(effect, Entered):
                self._tell(
                    ElementEntered,
                    effect.element_id,
                    effect.element_name,
                    effect.attributes,
                    effect.via,
                )
            elif type(effect) not in ONLY_NOTED:
                self.collected.note(effect)

    def flush(self) -> list[Subscription]:
        """Write what was collected, then tell it; returns the subscriptions that were opened."""
        noted, self.collected = self.collected, Collected(ended=self.collected.ended)
        self._write_closings(noted)
        self._write_tasks(noted)
        # Who began to wait in the step that gives a signal waits for it: ids tell what came first.
        opened = self._write_subscriptions(noted)
        self._write_jobs(noted)
        self._write_incidents(noted)
        self._tell_all(noted)
        return opened

    # --- rows

    def _write_closings(self, noted: Collected) -> None:
        if noted.closed_tasks:
            self._end_tasks(noted)
        if noted.dropped_jobs:
            drop_jobs_of(self.instance_id, noted.dropped_jobs)
        if noted.dropped_waits:
            self._close_subscriptions(noted.dropped_waits)
        if noted.closed_incidents:
            self._delete(_DROP_INCIDENTS, noted.closed_incidents)

    def _delete(self, deletion: Any, values: Iterable[Any]) -> None:
        _execute(deletion, {"of_instance": self.instance_id, "values": list(values)})

    def _close_subscriptions(self, tokens: Iterable[int]) -> None:
        values = {"of_instance": self.instance_id, "values": list(tokens), "moment": now()}
        _execute(_CLOSE_SUBSCRIPTIONS, values)

    def _end_tasks(self, noted: Collected) -> None:
        moment = now()
        rows = [
            {
                "of_instance": self.instance_id,
                "of_task": closed.task_id,
                "state": TaskState.COMPLETED if closed.completed else TaskState.CANCELLED,
                "ended_at": moment,
                "claim_token": None,
                "draft": None,
            }
            for closed in noted.closed_tasks
        ]
        _execute(_END_TASK, rows)
        self._delete(_DROP_GROUPS, [closed.task_id for closed in noted.closed_tasks])

    def _write_tasks(self, noted: Collected) -> None:
        moment = now()
        _insert(_task, [self._task_row(task, moment) for task in noted.tasks.values()])
        groups = [
            {"instance_id": self.instance_id, "task_id": task.task_id, "group_name": group}
            for task in noted.tasks.values()
            for group in task.candidate_groups
        ]
        _insert(_group, groups)

    def _task_row(self, task: TaskOpened, moment: datetime) -> dict[str, Any]:
        return {
            "instance_id": self.instance_id,
            "id": task.task_id,
            "token": task.token,
            "element_id": task.element_id,
            "name": task.name,
            "form_key": task.form_key,
            "candidate_groups": list(task.candidate_groups),
            "assignee": task.assignee,
            "priority": task.priority,
            "due_at": task.due_at,
            "follow_up_at": task.follow_up_at,
            "attributes": dict(task.attributes),
            "state": TaskState.OPEN,
            "holder": "",
            "claim_token": None,
            "version": 1,
            "created_at": moment,
            "ended_at": None,
        }

    def _write_jobs(self, noted: Collected) -> None:
        jobs = [*self._service_jobs(noted), *self._timers(noted), *self._signals(noted)]
        if jobs:
            add_jobs(self.instance_id, jobs)
            self.runtime.wake_after_commit()

    def _service_jobs(self, noted: Collected) -> Iterable[tuple[NewJob, JobPolicy]]:
        for opened in noted.jobs.values():
            job = NewJob(
                opened.kind,
                token=opened.token,
                element_id=opened.element_id,
                id=opened.job_id,
                max_attempts=opened.retries,
            )
            yield job, self.runtime.job_kind(opened.kind).policy

    def _timers(self, noted: Collected) -> Iterable[tuple[NewJob, JobPolicy]]:
        for token, wait in noted.timers():
            job = NewJob(
                TIMER,
                {"branch": wait.branch},
                due_at=wait.due_at,
                token=token,
                element_id=wait.element_id,
            )
            yield job, self.runtime.job_kind(TIMER).policy

    def _signals(self, noted: Collected) -> Iterable[tuple[NewJob, JobPolicy]]:
        for signal in noted.signals:
            variables = encode(dict(signal.variables)).decode()
            job = NewJob(SIGNAL, {"name": signal.name, "variables": variables})
            yield job, self.runtime.job_kind(SIGNAL).policy

    def _write_subscriptions(self, noted: Collected) -> list[Subscription]:
        moment = now()
        rows = [
            self._subscription_row(token, wait, moment) for token, wait in noted.subscriptions()
        ]
        _insert(_subscription, rows)
        return [Subscription(**row) for row in rows]

    def _subscription_row(self, token: int, wait: Wait, moment: datetime) -> dict[str, Any]:
        return {
            "instance_id": self.instance_id,
            "id": new_id(),
            "token": token,
            "branch": wait.branch,
            "kind": wait.kind,
            "name": wait.name,
            "correlation_key": wait.key,
            "element_id": wait.element_id,
            "created_at": moment,
        }

    def _write_incidents(self, noted: Collected) -> None:
        moment = now()
        rows = [
            {
                "instance_id": self.instance_id,
                "id": incident.incident_id,
                "token": incident.token,
                "element_id": incident.element_id,
                "element_name": incident.element_name,
                "message": incident.message,
                "fingerprint": fingerprint(incident.element_id, incident.message),
                "raised_at": moment,
            }
            for incident in noted.incidents.values()
        ]
        _insert(_incident, rows)

    # --- events

    def _tell_all(self, noted: Collected) -> None:
        for closed in noted.closed_tasks:
            self._tell(TaskEnded, closed.task_id, closed.element_id, closed.completed)
        for task in noted.tasks.values():
            self._tell(TaskCreated, task.task_id, task.element_id, task.attributes)
        for incident in noted.incidents.values():
            self._tell(IncidentRaised, incident.incident_id, incident.element_id, incident.message)

    def _tell(self, event: Callable[..., EngineEvent], *details: Any) -> None:
        self.runtime.tell(event(self.instance_id, self.business_key, *details))


def _insert(table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        _execute(_NEW[table], rows)


def _execute(statement: Any, rows: list[dict[str, Any]] | dict[str, Any]) -> None:
    db.session.connection().execute(statement, rows)
