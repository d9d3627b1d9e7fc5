"""Tables of the engine.

Keys lead with `instance_id`, constraints reach across no instances, ids are made in the application.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Float, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.database import JsonColumn, Model, UtcDateTime, index_where


class InstanceState(StrEnum):
    """active -> completed | cancelled; active -> suspended -> active | cancelled."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class TaskState(StrEnum):
    """open -> completed | cancelled."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class JobState(StrEnum):
    """ready -> (row deleted) | incident; incident -> ready. Leased is ready with a lease.

    While its instance is suspended, a job that was ready is suspended.
    """

    READY = "ready"
    SUSPENDED = "suspended"
    INCIDENT = "incident"


class BreakerState(StrEnum):
    """closed -> open -> half open -> closed | open. Open and rested is as good as half open."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class DelegationState(StrEnum):
    """none -> pending -> resolved -> pending again. While pending, the holder works for the owner."""

    NONE = ""
    PENDING = "pending"
    RESOLVED = "resolved"


class HistoryKind(StrEnum):
    """What is noted of an instance. What was reached and left in one step has *passed*."""

    INSTANCE_STARTED = "instance-started"
    INSTANCE_ENTERED = "instance-entered"
    INSTANCE_COMPLETED = "instance-completed"
    INSTANCE_CANCELLED = "instance-cancelled"
    INSTANCE_SUSPENDED = "instance-suspended"
    INSTANCE_RESUMED = "instance-resumed"
    INSTANCE_MIGRATED = "instance-migrated"
    ELEMENT_ENTERED = "element-entered"
    ELEMENT_LEFT = "element-left"
    ELEMENT_PASSED = "element-passed"
    ELEMENT_CANCELLED = "element-cancelled"
    VARIABLES_CHANGED = "variables-changed"
    TASK_CREATED = "task-created"
    TASK_CLAIMED = "task-claimed"
    TASK_RELEASED = "task-released"
    TASK_DELEGATED = "task-delegated"
    TASK_RESOLVED = "task-resolved"
    TASK_REASSIGNED = "task-reassigned"
    TASK_COMPLETED = "task-completed"
    TASK_CANCELLED = "task-cancelled"
    MESSAGE = "message"
    SIGNAL = "signal"
    TIMER = "timer"
    ERROR = "error"
    ESCALATION = "escalation"
    INCIDENT_RAISED = "incident-raised"
    INCIDENT_RETRIED = "incident-retried"
    INCIDENT_CLOSED = "incident-closed"
    INTERVENTION_PROPOSED = "intervention-proposed"
    INTERVENTION_DONE = "intervention-done"
    INTERVENTION_REFUSED = "intervention-refused"
    INTERVENTION_WITHDRAWN = "intervention-withdrawn"


class InterventionKind(StrEnum):
    """What can be done to a token that stands wrong."""

    MOVE = "move"
    SKIP = "skip"
    REPEAT = "repeat"


class InterventionState(StrEnum):
    """proposed -> done | refused | withdrawn."""

    PROPOSED = "proposed"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class MessageState(StrEnum):
    """buffered | late -> on its way -> delivered; on its way -> buffered | late.

    Buffered and late ones are kept until `expires_at` for whoever waits by then; past it, they were
    never taken. A late one came after the last wait for its name and key had passed.
    """

    BUFFERED = "buffered"
    LATE = "late"
    ON_ITS_WAY = "on-its-way"
    DELIVERED = "delivered"


class Definition(Model):
    """One bundle of files; `id` is the SHA-256 of its content in hexadecimal."""

    __tablename__ = "engine_definition"

    id: Mapped[str] = mapped_column(primary_key=True)
    deployed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DefinitionFile(Model):
    """One file of a bundle, byte for byte as it was deployed."""

    __tablename__ = "engine_definition_file"

    definition_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Instance(Model):
    """What is searched of an instance; written when it starts, ends, is suspended or resumed."""

    __tablename__ = "engine_instance"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    definition_id: Mapped[str]
    process_id: Mapped[str]
    business_key: Mapped[str] = mapped_column(index=True)
    state: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str]
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (index_where("ended_at IS NULL", "ix_engine_instance_running", "state"),)


class InstanceBlob(Model):
    """The state of the machine, written by every step. Its row is the lock of the instance."""

    __tablename__ = "engine_instance_state"

    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[bytes] = mapped_column(LargeBinary)


class History(Model):
    """Something that happened in an instance, in the order of `seq`.

    `details` never hold what people said; `contents` hold the values of variables, encoded as the
    state is, and can be erased.
    """

    __tablename__ = "engine_history"

    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str]
    element_id: Mapped[str]
    actor: Mapped[str]
    details: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)
    contents: Mapped[bytes | None] = mapped_column(LargeBinary)


