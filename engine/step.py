"""One external action on one instance: lock, restore, act, run to the next wait, write it down."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, insert, select, update

from core.clock import now
from core.database import db, remembered
from engine.correlation import mark_delivered, take_buffered
from engine.definitions import Definition, definition
from engine.errors import EntryFailed, InstanceEnded, InstanceNotFound, InstanceSuspended
from engine.events import InstanceEnded as InstanceEndedEvent
from engine.events import InstanceStarted
from engine.host import StepHost
from engine.jobs.kinds import BEGIN_NEXT, CONTINUE
from engine.jobs.table import NewJob, add_jobs
from engine.machine import state
from engine.machine.advance import Budget, advance, start
from engine.machine.effects import Happened
from engine.machine.process import Instance, ProcessSpec
from engine.models import HistoryKind, InstanceBlob, InstanceState, Job, Subscription
from engine.models import Instance as InstanceRow
from engine.projection import Projection
from engine.runtime import Runtime

BUDGET = Budget()
LARGEST_STATE = 8_000_000
_STEPPING = "engine_stepping"
_LOCKED = "locked instances"
RUNNING = frozenset({InstanceState.ACTIVE, InstanceState.SUSPENDED})

_instance: Any = InstanceRow.__table__
_blob: Any = InstanceBlob.__table__
_job: Any = Job.__table__
_subscription: Any = Subscription.__table__
_FIND = (
    select(
        _instance.c.definition_id,
        _instance.c.process_id,
        _instance.c.business_key,
        _instance.c.state.label("life"),
        _blob.c.version,
        _blob.c.state,
    )
    .join(_blob, _blob.c.instance_id == _instance.c.id)
    .where(_instance.c.id == bindparam("of_instance"))
)
# Both rows: whoever waited for the lock must not be told that an instance lives which has ended.
_LOCK = _FIND.with_for_update(of=(_blob, _instance), key_share=True)
_SAVE = (
    update(_blob)
    .where(_blob.c.instance_id == bindparam("of_instance"), _blob.c.version == bindparam("seen"))
    .values(state=bindparam("new_state"), version=_blob.c.version + 1)
)
_END = (
    update(_instance)
    .where(_instance.c.id == bindparam("of_instance"))
    .values(state=bindparam("life"), ended_at=bindparam("at"), end_reason=bindparam("reason"))
)


@dataclass(frozen=True)
class Pinned:
    """A process of a bundle."""

    definition: Definition
    spec: ProcessSpec


@dataclass(frozen=True)
class Entry:
    """At which element a process is entered, by which actor and why."""

    element_id: str
    actor: str
    reason: str


@dataclass
class Step:
    """An instance under its lock."""

    machine: Instance
    projection: Projection
    runtime: Runtime
    version: int
    definition_id: str
    suspended: bool = False

    def deliver(self, token: int, branch: int, payload: Mapping[str, Any]) -> bool:
        """Let an event happen at a token; False when it waits no longer."""
        waiting = self.machine.find(token)
        if waiting is None or "waits" not in waiting.internal_data:
            return False
        for wait in waiting.internal_data["waits"]:
            if wait.branch == branch:
                self.machine.emit(Happened(token, wait.element_id, wait.kind, wait.name))
        waiting.task_spec.deliver(waiting, branch, payload)
        return True

    def settle(self) -> None:
        """Run to the next wait or the end of the budget, and write everything down.

        A suspended instance does not run on: what it could do next waits until it is resumed.
        """
        finished = self._run()
        while buffered := self._kept_for(self.projection.flush()):
            for subscription, message in buffered:
                self._take(subscription, message)
            finished = self._run()
        self._save()
        if self.projection.collected.ended:
            self.end(InstanceState.COMPLETED, "")
        elif not finished:
            policy = self.runtime.job_kind(CONTINUE).policy
            add_jobs(self.machine.id, [(NewJob(CONTINUE), policy)])
            self.runtime.wake_after_commit()

    def _take(self, subscription: Subscription, message: Row[Any]) -> None:
        """Deliver a kept message; one that came for the other branch of a gateway stays kept."""
        if self.deliver(subscription.token, subscription.branch, state.decode(message.variables)):
            mark_delivered(message.name, message.correlation_key, message.message_id)

    def take_kept(self) -> None:
        """Take the messages that came, or were kept already, for whatever waits here."""
        query = select(_subscription).where(
            _subscription.c.instance_id == self.machine.id, _subscription.c.closed_at.is_(None)
        )
        rows = db.session.connection().execute(query.order_by(_subscription.c.id)).all()
        for subscription, message in take_buffered([Subscription(**r._mapping) for r in rows]):
            self._take(subscription, message)

    def _kept_for(self, opened: list[Subscription]) -> list[tuple[Subscription, Row[Any]]]:
        return [] if self.suspended else take_buffered(opened)

    def _run(self) -> bool:
        finished = self.suspended or advance(self.machine, BUDGET)
        self.projection.absorb(self.machine.drain())
        return finished

    def _save(self) -> None:
        new_state = state.dump(self.machine)
        if len(new_state) > LARGEST_STATE:
            raise RuntimeError(f"the variables of {self.machine.id} have grown beyond all measure")
        values = {"of_instance": self.machine.id, "seen": self.version, "new_state": new_state}
        saved = db.session.connection().execute(_SAVE, values)
        if saved.rowcount != 1:
            raise RuntimeError(f"the state of {self.machine.id} changed under its lock")
        self.projection.log.write(self.machine.id, self.version + 1)

    def end(self, life: InstanceState, reason: str) -> None:
        """Note that the instance is over, and tell it."""
        values = {"of_instance": self.machine.id, "life": life, "at": now(), "reason": reason}
        db.session.connection().execute(_END, values)
        completed = life is InstanceState.COMPLETED
        identity, key = self.machine.id, self.machine.business_key
        self.runtime.tell(InstanceEndedEvent(identity, key, completed, reason))
        begins = self.machine.spec.begins
        if begins is not None and begins.kind == "message" and key:
            policy = self.runtime.job_kind(BEGIN_NEXT).policy
            add_jobs(identity, [(NewJob(BEGIN_NEXT), policy)])
            self.runtime.wake_after_commit()

    def note_entry(self, entry: Entry) -> None:
        """Note that the instance begins in the middle."""
        self.projection.log.actor = entry.actor
        kind = HistoryKind.INSTANCE_ENTERED
        self.projection.log.add(kind, entry.element_id, reason=entry.reason)
        self.projection.log.actor = ""

    def require_standing(self, entry: Entry) -> None:
        """Raise EntryFailed when the instance does not wait where it was entered."""
        waiting = (token for token in self.machine.walk() if token.keeps_alive)
        if any("incident" in token.internal_data for token in waiting):
            raise EntryFailed(element=entry.element_id)

    def note_beginning(self) -> None:
        """Note the event that began the instance."""
        trigger, (first, *_) = self.machine.spec.begins, self.machine.tokens()
        if trigger is not None and trigger.is_awaited:
            kind: Any = trigger.kind
            name = "" if trigger.name is None else str(trigger.name.of({}))
            self.machine.emit(Happened(first.id, trigger.element_id, kind, name))

    def cancel(self, reason: str) -> None:
        """Take everything away that is open, and end the instance."""
        self.machine.cancel()
        self.projection.absorb(self.machine.drain())
        self.projection.flush()
        self.projection.log.add(HistoryKind.INSTANCE_CANCELLED, reason=reason)
        self._save()
        going_on = (_job.c.instance_id == self.machine.id, _job.c.kind == CONTINUE)
        db.session.connection().execute(delete(_job).where(*going_on))
        self.end(InstanceState.CANCELLED, reason)


@contextmanager
def stepping(
    instance_id: UUID,
    runtime: Runtime,
    *,
    actor: str = "",
    done_job: UUID | None = None,
    also_suspended: bool = False,
) -> Iterator[Step]:
    """Lock a running instance for one action; whoever acted calls `settle` or `cancel`.

    Raises InstanceNotFound, InstanceEnded and InstanceSuspended, and RuntimeError when an action or
    a subscriber tries to act on the very instance whose step is under way.
    """
    began = perf_counter()
    with _alone(instance_id):
        row = db.session.connection().execute(_LOCK, {"of_instance": instance_id}).one_or_none()
        if row is None:
            raise InstanceNotFound()
        require_running(row.life, also_suspended=also_suspended)
        step = _restore(instance_id, row, runtime)
        step.projection.log.actor = actor
        step.projection.collected.done_job = done_job
        yield step
    runtime.note_step(perf_counter() - began)


def require_running(life: str, *, also_suspended: bool = False) -> None:
    """Raise InstanceEnded or InstanceSuspended unless an instance in this state can act."""
    if life not in RUNNING:
        raise InstanceEnded()
    if life == InstanceState.SUSPENDED and not also_suspended:
        raise InstanceSuspended()


def process_of(definition_id: str, process_id: str) -> Pinned:
    """A process of a bundle; raises DefinitionNotFound and UnknownProcess."""
    found = definition(definition_id)
    return Pinned(found, found.process(process_id))


def begin(
    instance_id: UUID,
    process: Pinned,
    variables: Mapping[str, Any],
    *,
    business_key: str,
    runtime: Runtime,
    happened: Mapping[str, Any] | None = None,
    entry: Entry | None = None,
) -> None:
    """Start an instance and run it to its first wait; `happened` is what an event brought."""
    began = perf_counter()
    step = _step(instance_id, business_key, process, runtime)
    step.projection.log.add(HistoryKind.INSTANCE_STARTED)
    if entry is not None:
        step.note_entry(entry)
    definition_id, process_id = process.definition.id, process.spec.name
    _add_rows(instance_id, definition_id, process_id, business_key)
    runtime.tell(InstanceStarted(instance_id, business_key, definition_id, process_id))
    with _alone(instance_id):
        start(step.machine, variables, happened, entry.element_id if entry else "")
        if happened is not None:
            step.note_beginning()
        step.settle()
        if entry is not None:
            step.require_standing(entry)
    runtime.note_step(perf_counter() - began)


def lock_instance(instance_id: UUID) -> str | None:
    """Take the lock that a step takes; returns the state of the instance, None if there is none.

    Asking again in the same transaction costs nothing.
    """
    locked: dict[UUID, str | None] = remembered().setdefault(_LOCKED, {})
    if instance_id not in locked:
        row = db.session.connection().execute(_LOCK, {"of_instance": instance_id}).one_or_none()
        locked[instance_id] = None if row is None else row.life
    return locked[instance_id]


def change_life(instance_id: UUID, life: InstanceState, suspended_at: datetime | None) -> None:
    """Suspend a locked instance, or let it go on."""
    values = {"state": life, "suspended_at": suspended_at}
    changed = update(_instance).where(_instance.c.id == instance_id).values(values)
    db.session.connection().execute(changed)
    remembered().pop(_LOCKED, None)


def peek(instance_id: UUID, runtime: Runtime) -> Instance | None:
    """The instance as it stands, without a lock; None when it has ended or never was."""
    row = db.session.connection().execute(_FIND, {"of_instance": instance_id}).one_or_none()
    if row is None or row.life not in RUNNING:
        return None
    return _restore(instance_id, row, runtime).machine


def _step(instance_id: UUID, business_key: str, process: Pinned, runtime: Runtime) -> Step:
    projection = Projection(instance_id, business_key, runtime)
    host = StepHost(process.definition, runtime, projection)
    machine = Instance(process.spec, instance_id, business_key, host)
    return Step(machine, projection, runtime, 0, process.definition.id)


def _restore(instance_id: UUID, row: Any, runtime: Runtime) -> Step:
    step = _step(
        instance_id, row.business_key, process_of(row.definition_id, row.process_id), runtime
    )
    blank = step.machine
    step.machine = state.load(row.state, blank.spec, instance_id, row.business_key, blank.host)
    step.version, step.suspended = row.version, row.life == InstanceState.SUSPENDED
    return step


def _add_rows(instance_id: UUID, definition_id: str, process_id: str, business_key: str) -> None:
    connection = db.session.connection()
    connection.execute(
        insert(_instance).values(
            id=instance_id,
            definition_id=definition_id,
            process_id=process_id,
            business_key=business_key,
            state=InstanceState.ACTIVE,
            started_at=now(),
            end_reason="",
        )
    )
    connection.execute(insert(_blob).values(instance_id=instance_id, version=0, state=b""))


@contextmanager
def _alone(instance_id: UUID) -> Iterator[None]:
    stepping_now: set[UUID] = db.session.info.setdefault(_STEPPING, set())
    if instance_id in stepping_now:
        raise RuntimeError(f"a step of {instance_id} is under way: act on it by a job instead")
    stepping_now.add(instance_id)
    try:
        yield
    finally:
        stepping_now.discard(instance_id)
