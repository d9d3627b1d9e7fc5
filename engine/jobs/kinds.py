"""What a handler is given, and how a kind of job is tried again."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.jobs.breakers import Breaker

# The engine's own kinds. Their work is done inside the transaction that completes them.
TIMER, SIGNAL, CONTINUE, DELIVER, RETRY, MIGRATE, BEGIN, BEGIN_NEXT = (
    "engine.timer",
    "engine.signal",
    "engine.continue",
    "engine.deliver",
    "engine.retry",
    "engine.migrate",
    "engine.begin",
    "engine.begin-next",
)
Result = Mapping[str, Any] | None


@dataclass(frozen=True)
class JobPolicy:
    """How often and how fast a kind of job is tried again.

    `lease` is how many seconds a worker may be silent before another one starts its job anew; it is
    renewed while the handler runs, so it need not be longer than the work. `ordered` jobs of one
    instance and kind run one after the other in the order in which they were made, even while the
    first waits for a retry. With a `breaker`, a kind that fails again and again rests as a whole.
    """

    max_attempts: int = 8
    first_delay: float = 1.0
    longest_delay: float = 3600.0
    lease: float = 120.0
    ordered: bool = True
    breaker: Breaker | None = None

    def delay(self, attempts: int) -> float:
        """Seconds to wait after this many failed attempts: exponential, with jitter."""
        longest = min(self.longest_delay, self.first_delay * 2.0 ** min(attempts - 1, 30))
        return longest * random.uniform(0.5, 1)  # noqa: S311  jitter, not a secret


@dataclass(frozen=True)
class JobCall:
    """A job handed to its handler. `id` is the same at every attempt: the key of idempotency.

    `variables` are those visible to the service task; a free-standing job has only its `payload`.
    """

    instance_id: UUID
    id: UUID
    kind: str
    attempt: int
    payload: Mapping[str, Any]
    variables: Mapping[str, Any]
    headers: Mapping[str, str]
    element_id: str
    business_key: str
    token: int | None = None


@dataclass(frozen=True)
class ActionCall:
    """A service task that our own code does inside the step's transaction."""

    instance_id: UUID
    kind: str
    variables: Mapping[str, Any]
    headers: Mapping[str, str]
    attributes: Mapping[str, str]
    element_id: str
    element_name: str
    business_key: str


JobHandler = Callable[[JobCall], Result]
JobRecorder = Callable[[JobCall, Result], None]
ActionHandler = Callable[[ActionCall], Result]


@dataclass(frozen=True)
class JobKind:
    """What is registered for one kind of job; an external one is worked by programs outside."""

    handler: JobHandler | None
    record: JobRecorder | None
    policy: JobPolicy
    external: bool = False
