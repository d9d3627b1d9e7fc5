"""Working one job: claim it, do it outside any transaction, complete it behind the fence."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from core.clock import now
from core.database import db, each_alone, reading, transaction
from engine import history
from engine.errors import (
    BpmnError,
    InstanceEnded,
    InstanceNotFound,
    InstanceSuspended,
    JobFailed,
    NotYet,
    VariablesRefused,
)
from engine.events import IncidentRaised
from engine.jobs import breakers, table
from engine.jobs.kinds import JobCall, JobHandler, JobKind, JobPolicy, Result
from engine.jobs.table import Claimed
from engine.machine.holding import hold, let_go
from engine.machine.values import clean
from engine.machine.variables import visible
from engine.models import HistoryKind, Instance, InstanceState
from engine.runtime import Runtime
from engine.step import lock_instance, peek, stepping

log = structlog.get_logger(__name__)
DIED = "the worker died or lost its lease before it was done"


class FenceLost(Exception):
    """The job is not ours any more: nothing of it may be written."""


class _Resting(Exception):
    """Roll back: another job tries whether the neighbour is there again."""


def work_one(runtime: Runtime) -> bool:
    """Claim one due job and work it; False when there is none for us."""
    claimed = claim_next(runtime)
    if claimed is None:
        return False
    kind = runtime.job_kind(claimed.kind)
    if claimed.attempts > claimed.max_attempts:
        give_up(runtime, claimed, DIED)
    else:
        work(runtime, claimed, kind)
    return True


def claim_next(runtime: Runtime) -> Claimed | None:
    """The most urgent job that nobody else has; kinds unknown to this process stay where they are."""
    prospects = runtime.prospects.each(lambda: table.candidates(runtime.own_kinds()))
    for instance_id, job_id, name in prospects:
        policy = runtime.jobs[name].policy
        claimed = claim((instance_id, job_id), name, policy, policy.lease)
        if claimed is not None:
            return claimed
    return None


def claim(key: tuple[UUID, UUID], kind: str, policy: JobPolicy, lease: float) -> Claimed | None:
    """Take a job (instance and id) for so many seconds; None when it is taken, or its kind rests."""
    if policy.breaker is None:
        with each_alone() as connection:
            return table.claim(*key, lease, connection)
    try:
        with transaction():
            claimed = table.claim(*key, lease)
            if claimed is not None:
                _require_rested(kind, lease)
            return claimed
    except _Resting:
        return None


def _require_rested(kind: str, probe: float) -> None:
    if not breakers.admits(kind, probe):
        raise _Resting


def work(runtime: Runtime, claimed: Claimed, kind: JobKind) -> None:
    """Do a claimed job and complete it, or note that it failed."""
    outcome: Result | BpmnError = None
    try:
        call = call_of(runtime, claimed, kind)
        if call is not None and kind.handler is not None:
            outcome = _handle(runtime, claimed, kind.handler, call)
    except BpmnError as error:
        outcome = error
    except NotYet as wait:
        put_back(claimed, wait.seconds)
        return
    except Exception as error:  # noqa: BLE001  whatever a handler raises is a failed attempt
        failed(runtime, claimed, kind, error)
        return
    try:
        complete(runtime, claimed, kind, call, outcome)
    except FenceLost:
        log.warning("job result discarded", kind=claimed.kind, job=str(claimed.id))
    except InstanceSuspended:
        put_back(claimed)
    except Exception as error:  # noqa: BLE001  what fails to be recorded is tried again as well
        failed(runtime, claimed, kind, error)


def _handle(runtime: Runtime, claimed: Claimed, handler: JobHandler, call: JobCall) -> Result:
    """Ask the handler, and let the breaker of its kind know whether the neighbour answered."""
    policy = runtime.job_kind(claimed.kind).policy
    try:
        with runtime.leases.held(claimed, policy.lease):
            outcome = handler(call)
    except Exception as error:
        tell_breaker(claimed.kind, policy, error)
        raise
    tell_breaker(claimed.kind, policy, None)
    return outcome


def tell_breaker(kind: str, policy: JobPolicy, error: Exception | None) -> None:
    """Let the breaker of a kind know whether its neighbour answered.

    A refusal is an answer too; only what is worth another try speaks of a neighbour in trouble.
    """
    if policy.breaker is None:
        return
    with transaction():
        if error is None or isinstance(error, BpmnError | NotYet) or not _is_retryable(error):
            breakers.note_answer(kind)
        else:
            breakers.note_failure(kind, policy.breaker, _asked_to_wait(error))


def call_of(runtime: Runtime, claimed: Claimed, kind: JobKind) -> JobCall | None:
    """What the handler is told; None when the element no longer wants the job."""
    if not _is_service(claimed, kind):
        return _call(claimed, {}, {}, "")
    with reading():
        machine = peek(claimed.instance_id, runtime)
    token = None if machine is None else machine.find(claimed.token or 0)
    if machine is None or token is None or token.internal_data.get("row") != str(claimed.id):
        return None
    headers = token.task_spec.element.headers
    return _call(claimed, dict(visible(token)), headers, machine.business_key)


def _is_service(claimed: Claimed, kind: JobKind) -> bool:
    """Whether an element of an instance waits for this job; the engine's own jobs have no handler."""
    return claimed.token is not None and (kind.handler is not None or kind.external)


