"""Processes that an event begins: which version listens for what, and its timers.

A process listens from its newest deployed version. Timers and beginnings are jobs: one transaction
takes the job away and begins the instance, so that each begins once however often workers die.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, update

from core.clock import now
from core.database import db
from core.ids import new_id
from engine import correlation
from engine.definitions import Definition
from engine.jobs.kinds import BEGIN, JobPolicy
from engine.jobs.table import NewJob, add_jobs
from engine.machine.effects import Wait
from engine.machine.process import ProcessSpec
from engine.machine.triggers import fixed_wait
from engine.models import Instance, InstanceState, Job, StartEvent, StartKey
from engine.runtime import Runtime

_start: Any = StartEvent.__table__
_key: Any = StartKey.__table__
_instance: Any = Instance.__table__
_job: Any = Job.__table__
_RUNNING = (InstanceState.ACTIVE, InstanceState.SUSPENDED)
SOON = JobPolicy(max_attempts=20, first_delay=0.5, longest_delay=300, lease=30, ordered=False)
# A pair that is no message's: deployments of one process wait for each other on it.
_DEPLOYMENT = "#deployment"


def listen(definition: Definition, runtime: Runtime) -> None:
    """Let the processes of a bundle just deployed begin by their events, and no version before it.

    What listens already goes on as it is: deploying it again moves no timer.
    """
    processes = definition.processes
    for process_id in sorted(processes):
        correlation.lock_pair(_DEPLOYMENT, process_id)
    listening = select(_start).where(_start.c.process_id.in_(processes))
    known = {row.process_id: row for row in db.session.connection().execute(listening)}
    for process_id, spec in processes.items():
        before = known.get(process_id)
        if before is not None and before.definition_id == definition.id:
            continue
        if before is not None:
            _stop(before)
        if spec.begins is not None:
            _begin_to_listen(definition.id, spec, runtime)


def _stop(before: Row[Any]) -> None:
    connection = db.session.connection()
    connection.execute(delete(_start).where(_start.c.id == before.id))
    connection.execute(delete(_job).where(_job.c.instance_id == before.id))


def _begin_to_listen(definition_id: str, spec: ProcessSpec, runtime: Runtime) -> None:
    if spec.begins is None:
        return
    identity, moment = new_id(), now()
    wait = fixed_wait(spec.begins, moment)
    row = {
        "process_id": spec.name,
        "id": identity,
        "definition_id": definition_id,
        "element_id": wait.element_id,
        "kind": wait.kind,
        "name": wait.name,
        "since": moment,
    }
    db.session.connection().execute(insert(_start).values(row))
    if wait.kind == "timer":
        await_timer(identity, wait, runtime)


def await_timer(start_id: UUID, wait: Wait, runtime: Runtime) -> None:
    """Make the job that begins an instance when a timer start is due."""
    due = wait.due_at or now()
    payload = {"timer": [wait.repeats, wait.interval], "due": due.isoformat()}
    job = NewJob(BEGIN, payload, due_at=wait.due_at, element_id=wait.element_id)
    add_jobs(start_id, [(job, SOON)])
    runtime.wake_after_commit()


def timer_wait(payload: Mapping[str, Any], element_id: str, due_at: datetime) -> Wait:
    """The wait of a timer start, as its job has it."""
    repeats, interval = payload["timer"]
    return Wait(0, "timer", element_id, due_at=due_at, repeats=repeats, interval=interval)


def started_by(kind: str, name: str) -> list[Row[Any]]:
    """The processes that a message or signal begins."""
    query = select(_start).where(_start.c.kind == kind, _start.c.name == name)
    found: Iterable[Row[Any]] = db.session.connection().execute(query.order_by(_start.c.process_id))
    return list(found)


def find_start(start_id: UUID) -> Row[Any] | None:
    """What listens under this id; None when a newer version does."""
    query = select(_start).where(_start.c.id == start_id)
    found: Row[Any] | None = db.session.connection().execute(query).one_or_none()
    return found


def begin_by_message(runtime: Runtime, name: str, key: str, variables: bytes) -> bool:
    """Let a message begin every process that listens for it; False when none may begin now.

    The caller holds the lock of the pair. With a key, a process has one running instance of it.
    """
    begun = [
        _begin_soon(runtime, start, key, variables, identity)
        for start in started_by(correlation.MESSAGE, name)
        if _take_key(start.process_id, key, identity := new_id())
    ]
    return bool(begun)


def begin_by_signal(runtime: Runtime, name: str, variables: str) -> int:
    """Let a signal begin each process that listens for it once; returns how many."""
    starts = started_by(correlation.SIGNAL, name)
    for start in starts:
        _begin_soon(runtime, start, "", variables.encode(), new_id())
    return len(starts)


def _begin_soon(
    runtime: Runtime, start: Row[Any], key: str, variables: bytes, identity: UUID
) -> UUID:
    payload = {
        "definition": start.definition_id,
        "process": start.process_id,
        "key": key,
        "variables": variables.decode(),
    }
    job = NewJob(BEGIN, payload, element_id=start.element_id)
    add_jobs(identity, [(job, SOON)])
    runtime.wake_after_commit()
    return identity


def _take_key(process_id: str, key: str, identity: UUID) -> bool:
    """Whether no instance that this key began runs, or is about to; then the new one has the key."""
    if not key:
        return True
    held = (
        select(_key.c.instance_id, _instance.c.state)
        .outerjoin(_instance, _instance.c.id == _key.c.instance_id)
        .where(*_of_key(process_id, key))
    )
    connection = db.session.connection()
    holder = connection.execute(held).one_or_none()
    row = {"process_id": process_id, "correlation_key": key, "instance_id": identity}
    if holder is None:
        connection.execute(insert(_key).values(row))
        return True
    if holder.state is None or holder.state in _RUNNING:
        return False
    connection.execute(update(_key).where(*_of_key(process_id, key)).values(row))
    return True


def give_key_back(instance_id: UUID) -> Row[Any] | None:
    """An instance that a message began has ended: the message (name, correlation_key, message_id)
    that was kept meanwhile and may begin the next one, its pair locked; None when there is none.
    """
    connection = db.session.connection()
    gone = delete(_key).where(_key.c.instance_id == instance_id).returning(_key)
    key = connection.execute(gone).one_or_none()
    if key is None:
        return None
    listening = select(_start.c.name).where(
        _start.c.process_id == key.process_id, _start.c.kind == correlation.MESSAGE
    )
    name = connection.execute(listening).scalar()
    return None if name is None else correlation.oldest_kept(name, key.correlation_key)


def _of_key(process_id: str, key: str) -> tuple[Any, ...]:
    return _key.c.process_id == process_id, _key.c.correlation_key == key
