"""Suspending an instance and letting it go on.

A suspended instance runs no step. Its jobs are not claimed: those that are ready take a state which
the claim query does not look for. A job at work when that happens may finish: what it brought is held
in its token, and the process goes on from there once resumed; if it fails, it is tried again then.
Timers fire, and messages and signals arrive, after the resumption: each is a job.
"""

from uuid import UUID

from core.clock import now
from engine.deeds import done, noted
from engine.errors import InstanceNotFound, InstanceNotSuspended
from engine.jobs.table import hold_jobs, let_go_jobs
from engine.machine.holding import let_go
from engine.models import HistoryKind, InstanceState
from engine.runtime import current_runtime
from engine.step import change_life, lock_instance, require_running, stepping


def suspend(instance_id: UUID, *, actor: str, reason: str) -> None:
    """Stop a running instance where it stands, until somebody resumes it.

    Raises InstanceNotFound, InstanceEnded, InstanceSuspended.
    """
    life = lock_instance(instance_id)
    if life is None:
        raise InstanceNotFound()
    require_running(life)
    change_life(instance_id, InstanceState.SUSPENDED, now())
    hold_jobs(instance_id)
    noted(instance_id, HistoryKind.INSTANCE_SUSPENDED, actor=actor, reason=reason)


def resume(instance_id: UUID, *, actor: str) -> None:
    """Let a suspended instance go on with everything that came for it meanwhile.

    Raises InstanceNotFound, InstanceEnded, InstanceNotSuspended.
    """
    runtime = current_runtime()
    with stepping(instance_id, runtime, actor=actor, also_suspended=True) as step:
        if not step.suspended:
            raise InstanceNotSuspended()
        change_life(instance_id, InstanceState.ACTIVE, None)
        let_go_jobs(instance_id)
        step.suspended = False
        done(step, HistoryKind.INSTANCE_RESUMED)
        for token in list(step.machine.walk()):
            let_go(token)
        step.take_kept()
        step.settle()
    runtime.wake_after_commit()
