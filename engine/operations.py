"""Everything that changes definitions, instances and tasks.

Every function works inside the transaction its caller opened (`core.database.transaction`) and never
commits. Actors are plain identifiers, such as `account:…`; who may do what is the caller's affair.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

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
    raise NotImplementedError


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
    raise NotImplementedError


def claim(instance_id: UUID, task_id: UUID, actor: str) -> UUID:
    """Take an open task; returns the token that completing it requires.

    Claiming a task that this actor holds already gives a new token, and the old one dies: the
    newest window wins. Raises TaskNotFound, TaskNotOpen, TaskAlreadyClaimed, TaskNotYours.
    """
    raise NotImplementedError


def release(instance_id: UUID, task_id: UUID, *, token: UUID, actor: str) -> None:
    """Give a claimed task back to its groups. Raises TaskNotFound, TaskNotOpen, WrongClaimToken."""
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


def broadcast_signal(name: str, variables: Mapping[str, Any]) -> int:
    """Tell a signal to every element that waits for it, by jobs; returns to how many."""
    raise NotImplementedError


def cancel(instance_id: UUID, reason: str) -> None:
    """End a running instance: its tasks, timers, jobs and subscriptions go. Raises InstanceEnded."""
    raise NotImplementedError


def retry_incident(instance_id: UUID, incident_id: UUID) -> None:
    """Try again what an incident stopped: an element of the process, or a job that was given up."""
    raise NotImplementedError
