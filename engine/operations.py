"""Everything that changes definitions, instances and tasks.

Every function works inside the transaction its caller opened (`core.database.transaction`), and
never commits. Actors are plain identifiers, such as `account:…`; who may do what is the caller's
affair.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.ids import new_id
from engine import deeds, history, messages, tasks
from engine.allowed import Proposal
from engine.definitions import keep, parse
from engine.entering import require_entry
from engine.errors import (
    InstanceEnded,
    InstanceNotFound,
    InstanceSuspended,
    TaskNotFound,
    TaskNotOpen,
)
from engine.facts import renew
from engine.handing import Draft, delegate, draft_of, reassign, resolve, save_draft
from engine.history import erase_contents as erase_history_contents
from engine.interventions import approve as approve_intervention
from engine.interventions import propose as propose_intervention
from engine.interventions import refuse as refuse_intervention
from engine.jobs.internal import broadcast
from engine.machine.state import encode
from engine.machine.values import clean
from engine.messages import MessageOutcome
from engine.models import HistoryKind, InstanceState
from engine.repairing import change_facts, change_variables, retry_incident, retry_incidents
from engine.runtime import current_runtime
from engine.starting import listen
from engine.step import Entry, Step, begin, lock_instance, process_of, stepping
from engine.suspension import resume, suspend

__all__ = [
    "Draft",
    "MessageOutcome",
    "Proposal",
    "approve_intervention",
    "broadcast_signal",
    "cancel",
    "change_facts",
    "change_variables",
    "claim",
    "complete_task",
    "delegate",
    "deploy",
    "draft_of",
    "enter",
    "erase_history_contents",
    "lock",
    "propose_intervention",
    "publish_message",
    "reassign",
    "refuse_intervention",
    "release",
    "resolve",
    "resume",
    "retry_incident",
    "retry_incidents",
    "save_draft",
    "set_due_date",
    "start",
    "suspend",
]

MESSAGE_LIFE = timedelta(days=7)


def deploy(files: Mapping[str, bytes]) -> str:
    """Keep a bundle of .bpmn and .dmn files; returns the hash of its content, which names it.

    Deploying the same content again changes nothing. Raises DeploymentRefused with every place that
    would not run as drawn, including service tasks of a kind that nobody registered. A process that an
    event begins does so from now on, in this version and no other.
    """
    definition = parse(files, current_runtime().knows)
    keep(files)
    listen(definition, current_runtime())
    return definition.id


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


def enter(
    definition_id: str,
    process_id: str,
    element_id: str,
    variables: Mapping[str, Any],
    *,
    instance_id: UUID | None = None,
    business_key: str = "",
    actor: str,
    reason: str,
) -> UUID:
    """Start a process as if it had come to an element already; returns the instance's id.

    Nothing before the element is done, and the history says so. Raises what `start` raises,
    EntryRefused, and EntryFailed when the element cannot begin to wait.
    """
    identity = instance_id or new_id()
    process = process_of(definition_id, process_id)
    require_entry(process.spec, element_id)
    begin(
        identity,
        process,
        clean(variables),
        business_key=business_key,
        runtime=current_runtime(),
        entry=Entry(element_id, actor, reason),
    )
    return identity


def claim(instance_id: UUID, task_id: UUID, actor: str) -> UUID:
    """Take an open task; returns the token that completing it requires.

    Claiming a task that this actor holds already gives a new token, and the old one dies: the
    newest window wins. Who delegated a task takes it back like that.

    Raises TaskNotFound, TaskNotOpen, TaskAlreadyClaimed, TaskNotYours, SamePerson.
    """
    _lock_for_task(instance_id)
    token = tasks.claim(instance_id, task_id, actor)
    history.record_of_task(instance_id, HistoryKind.TASK_CLAIMED, task_id, actor)
    return token


def release(instance_id: UUID, task_id: UUID, *, token: UUID, actor: str) -> None:
    """Give a claimed task back to its groups, with its draft.

    Raises TaskNotFound, TaskNotOpen, WrongClaimToken, TaskDelegated.
    """
    lock_instance(instance_id)
    tasks.release(instance_id, task_id, token, actor)
    history.record_of_task(instance_id, HistoryKind.TASK_RELEASED, task_id, actor)


def complete_task(
    instance_id: UUID,
    task_id: UUID,
    *,
    actor: str,
    variables: Mapping[str, Any],
    token: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Complete a task and run the process to its next wait.

    A claimed task needs the claim's token; a task that the model assigned to this very actor needs
    none. `facts` are variables of the process itself, and of the called ones that have them.
    Raises TaskNotFound, TaskNotOpen, TaskNotYours, WrongClaimToken, SamePerson, VariablesRefused.
    """
    with _stepping_for_task(instance_id, actor) as step:
        task = tasks.find_for(instance_id, task_id, actor)
        tasks.require_completable(task, token, actor)
        place = step.machine.find(task.token)
        if place is None:
            raise TaskNotOpen()
        if facts:
            renew(step.machine, clean(facts), place)
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

    If none waits yet, the message is kept for `time_to_live`; if the last one waits no longer, it is
    kept as well, and recorded as late. A second message with the same name, key and `message_id` is
    recognised and dropped, until the first is forgotten (`MOTCUA_MESSAGE_MEMORY_DAYS`).
    """
    return messages.publish(
        current_runtime(),
        name,
        correlation_key,
        variables,
        message_id=message_id,
        time_to_live=time_to_live,
    )


def broadcast_signal(name: str, variables: Mapping[str, Any]) -> int:
    """Tell a signal, by jobs, to every element that waits for it now; returns how many do.

    Who begins to wait after this moment is not told, even if the jobs are still to come.
    """
    return broadcast(current_runtime(), name, encode(clean(variables)).decode())


def lock(instance_id: UUID) -> None:
    """Lock an instance without acting on it yet: for callers who must lock rows of their own too,
    since an instance is always locked first.
    """
    lock_instance(instance_id)


def cancel(instance_id: UUID, reason: str, *, actor: str = "") -> None:
    """End a running or suspended instance with everything open in it. Raises InstanceEnded."""
    with stepping(instance_id, current_runtime(), actor=actor, also_suspended=True) as step:
        deeds.told_by(step, HistoryKind.INSTANCE_CANCELLED, reason=reason)
        step.cancel(reason)


def set_due_date(
    instance_id: UUID,
    task_id: UUID,
    due_at: datetime | None,
    follow_up_at: datetime | None = None,
) -> None:
    """Say until when an open task is to be done. Raises TaskNotFound, TaskNotOpen."""
    values = {"due_at": due_at, "follow_up_at": follow_up_at}
    tasks.schedule(instance_id, task_id, values)


@contextmanager
def _stepping_for_task(instance_id: UUID, actor: str) -> Iterator[Step]:
    """A step whose caller thinks of a task: an ended instance has none that is open."""
    try:
        with stepping(instance_id, current_runtime(), actor=actor) as step:
            yield step
    except InstanceEnded as error:
        raise TaskNotOpen() from error
    except InstanceNotFound as error:
        raise TaskNotFound() from error


def _lock_for_task(instance_id: UUID) -> None:
    """Lock an instance in which a task is to be taken; raises InstanceSuspended."""
    if lock_instance(instance_id) == InstanceState.SUSPENDED:
        raise InstanceSuspended()
