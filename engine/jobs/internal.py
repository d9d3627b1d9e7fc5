"""The engine's own jobs: timers, signals, deliveries, and steps that ran out of their budget.

They have no handler: all they do happens inside the transaction that completes the job.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from core.clock import now
from core.ids import new_id
from engine import correlation, starting
from engine.correlation import count_waiting_for_signal, waiting_for_signal
from engine.errors import InstanceEnded, InstanceNotFound
from engine.jobs.kinds import BEGIN, BEGIN_NEXT, CONTINUE, DELIVER, SIGNAL, TIMER, JobCall
from engine.jobs.table import NewJob, add_jobs, add_jobs_of_many
from engine.machine.state import decode
from engine.machine.timers import next_firing
from engine.messages import PROMPT, deliver, hand_over, route
from engine.runtime import Runtime
from engine.step import begin, process_of, stepping

# Receivers of one signal that are served by one job; the next ones are the business of another.
SIGNAL_PAGE = 500
_RANDOM_BITS = (1 << 80) - 1


def install(runtime: Runtime) -> None:
    """Register the engine's own kinds."""
    runtime.on_job(TIMER, None, PROMPT, record=lambda call, _: _deliver(call, {}, runtime))
    runtime.on_job(DELIVER, None, PROMPT, record=lambda call, _: _hand_over(call, runtime))
    runtime.on_job(CONTINUE, None, PROMPT, record=lambda call, _: _continue(call, runtime))
    runtime.on_job(SIGNAL, None, PROMPT, record=lambda call, _: _signal(call, runtime))
    runtime.on_job(BEGIN, None, starting.SOON, record=lambda call, _: _begin(call, runtime))
    runtime.on_job(BEGIN_NEXT, None, starting.SOON, record=lambda call, _: _next(call, runtime))


def _deliver(call: JobCall, payload: dict[str, Any], runtime: Runtime) -> None:
    """Let an event happen at its token; if that waits no longer, or has ended, nothing happens."""
    if call.token is not None:
        deliver(runtime, call.instance_id, call.token, call.payload.get("branch", 0), payload)


def _hand_over(call: JobCall, runtime: Runtime) -> None:
    """A message, known by what names it, or a signal, whose variables come along."""
    if "message" in call.payload and call.token is not None:
        branch, message = call.payload["branch"], call.payload["message"]
        hand_over(runtime, call.instance_id, call.token, branch, message)
    else:
        _deliver(call, decode(call.payload["variables"].encode()), runtime)


def _continue(call: JobCall, runtime: Runtime) -> None:
    try:
        with stepping(call.instance_id, runtime) as step:
            step.settle()
    except (InstanceEnded, InstanceNotFound):
        return


def _begin(call: JobCall, runtime: Runtime) -> None:
    """Begin an instance by a message or signal, or by a timer of whichever version listens."""
    if "timer" in call.payload:
        _begin_by_timer(call, runtime)
        return
    said = call.payload
    process = process_of(said["definition"], said["process"])
    happened = decode(said["variables"].encode())
    key = said["key"]
    begin(call.instance_id, process, {}, business_key=key, runtime=runtime, happened=happened)


def _begin_by_timer(call: JobCall, runtime: Runtime) -> None:
    listening = starting.find_start(call.instance_id)
    if listening is None:
        return
    process = process_of(listening.definition_id, listening.process_id)
    begin(new_id(), process, {}, business_key="", runtime=runtime, happened={})
    due = datetime.fromisoformat(call.payload["due"])
    again = next_firing(starting.timer_wait(call.payload, call.element_id, due), now())
    if again is not None:
        starting.await_timer(call.instance_id, again, runtime)


def _next(call: JobCall, runtime: Runtime) -> None:
    """Let a message begin the instance that the one just ended had kept from beginning."""
    kept = starting.give_key_back(call.instance_id)
    if kept is not None:
        route(runtime, kept.name, kept.correlation_key, kept.message_id)


def broadcast(runtime: Runtime, name: str, variables: str) -> int:
    """Make the job that serves everybody who waits for a signal now; `variables` are encoded."""
    waiting = count_waiting_for_signal(name) + len(starting.started_by(correlation.SIGNAL, name))
    if waiting:
        job = NewJob(SIGNAL, {"name": name, "variables": variables})
        add_jobs(job.id, [(job, PROMPT)])
        runtime.wake_after_commit()
    return waiting


def _signal(call: JobCall, runtime: Runtime) -> None:
    """Make a delivery for each receiver of one page, and the job for the next page.

    All in the transaction that deletes this job: whenever a worker dies, each page is served once.
    """
    given = UUID(call.payload.get("given", str(call.id)))
    after = call.payload.get("after")
    if after is None:
        starting.begin_by_signal(runtime, call.payload["name"], call.payload["variables"])
    page = waiting_for_signal(
        call.payload["name"],
        after=UUID(after) if after else None,
        until=_end_of_millisecond(given),
        limit=SIGNAL_PAGE,
    )
    said = call.payload["variables"]
    add_jobs_of_many(
        PROMPT,
        [
            (
                row.instance_id,
                NewJob(DELIVER, {"branch": row.branch, "variables": said}, token=row.token),
            )
            for row in page
        ],
    )
    if len(page) == SIGNAL_PAGE:
        going_on = {**call.payload, "given": str(given), "after": str(page[-1].id)}
        add_jobs(call.instance_id, [(NewJob(SIGNAL, going_on), PROMPT)])
    if page:
        runtime.wake_after_commit()


def _end_of_millisecond(made: UUID) -> UUID:
    """The last id of the millisecond in which this one was made."""
    return UUID(int=made.int | _RANDOM_BITS)