class Intervention(Model):
    """A deed on a token that one actor proposes and another one approves.

    `token` is the one that is moved or skipped; for a repetition, the subprocess in which it is (0
    for the process itself). `variables` are what a skipped element gives, encoded as the state is.
    """

    __tablename__ = "engine_intervention"

    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    token: Mapped[int]
    element_id: Mapped[str]
    target_id: Mapped[str]
    variables: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str]
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "state", "id"),)


class Task(Model):
    """A user task. `token` is its place in the machine; `claim_token` is null while it is free.

    `owner` is who delegated it. `draft` holds the answers saved so far; it goes when the task ends,
    and `draft_version` counts how often it was saved.
    """

    __tablename__ = "engine_task"

    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[int]
    element_id: Mapped[str]
    name: Mapped[str]
    form_key: Mapped[str]
    candidate_groups: Mapped[list[str]] = mapped_column(JsonColumn)
    assignee: Mapped[str] = mapped_column(index=True)
    priority: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    follow_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attributes: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    state: Mapped[str]
    holder: Mapped[str]
    claim_token: Mapped[UUID | None]
    owner: Mapped[str] = mapped_column(server_default="")
    delegation: Mapped[str] = mapped_column(server_default="")
    draft: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn, deferred=True)
    draft_version: Mapped[int] = mapped_column(BigInteger, server_default="0")
    draft_by: Mapped[str] = mapped_column(server_default="")
    draft_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (index_where("state = 'open'", "ix_engine_task_open", "due_at"),)


class TaskGroup(Model):
    """The groups whose list shows an open task; gone with the task, so the index stays small."""

    __tablename__ = "engine_task_group"

    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    group_name: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (Index(None, "group_name", "task_id"),)


class Job(Model):
    """Work to be done outside the step, or later. The row goes when the work is done.

    Jobs of one instance and `lane` run one after the other by `seq`; without a lane in any order.
    `lease_until` is seconds since 1970 by the database's clock; `due_at` is by `core.clock`.
    """

    __tablename__ = "engine_job"

    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    lane: Mapped[str | None]
    kind: Mapped[str]
    token: Mapped[int | None]
    element_id: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    priority: Mapped[int]
    attempts: Mapped[int]
    max_attempts: Mapped[int]
    lease_until: Mapped[float | None] = mapped_column(Float(53))
    locked_by: Mapped[UUID | None]
    idempotency_key: Mapped[str | None]
    state: Mapped[str]
    last_error: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "instance_id", "lane", "seq"),
        Index(None, "instance_id", "idempotency_key", unique=True),
    )


class JobBreaker(Model):
    """Whether jobs of one kind may be tried. `opened_until`: as `lease_until` of a job."""

    __tablename__ = "engine_job_breaker"

    kind: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    failures: Mapped[int]
    opened_until: Mapped[float | None] = mapped_column(Float(53))


class Incident(Model):
    """An element that could not go on. Incidents of jobs are the job's own row."""

    __tablename__ = "engine_incident"

    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[int]
    element_id: Mapped[str]
    element_name: Mapped[str]
    message: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(index=True)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Subscription(Model):
    """A message or signal that an instance waits for. `branch` counts the events of one gateway.

    A wait that is over keeps its row for a while, with `closed_at`: by it, late messages are known.
    """

    __tablename__ = "engine_subscription"

    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[int]
    branch: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    correlation_key: Mapped[str]
    element_id: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "kind", "name", "correlation_key", "id"),)


class StartEvent(Model):
    """What begins instances of a process: an event of its newest version. `id` owns its timer's job.

    A process that begins by no event has no row.
    """

    __tablename__ = "engine_start_event"

    process_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    definition_id: Mapped[str]
    element_id: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "kind", "name"),)


class StartKey(Model):
    """The instance of a process that a message of this key began; another one waits for its end."""

    __tablename__ = "engine_start_key"

    process_id: Mapped[str] = mapped_column(primary_key=True)
    correlation_key: Mapped[str] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(unique=True)


class Message(Model):
    """A message that came in: kept to recognise a second copy, and until somebody waits for it.

    `expires_at` is when it stops being kept, or was delivered. A late one says which instance waited
    last (`late_for`), at which element, and `why` that is over.
    """

    __tablename__ = "engine_message"

    name: Mapped[str] = mapped_column(primary_key=True)
    correlation_key: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(primary_key=True)
    variables: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    why: Mapped[str] = mapped_column(server_default="")
    late_for: Mapped[UUID | None]
    late_element: Mapped[str] = mapped_column(server_default="")