def _call(
    claimed: Claimed, variables: Mapping[str, Any], headers: Mapping[str, str], business_key: str
) -> JobCall:
    return JobCall(
        claimed.instance_id,
        claimed.id,
        claimed.kind,
        claimed.attempts,
        claimed.payload,
        variables,
        headers,
        claimed.element_id,
        business_key,
        claimed.token,
    )


def complete(
    runtime: Runtime,
    claimed: Claimed,
    kind: JobKind,
    call: JobCall | None,
    outcome: Result | BpmnError,
) -> None:
    """One transaction: delete the job behind the fence, record, and let the process go on.

    The instance is locked before its job: everybody takes these locks in the same order.
    """
    with transaction():
        if call is not None and _is_service(claimed, kind):
            _complete_service(runtime, claimed, kind, call, outcome)
            return
        lock_instance(claimed.instance_id)
        if not table.finish(claimed):
            raise FenceLost
        if call is None:
            return
        if isinstance(outcome, BpmnError):
            raise JobFailed(f"no process can handle {outcome}", retryable=False)
        if kind.record is not None:
            kind.record(call, outcome)


def _complete_service(
    runtime: Runtime,
    claimed: Claimed,
    kind: JobKind,
    call: JobCall,
    outcome: Result | BpmnError,
) -> None:
    with stepping(claimed.instance_id, runtime, done_job=claimed.id, also_suspended=True) as step:
        token = step.machine.find(claimed.token or 0)
        if not table.finish(claimed) or token is None:
            raise FenceLost
        result = outcome if isinstance(outcome, BpmnError) else clean(outcome or {})
        if kind.record is not None and not isinstance(outcome, BpmnError):
            kind.record(call, outcome)
        hold(token, result)
        if not step.suspended:
            let_go(token)
        step.settle()


def failed(runtime: Runtime, claimed: Claimed, kind: JobKind, error: Exception) -> bool:
    """Note a failed attempt: to be tried again, or never; False when the job is not ours any more."""
    message = str(error) if isinstance(error, JobFailed) else f"{type(error).__name__}: {error}"
    log.warning("job failed", kind=claimed.kind, attempt=claimed.attempts, exc_info=error)
    if not _is_retryable(error) or claimed.attempts >= claimed.max_attempts:
        return give_up(runtime, claimed, message)
    delay = kind.policy.delay(claimed.attempts)
    delay = max(delay, _asked_to_wait(error))
    with transaction():
        life = lock_instance(claimed.instance_id)
        ours = table.fail(claimed, message, now() + timedelta(seconds=delay))
        if life == InstanceState.SUSPENDED:
            table.hold_jobs(claimed.instance_id)
    return ours


def put_back(claimed: Claimed, seconds: float | None = None) -> None:
    """Let a job wait, so long perhaps, as if nobody had claimed it; suspended if its instance is."""
    due_at = None if seconds is None else now() + timedelta(seconds=seconds)
    with transaction():
        suspended = lock_instance(claimed.instance_id) == InstanceState.SUSPENDED
        table.put_back(claimed, suspended=suspended, due_at=due_at)


def _asked_to_wait(error: Exception) -> float:
    """Seconds for which the neighbour wants to be left alone: `retry_after` of any error."""
    return getattr(error, "retry_after", None) or 0.0


def _is_retryable(error: Exception) -> bool:
    if isinstance(error, JobFailed):
        return error.retryable
    return not isinstance(error, VariablesRefused | InstanceEnded | InstanceNotFound)


def give_up(runtime: Runtime, claimed: Claimed, message: str) -> bool:
    """Leave the job to an operator; False when it is not ours any more."""
    with transaction():
        life = lock_instance(claimed.instance_id)
        ours = table.fail(claimed, message, None)
        if ours:
            place = claimed.element_id or claimed.kind
            if life is not None:
                details = {"incident": str(claimed.id), "message": message.replace("\0", "?")}
                history.record(claimed.instance_id, HistoryKind.INCIDENT_RAISED, place, **details)
            key = _business_key(claimed.instance_id)
            runtime.tell(IncidentRaised(claimed.instance_id, key, claimed.id, place, message))
    return ours


def _business_key(instance_id: UUID) -> str:
    table_: Any = Instance.__table__
    key = select(table_.c.business_key).where(table_.c.id == instance_id)
    return str(db.session.connection().execute(key).scalar() or "")
