"""The kind of job that signs what a leader confirmed: some results at a time, each by itself.

A result and what it leads to are committed together, so whoever dies anywhere, the next worker goes on
with those that wait. Completing a task here is the same operation as completing it singly.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import structlog

from accounts import queries as accounts
from accounts.actor import Actor
from accounts.errors import FreshProofNeeded
from accounts.freshness import require_fresh
from core.clock import now
from core.database import db, reading, transaction
from core.errors import MotcuaError, Unavailable
from dossiers.operations.tasks import claim_task, complete_task
from dossiers.queries import find_task
from dossiers.sittings import operations
from dossiers.sittings.errors import CaseWentOn, DecidedSingly, SignerGone
from dossiers.sittings.models import ItemState, Sitting, SittingItem, SittingState
from dossiers.sittings.queries import fingerprint, rule_of
from engine import operations as engine
from engine.jobs.kinds import JobCall, JobPolicy
from engine.models import TaskState
from engine.runtime import Runtime, current_runtime

log = structlog.get_logger(__name__)
BATCH: Final = 20
POLICY: Final = JobPolicy(lease=60.0)
# A result that fails for a reason nobody foresaw is tried so often, then the others go on without it.
PATIENCE: Final = 3
# Nothing more can be signed until the leader has confirmed again.
_PAUSING: Final = (FreshProofNeeded, SignerGone)


def install(runtime: Runtime) -> None:
    """Let workers sign."""
    runtime.on_job(operations.KIND, _work, POLICY, record=_go_on)


def _work(call: JobCall) -> Mapping[str, Any]:
    sitting_id = UUID(call.payload["sitting"])
    with reading():
        numbers = operations.waiting(sitting_id, limit=BATCH)
    for number in numbers:
        if not _decided(sitting_id, number, last_try=call.attempt >= PATIENCE):
            break
    return {}


def _go_on(call: JobCall, _result: Mapping[str, Any] | None) -> None:
    """With the transaction that ends this job: make the next one, or end the sitting."""
    sitting = operations.locked_sitting(UUID(call.payload["sitting"]))
    if sitting.state is not SittingState.RUNNING:
        return
    if operations.waiting(sitting.id, limit=1):
        current_runtime().enqueue(operations.KIND, sitting.id, call.payload)
    else:
        operations.end(sitting, SittingState.DONE)


def _decided(sitting_id: UUID, number: int, *, last_try: bool) -> bool:
    """Decide one result, or note why not; False when the sitting does not go on."""
    try:
        with transaction():
            return _decide(sitting_id, number)
    except _PAUSING as error:
        with transaction():
            operations.pause(operations.locked_sitting(sitting_id), error)
        return False
    except MotcuaError as error:
        if isinstance(error, Unavailable) and not last_try:
            raise
        _skip(sitting_id, number, error)
    except Exception:
        if not last_try:
            raise
        log.exception("result skipped", sitting=str(sitting_id), number=number)
        _skip(sitting_id, number, MotcuaError())
    return True


def _decide(sitting_id: UUID, number: int) -> bool:
    sitting = db.session.get_one(Sitting, sitting_id)
    if sitting.state is not SittingState.RUNNING:
        return False
    row = db.session.get_one(SittingItem, (sitting_id, number))
    # The instance before anything of ours: everybody takes these locks in the same order.
    engine.lock(row.instance_id)
    db.session.refresh(row, with_for_update=True)
    if row.state is ItemState.WAITING:
        _sign(sitting, row, _signer(sitting))
    return True


def _sign(sitting: Sitting, row: SittingItem, actor: Actor) -> None:
    item = find_task(row.task_id, visible_to=actor)
    rule = rule_of(item)
    if rule is None:
        raise DecidedSingly
    if item.task.state == TaskState.OPEN and fingerprint(item) != row.seen:
        raise CaseWentOn
    token = claim_task(row.task_id, actor=actor)
    complete_task(
        row.task_id,
        rule.answers,
        actor=actor,
        language=sitting.language,
        token=token,
        sitting=sitting.id,
    )
    row.state, row.decided_at = ItemState.DECIDED, now()


def _signer(sitting: Sitting) -> Actor:
    """Who confirmed, with the rights of this moment and the proof of that one."""
    found = accounts.actor(sitting.by)
    if found is None:
        raise SignerGone
    proven = replace(found, proven_at=sitting.proven_at, assurance=sitting.assurance)
    require_fresh(proven)
    return proven


def _skip(sitting_id: UUID, number: int, error: MotcuaError) -> None:
    with transaction():
        row = db.session.get_one(SittingItem, (sitting_id, number), with_for_update=True)
        if row.state is ItemState.WAITING:
            row.state, row.problem = ItemState.SKIPPED, operations.problem_of(error)
