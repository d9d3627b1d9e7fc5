"""Published messages on their way: to whoever waits, kept for whoever will, or recorded as late."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.clock import now
from core.ids import new_id
from engine import correlation
from engine.errors import InstanceEnded, InstanceNotFound, InstanceSuspended
from engine.jobs.kinds import DELIVER, JobPolicy
from engine.jobs.table import NewJob, add_jobs
from engine.machine.state import decode, encode
from engine.machine.values import clean
from engine.models import MessageState
from engine.runtime import Runtime
from engine.starting import begin_by_message
from engine.step import RUNNING, stepping

WAIT_PASSED, INSTANCE_ENDED = "wait-passed", "instance-ended"
PROMPT = JobPolicy(max_attempts=20, first_delay=0.5, longest_delay=300, lease=30, ordered=False)


class MessageOutcome(StrEnum):
    """What became of a published message.

    A late one, like a buffered one, is kept for its time to live: somebody may wait for it again.
    One that nobody waited for and that was not to be kept has expired.
    """

    DELIVERED = "delivered"
    BUFFERED = "buffered"
    LATE = "late"
    EXPIRED = "expired"
    DUPLICATE = "duplicate"


def publish(
    runtime: Runtime,
    name: str,
    key: str,
    variables: Mapping[str, Any],
    *,
    message_id: str | None,
    time_to_live: timedelta,
) -> MessageOutcome:
    """See `operations.publish_message`."""
    kept, identity = encode(clean(variables)), message_id or str(new_id())
    if not correlation.remember(name, key, identity, kept, now() + time_to_live):
        return MessageOutcome.DUPLICATE
    if _deliver_now(runtime, name, key, variables):
        correlation.mark_delivered(name, key, identity)
        return MessageOutcome.DELIVERED
    outcome = route(runtime, name, key, identity)
    if time_to_live <= timedelta() and outcome is not MessageOutcome.DELIVERED:
        return MessageOutcome.EXPIRED
    return outcome


def route(runtime: Runtime, name: str, key: str, message_id: str) -> MessageOutcome:
    """Send a kept message by a job to who waits longest, else keep it on.

    Looks under the lock of the pair, so that nobody begins to wait unseen. Should the receiver have
    gone when the job comes, it routes the message anew.
    """
    correlation.lock_pair(name, key)
    waiting = correlation.first_waiting(name, key)
    if waiting is None:
        return _begin_or_keep(runtime, name, key, message_id)
    correlation.mark(name, key, message_id, MessageState.ON_ITS_WAY)
    payload = {"branch": waiting.branch, "message": [name, key, message_id]}
    add_jobs(waiting.instance_id, [(NewJob(DELIVER, payload, token=waiting.token), PROMPT)])
    runtime.wake_after_commit()
    return MessageOutcome.DELIVERED


def hand_over(
    runtime: Runtime, instance_id: UUID, token: int, branch: int, message: Sequence[str]
) -> None:
    """Deliver a message that was routed to a token; if that waits no longer, route it anew."""
    name, key, message_id = message
    found = correlation.find_message(name, key, message_id)
    if found is None or found.state != MessageState.ON_ITS_WAY:
        return
    if deliver(runtime, instance_id, token, branch, decode(found.variables)):
        correlation.mark_delivered(name, key, message_id)
        return
    correlation.mark(name, key, message_id, MessageState.BUFFERED)
    route(runtime, name, key, message_id)


def deliver(
    runtime: Runtime, instance_id: UUID, token: int, branch: int, variables: Mapping[str, Any]
) -> bool:
    """Let an event happen at a token; False when that waits no longer, or its instance has ended."""
    try:
        with stepping(instance_id, runtime) as step:
            delivered = step.deliver(token, branch, variables)
            if delivered:
                step.settle()
    except (InstanceEnded, InstanceNotFound):
        return False
    return delivered


def _begin_or_keep(runtime: Runtime, name: str, key: str, message_id: str) -> MessageOutcome:
    message = correlation.find_message(name, key, message_id)
    if message is not None and begin_by_message(runtime, name, key, message.variables):
        correlation.mark_delivered(name, key, message_id)
        return MessageOutcome.DELIVERED
    return _keep(name, key, message_id)


def _keep(name: str, key: str, message_id: str) -> MessageOutcome:
    last = correlation.last_passed(name, key)
    if last is None:
        return MessageOutcome.BUFFERED
    correlation.mark(
        name,
        key,
        message_id,
        MessageState.LATE,
        why=WAIT_PASSED if last.life in RUNNING else INSTANCE_ENDED,
        late_for=last.instance_id,
        late_element=last.element_id,
    )
    return MessageOutcome.LATE


def _deliver_now(runtime: Runtime, name: str, key: str, variables: Mapping[str, Any]) -> bool:
    """Deliver within this transaction if somebody is seen waiting who is not suspended."""
    waiting = correlation.first_waiting(name, key)
    if waiting is None:
        return False
    try:
        return deliver(
            runtime, waiting.instance_id, waiting.token, waiting.branch, clean(variables)
        )
    except InstanceSuspended:
        return False
