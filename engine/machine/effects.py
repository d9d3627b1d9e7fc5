"""What a step of the machine wants written down: tasks, jobs, waits, incidents, ends.

The machine only collects these; `engine.projection` turns them into rows and events.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID


@dataclass(frozen=True)
class Wait:
    """One event that a token waits for. `branch` counts the events of an event-based gateway.

    A timer has `due_at`, and when it repeats `repeats` (how often still, -1 for ever) and `interval`.
    """

    branch: int
    kind: Literal["message", "signal", "timer"]
    element_id: str
    name: str = ""
    key: str = ""
    due_at: datetime | None = None
    repeats: int = 0
    interval: str = ""


@dataclass(frozen=True)
class Effect:
    """Base of all effects; `token` is the place in the machine."""

    token: int


@dataclass(frozen=True)
class Entered(Effect):
    """A flow node was reached, `via` a sequence flow unless an event led there."""

    element_id: str
    element_name: str
    attributes: Mapping[str, str]
    via: str = ""


@dataclass(frozen=True)
class Left(Effect):
    """A token left a flow node: the element is done, or it was taken away before."""

    element_id: str
    done: bool


@dataclass(frozen=True)
class Happened(Effect):
    """An event came about: a wait was over, or an error or escalation found its handler."""

    element_id: str
    kind: Literal["message", "signal", "timer", "error", "escalation"]
    name: str


@dataclass(frozen=True)
class Changed(Effect):
    """Variables were set. `scope` is the token that they belong to, 0 for the process itself.

    `values` has for each name the value before (absent if there was none) and the new one.
    """

    scope: int
    element_id: str
    values: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class TaskOpened(Effect):
    """A person has something to do."""

    task_id: UUID
    element_id: str
    name: str
    form_key: str
    candidate_groups: tuple[str, ...]
    assignee: str
    priority: int
    due_at: datetime | None
    follow_up_at: datetime | None
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class TaskClosed(Effect):
    """A user task is done, or no longer wanted."""

    task_id: UUID
    element_id: str
    completed: bool


@dataclass(frozen=True)
class JobOpened(Effect):
    """A service task waits for the outside world. `retries` overrides the policy of its kind."""

    job_id: UUID
    kind: str
    element_id: str
    retries: int | None


@dataclass(frozen=True)
class JobClosed(Effect):
    """The job is done, or no longer wanted."""

    job_id: UUID


@dataclass(frozen=True)
class WaitsOpened(Effect):
    """The token waits for any of these events."""

    waits: tuple[Wait, ...]


@dataclass(frozen=True)
class WaitsClosed(Effect):
    """The token waits no longer. `timers` and `subscriptions` tell which rows there were."""

    timers: bool
    subscriptions: bool


@dataclass(frozen=True)
class SignalThrown(Effect):
    """Everybody who waits for this signal is to be told."""

    name: str
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class IncidentOpened(Effect):
    """The element cannot go on without an operator."""

    incident_id: UUID
    element_id: str
    element_name: str
    message: str


@dataclass(frozen=True)
class IncidentClosed(Effect):
    """The incident is resolved, or its element no longer wanted."""

    incident_id: UUID
    element_id: str


@dataclass(frozen=True)
class ProcessEnded(Effect):
    """No token is left: the instance is over."""
