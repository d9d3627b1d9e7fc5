"""The engine's own jobs: timers, signals, deliveries, and steps that ran out of their budget.

They have no handler: all they do happens inside the transaction that completes the job.
"""

from typing import Any

from engine.correlation import waiting_for_signal
from engine.errors import InstanceEnded, InstanceNotFound
from engine.jobs.kinds import CONTINUE, DELIVER, SIGNAL, TIMER, JobCall, JobPolicy
from engine.jobs.table import NewJob, add_jobs
from engine.machine.state import decode
from engine.runtime import Runtime
from engine.step import stepping

PROMPT = JobPolicy(max_attempts=20, first_delay=0.5, longest_delay=300, lease=30, ordered=False)


def install(runtime: Runtime) -> None:
    """Register the engine's own kinds."""
    runtime.on_job(TIMER, None, PROMPT, record=lambda call, _: _deliver(call, {}, runtime))
    runtime.on_job(DELIVER, None, PROMPT, record=lambda call, _: _hand_over(call, runtime))
    runtime.on_job(CONTINUE, None, PROMPT, record=lambda call, _: _continue(call, runtime))
    runtime.on_job(SIGNAL, None, PROMPT, record=lambda call, _: _signal(call, runtime))


def _deliver(call: JobCall, payload: dict[str, Any], runtime: Runtime) -> None:
    """Let an event happen at its token; if that waits no longer, or has ended, nothing happens."""
    try:
        with stepping(call.instance_id, runtime) as step:
            if call.token is not None and step.deliver(
                call.token, call.payload.get("branch", 0), payload
            ):
                step.settle()
    except (InstanceEnded, InstanceNotFound):
        return


def _hand_over(call: JobCall, runtime: Runtime) -> None:
    _deliver(call, decode(call.payload["variables"].encode()), runtime)


def _continue(call: JobCall, runtime: Runtime) -> None:
    try:
        with stepping(call.instance_id, runtime) as step:
            step.settle()
    except (InstanceEnded, InstanceNotFound):
        return


def _signal(call: JobCall, runtime: Runtime) -> None:
    broadcast(runtime, call.payload["name"], call.payload["variables"])


def broadcast(runtime: Runtime, name: str, variables: str) -> int:
    """Make a delivery job for everybody who waits for a signal; `variables` are encoded."""
    waiting = waiting_for_signal(name)
    for row in waiting:
        payload = {"branch": row.branch, "variables": variables}
        add_jobs(row.instance_id, [(NewJob(DELIVER, payload, token=row.token), PROMPT)])
    if waiting:
        runtime.wake_after_commit()
    return len(waiting)
