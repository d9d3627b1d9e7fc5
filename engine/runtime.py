"""Where the rest of the house plugs in: kinds of jobs, actions, and subscribers to events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from flask import current_app

from core.database import after_commit
from engine.errors import UnknownKind
from engine.events import EngineEvent
from engine.jobs.kinds import ActionHandler, JobHandler, JobKind, JobPolicy, JobRecorder
from engine.jobs.leases import Leases
from engine.jobs.notices import notify
from engine.jobs.prospects import Prospects
from engine.jobs.table import NewJob, add_job, hasten
from engine.jobs.waking import Wake

EXTENSION = "motcua.engine"
Subscriber = Callable[[EngineEvent], None]


def _ignore(_seconds: float) -> None:
    """Steps are timed for nobody."""


class Working(Protocol):
    """The threads of this process that work jobs."""

    def is_alive(self) -> bool:
        """Whether any of them still runs."""


@dataclass
class Runtime:
    """The engine of one application."""

    embedded_workers: int = 0
    job_notifications: bool = True
    external: frozenset[str] = frozenset()
    jobs: dict[str, JobKind] = field(default_factory=dict)
    actions: dict[str, ActionHandler] = field(default_factory=dict)
    subscribers: list[Subscriber] = field(default_factory=list)
    wake: Wake = field(default_factory=Wake)
    leases: Leases = field(default_factory=Leases)
    prospects: Prospects = field(default_factory=Prospects)
    note_step: Callable[[float], None] = _ignore
    dispatcher: Working | None = None

    def on_job(
        self,
        kind: str,
        handler: JobHandler | None,
        policy: JobPolicy | None = None,
        record: JobRecorder | None = None,
    ) -> None:
        """Work jobs of this kind by `handler`, outside any transaction.

        The mapping it returns becomes process variables. It raises `JobFailed` or `BpmnError`;
        anything else counts as a failure worth another try. `record` runs after it, inside the
        transaction that completes the job: for rows that must be there exactly when it is done.
        A kind that the installation gives to programs outside is never worked by its handler.
        """
        self.jobs[kind] = JobKind(handler, record, policy or JobPolicy(), kind in self.external)

    def on_action(self, kind: str, handler: ActionHandler) -> None:
        """Do service tasks of this kind inside the step, by database work of our own."""
        self.actions[kind] = handler

    def subscribe(self, callback: Subscriber) -> None:
        """Tell every event of the engine to `callback`, inside the transaction it happens in."""
        self.subscribers.append(callback)

    def tell(self, event: EngineEvent) -> None:
        """Hand an event to the subscribers, in the order in which they subscribed."""
        for subscriber in self.subscribers:
            subscriber(event)

    def knows(self, kind: str) -> bool:
        """Whether a service task may name this kind."""
        return kind in self.jobs or kind in self.actions

    def own_kinds(self) -> list[str]:
        """The kinds that workers of the house work."""
        return [name for name, kind in self.jobs.items() if not kind.external]

    def job_kind(self, kind: str) -> JobKind:
        """What is registered for a kind of job; raises UnknownKind."""
        found = self.jobs.get(kind)
        if found is None:
            raise UnknownKind(kind=kind)
        return found

    def enqueue(
        self,
        kind: str,
        instance_id: UUID,
        payload: Mapping[str, Any],
        due_at: datetime | None = None,
        idempotency_key: str | None = None,
    ) -> UUID:
        """Put a free-standing job into the open transaction; returns its id.

        A second job of the instance with the same idempotency key is not added while the first is
        unfinished: the first one's id comes back. Raises UnknownKind.
        """
        policy = self.job_kind(kind).policy
        job = NewJob(kind, payload=payload, due_at=due_at, idempotency_key=idempotency_key)
        job_id = add_job(instance_id, job, policy)
        self.wake_after_commit()
        return job_id

    def hasten(self, instance_id: UUID, job_id: UUID) -> None:
        """Let a job that waits for somebody outside be worked at once."""
        hasten(instance_id, job_id)
        self.wake_after_commit()

    def wake_after_commit(self) -> None:
        """Let dispatchers, here and elsewhere, look for work once the open transaction is durable."""
        after_commit(self.wake.set)
        if self.job_notifications:
            notify()


def current_runtime() -> Runtime:
    """The engine of the current application."""
    found: Runtime = current_app.extensions[EXTENSION]
    return found
