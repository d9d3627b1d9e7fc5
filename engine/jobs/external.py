"""Jobs worked by programs outside, in any language: fetched under a lock, answered with its token.

The same table, order, policies, breakers and incidents as for jobs of the house. What these functions
change they commit themselves, as the house's own workers do.
"""

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Semaphore
from typing import Any
from uuid import UUID

import structlog

from core.clock import now
from core.database import db, reading, transaction
from engine.errors import BpmnError, JobFailed, LockLost, UnknownKind
from engine.jobs import table, work
from engine.jobs.breakers import Breaker
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.jobs.table import Claimed
from engine.runtime import Runtime

log = structlog.get_logger(__name__)
POLICY = JobPolicy(breaker=Breaker())
# Jobs that other processes make are not always told: look again after so many seconds.
LOOK = 1.0
# A poll that waits keeps a thread of the site busy: further ones are answered at once.
LONG_POLLS = 3
_seats = Semaphore(LONG_POLLS)


@dataclass(frozen=True)
class LockedJob:
    """A job for one worker until `locked_until`; `lock` is what it must show to answer."""

    call: JobCall
    lock: str
    locked_until: datetime


def install(runtime: Runtime) -> None:
    """Register the kinds that the installation gives to programs outside."""
    for kind in runtime.external:
        runtime.on_job(kind, None, POLICY)


def fetch(
    runtime: Runtime, kinds: Collection[str], *, most: int, lock_seconds: float, wait: float = 0
) -> list[LockedJob]:
    """Lock so many due jobs of these kinds; if there are none, wait for some for so many seconds.

    Nothing of the database is held while it waits. Raises UnknownKind for one that is not external.
    """
    _require_external(runtime, kinds)
    end = time.monotonic() + wait
    while True:
        seen = runtime.wake.count
        found = _locked(runtime, kinds, most, lock_seconds)
        left = end - time.monotonic()
        db.session.rollback()
        if found or left <= 0 or not _seats.acquire(blocking=False):
            return found
        try:
            runtime.wake.wait_past(seen, min(left, LOOK))
        finally:
            _seats.release()


def _require_external(runtime: Runtime, kinds: Collection[str]) -> None:
    for kind in kinds:
        if kind not in runtime.external:
            raise UnknownKind(kind=kind)


def _locked(runtime: Runtime, kinds: Collection[str], most: int, seconds: float) -> list[LockedJob]:
    found: list[LockedJob] = []
    for claimed in _claimed(runtime, kinds, seconds):
        job = _prepared(runtime, claimed, seconds)
        if job is not None:
            found.append(job)
        if len(found) == most:
            break
    return found


def _claimed(runtime: Runtime, kinds: Collection[str], seconds: float) -> Iterator[Claimed]:
    """One job after another, each locked in a transaction of its own, until there is none."""
    while True:
        lost = 0
        due = table.candidates(kinds)
        for instance_id, job_id, kind in due:
            policy = runtime.job_kind(kind).policy
            claimed = work.claim((instance_id, job_id), kind, policy, seconds)
            if claimed is not None:
                yield claimed
            else:
                lost += 1
        if lost == len(due):
            return


def _prepared(runtime: Runtime, claimed: Claimed, seconds: float) -> LockedJob | None:
    """What the worker is told; None when the job is given up, or no longer wanted."""
    if claimed.attempts > claimed.max_attempts:
        work.give_up(runtime, claimed, work.DIED)
        return None
    kind = runtime.job_kind(claimed.kind)
    call = work.call_of(runtime, claimed, kind)
    if call is None:
        _drop(runtime, claimed)
        return None
    lock = claimed.instance_id.hex + claimed.lock.hex
    return LockedJob(call, lock, now() + timedelta(seconds=seconds))


def _drop(runtime: Runtime, claimed: Claimed) -> None:
    try:
        work.complete(runtime, claimed, runtime.job_kind(claimed.kind), None, None)
    except work.FenceLost:
        log.info("job dropped by somebody else", job=str(claimed.id))


def find(job_id: UUID, lock: str) -> Claimed:
    """The job that is locked by this token; raises LockLost."""
    instance_id, token = UUID(lock[:32]), UUID(lock[32:])
    with reading():
        claimed = table.find_claimed(instance_id, job_id, token)
    if claimed is None:
        raise LockLost()
    return claimed


def complete(runtime: Runtime, claimed: Claimed, variables: Mapping[str, Any]) -> None:
    """The work is done, with this result. Raises LockLost, VariablesRefused."""
    _finish(runtime, claimed, variables)


def raise_bpmn_error(runtime: Runtime, claimed: Claimed, error: BpmnError) -> None:
    """The work ended as the model handles by an error event; else an incident. Raises LockLost."""
    _finish(runtime, claimed, error)


def _finish(runtime: Runtime, claimed: Claimed, outcome: Result | BpmnError) -> None:
    kind = runtime.job_kind(claimed.kind)
    call = work.call_of(runtime, claimed, kind)
    if call is None:
        raise LockLost()
    try:
        work.complete(runtime, claimed, kind, call, outcome)
    except work.FenceLost as error:
        raise LockLost() from error
    except JobFailed as error:
        work.failed(runtime, claimed, kind, error)
    work.tell_breaker(claimed.kind, kind.policy, None)


def fail(runtime: Runtime, claimed: Claimed, failure: JobFailed) -> None:
    """The work could not be done: tried again by its policy, or an incident. Raises LockLost."""
    kind = runtime.job_kind(claimed.kind)
    if not work.failed(runtime, claimed, kind, failure):
        raise LockLost()
    work.tell_breaker(claimed.kind, kind.policy, failure)


def extend(claimed: Claimed, seconds: float) -> datetime:
    """Keep the lock for so many seconds from now; returns until when. Raises LockLost."""
    with transaction():
        if not table.renew(claimed, seconds):
            raise LockLost()
    return now() + timedelta(seconds=seconds)


def unlock(runtime: Runtime, claimed: Claimed) -> None:
    """Give a job back untouched: this attempt is not counted."""
    work.put_back(claimed)
    runtime.wake.set()
