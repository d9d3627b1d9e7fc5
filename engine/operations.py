"""Everything that changes definitions, instances and tasks.

Every function works inside the transaction its caller opened (`core.database.transaction`), and
never commits. Actors are plain identifiers, such as `account:…`; who may do what is the caller's
affair.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.clock import now
from core.ids import new_id
from engine import correlation, tasks
from engine.definitions import keep, parse
from engine.errors import (
    IncidentNotFound,
    InstanceEnded,
    InstanceNotFound,
    TaskNotFound,
    TaskNotOpen,
)
from engine.jobs.internal import PROMPT, broadcast
from engine.jobs.kinds import DELIVER
from engine.jobs.table import NewJob, add_jobs, revive
from engine.machine.nodes import retry
from engine.machine.state import encode
from engine.machine.values import clean
from engine.runtime import Runtime, current_runtime
from engine.step import Step, begin, lock_instance, process_of, stepping

MESSAGE_LIFE = timedelta(days=7)


class MessageOutcome(StrEnum):
    """What became of a published message."""

    DELIVERED = "delivered"
    BUFFERED = "buffered"
    DUPLICATE = "duplicate"


def deploy(files: Mapping[str, bytes]) -> str:
    """Keep a bundle of .bpmn and .dmn files; returns the hash of its content, which names it.

    Deploying the same content again changes nothing. Raises DeploymentRefused with every place that
    would not run as drawn, including service tasks of a kind that nobody registered.
    """
    parse(files, current_runtime().knows)
    return keep(files)


def start(
    definition_id: str,
    process_id: str,
    variables: Mapping[str, Any],
    *,
    instance_id: UUID | None = None,
    business_key: str = "",
) -> UUID:
    """Start a process and run it to its first wait; returns the instance's id.

    Raises DefinitionNotFound, UnknownProcess, VariablesRefused.
    """
    identity = instance_id or new_id()
    begin(
        identity,
        process_of(definition_id, process_id),
        clean(variables),
        business_key=business_key,
        runtime=current_runtime(),
    )
    return identity


def claim(instance_id: UUID, task_id: UUID, actor: str) -> UUID:
    """Take an open task; returns the token that completing it requires.

    Claiming a task that this actor holds already gives a new token, and the old one dies: the
    newest window wins. Raises TaskNotFound, TaskNotOpen, TaskAlreadyClaimed, TaskNotYours.
    """
    return tasks.claim(instance_id, task_id, actor)


def release(instance_id: UUID, task_id: UUID, *, token: UUID, actor: str) -> None:
    """Give a claimed task back to its groups. Raises TaskNotFound, TaskNotOpen, WrongClaimToken."""
    tasks.release(instance_id, task_id, token, actor)


def complete_task(
    instance_id: UUID,
    task_id: UUID,
    *,
    actor: str,
    variables: Mapping[str, Any],
    token: UUID | None = None,
) -> None:
    """Complete a task and run the process to its next wait.

    A claimed task needs the claim's token; a task that the model assigned to this very actor needs
    none. Raises TaskNotFound, TaskNotOpen, TaskNotYours, WrongClaimToken, VariablesRefused.
    """
    with _stepping_for_task(instance_id) as step:
        task = tasks.find(instance_id, task_id)
        tasks.require_completable(task, token, actor)
        place = step.machine.find(task.token)
        if place is None:
            raise TaskNotOpen()
        place.task_spec.finish(place, clean(variables))
        step.settle()


def publish_message(
    name: str,
    correlation_key: str,
    variables: Mapping[str, Any],
    message_id: str | None = None,
    time_to_live: timedelta = MESSAGE_LIFE,
) -> MessageOutcome:
    """Deliver a message to the one element that waits for this name and key, the oldest if several.

    If none waits yet, the message is kept for `time_to_live`. A second message with the same name,
    key and `message_id` is recognised and dropped.
    """
    kept = encode(clean(variables))
    identity = message_id or str(new_id())
    if not correlation.remember(name, correlation_key, identity, kept, now() + time_to_live):
        return MessageOutcome.DUPLICATE
    runtime = current_runtime()
    if _deliver_now(runtime, name, correlation_key, variables) or _deliver_by_job(
        runtime, name, correlation_key, kept
    ):
        correlation.mark_delivered(name, correlation_key, identity)
        return MessageOutcome.DELIVERED
    return MessageOutcome.BUFFERED


def broadcast_signal(name: str, variables: Mapping[str, Any]) -> int:
    """Tell a signal to every element that waits for it, by jobs; returns to how many."""
    return broadcast(current_runtime(), name, encode(clean(variables)).decode())


def lock(instance_id: UUID) -> None:
    """Lock an instance without acting on it yet: for callers who must lock rows of their own too,
    since an instance is always locked first.
    """
    lock_instance(instance_id)


def cancel(instance_id: UUID, reason: str) -> None:
    """End a running instance with everything open in it. Raises InstanceEnded."""
    with stepping(instance_id, current_runtime()) as step:
        step.cancel(reason)


def retry_incident(instance_id: UUID, incident_id: UUID) -> None:
    """Try again what an incident stopped: an element of the process, or a job that was given up."""
    runtime = current_runtime()
    if revive(instance_id, incident_id):
        runtime.wake_after_commit()
        return
    with stepping(instance_id, runtime) as step:
        for token in step.machine.walk():
            if token.internal_data.get("incident", {}).get("id") == str(incident_id):
                retry(token)
                step.settle()
                return
    raise IncidentNotFound()


def set_due_date(
    instance_id: UUID,
    task_id: UUID,
    due_at: datetime | None,
    follow_up_at: datetime | None = None,
) -> None:
    """Say until when an open task is to be done. Raises TaskNotFound, TaskNotOpen."""
    values = {"due_at": due_at, "follow_up_at": follow_up_at}
    tasks.schedule(instance_id, task_id, values)


def task_attributes(instance_id: UUID, task_id: UUID) -> Mapping[str, str]:
    """The attributes of our own namespace on a task's element; raises TaskNotFound."""
    attributes: Mapping[str, str] = tasks.find(instance_id, task_id).attributes
    return attributes


@contextmanager
def _stepping_for_task(instance_id: UUID) -> Iterator[Step]:
    """A step whose caller thinks of a task: an ended instance has none that is open."""
    try:
        with stepping(instance_id, current_runtime()) as step:
            yield step
    except InstanceEnded as error:
        raise TaskNotOpen() from error
    except InstanceNotFound as error:
        raise TaskNotFound() from error


def _deliver_now(
    runtime: Runtime, name: str, correlation_key: str, variables: Mapping[str, Any]
) -> bool:
    """Deliver within this transaction if somebody is seen waiting."""
    waiting = correlation.first_waiting(name, correlation_key)
    if waiting is None:
        return False
    try:
        with stepping(waiting.instance_id, runtime) as step:
            if not step.deliver(waiting.token, waiting.branch, clean(variables)):
                return False
            step.settle()
    except InstanceEnded:
        return False
    return True


def _deliver_by_job(runtime: Runtime, name: str, correlation_key: str, kept: bytes) -> bool:
    """Look once more under the lock of the pair; whoever came in between is served by a job."""
    correlation.lock_pair(name, correlation_key)
    waiting = correlation.first_waiting(name, correlation_key)
    if waiting is None:
        return False
    payload = {"branch": waiting.branch, "variables": kept.decode()}
    add_jobs(waiting.instance_id, [(NewJob(DELIVER, payload, token=waiting.token), PROMPT)])
    runtime.wake_after_commit()
    return True
