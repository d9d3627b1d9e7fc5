"""What the engine tells its subscribers, inside the transaction in which it happens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.dmn import Outcome
from engine.models import HistoryKind


@dataclass(frozen=True)
class EngineEvent:
    """Base of all events: which instance, and the key its starter gave it."""

    instance_id: UUID
    business_key: str


@dataclass(frozen=True)
class InstanceStarted(EngineEvent):
    """A process began; nothing of it has run yet."""

    definition_id: str
    process_id: str


@dataclass(frozen=True)
class ElementEntered(EngineEvent):
    """A flow node was reached. `attributes` are those of our namespace, such as `status`.

    `via` is the id of the sequence flow that led there, empty where an event did.
    """

    element_id: str
    element_name: str
    attributes: Mapping[str, str]
    via: str = ""


@dataclass(frozen=True)
class DecisionMade(EngineEvent):
    """A decision of the process's own bundle was asked; the outcome tells which rules held and why."""

    element_id: str
    outcome: Outcome


@dataclass(frozen=True)
class TaskCreated(EngineEvent):
    """A user task is open. `attributes` are those of our namespace."""

    task_id: UUID
    element_id: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class TaskEnded(EngineEvent):
    """A user task is no longer open: `completed`, or else cancelled by the process."""

    task_id: UUID
    element_id: str
    completed: bool


@dataclass(frozen=True)
class IncidentRaised(EngineEvent):
    """An element or a job cannot go on without an operator."""

    incident_id: UUID
    element_id: str
    message: str


@dataclass(frozen=True)
class InstanceMigrated(EngineEvent):
    """The process goes on in another version, which whoever migrated it calls `release`.

    A subscriber that cannot follow raises MigrationRefused, and then nothing has happened.
    """

    source_definition_id: str
    target_definition_id: str
    actor: str
    reason: str
    release: str
    limits_renewed: bool


@dataclass(frozen=True)
class OperatorActed(EngineEvent):
    """Somebody did something to the process itself; `details` are those of the history."""

    deed: HistoryKind
    element_id: str
    actor: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class InstanceEnded(EngineEvent):
    """The process is over: `completed`, or else cancelled with the reason given."""

    completed: bool
    reason: str
