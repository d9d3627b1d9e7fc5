"""What the engine tells of itself to whoever watches the installation: numbers, and what is down."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from flask import Flask
from sqlalchemy import true

from core.errors import N_
from core.metrics import Gauge, metrics
from core.readiness import Finding, Level, parts
from engine import measures
from engine.models import BreakerState
from engine.queries import BreakerView, breakers
from engine.runtime import Runtime, current_runtime

# Longer than any pause between two looks of a healthy worker, by far.
TOO_LONG: Final = timedelta(minutes=1)


def install(app: Flask, runtime: Runtime) -> None:
    """Hang the engine's numbers and parts into the application."""
    measured = metrics(app)
    measured.read_by(gauges)
    runtime.note_step = measured.seconds(
        "motcua_engine_step_seconds",
        "Time of one step of an instance, from asking for its lock to the state written.",
    ).observe
    parts(app).add("workers", look_at_workers)
    parts(app).add("breakers", look_at_breakers)


def gauges() -> Iterator[Gauge]:
    """Jobs, timers, incidents, breakers, tasks and instances, as the database has them now."""
    yield from _job_gauges()
    yield Gauge(
        "motcua_incidents_open",
        "Incidents that wait for an operator, by kind of job; element: in the process itself.",
        {(kind,): count for kind, count in measures.open_incidents().items()},
        ("kind",),
    )
    yield Gauge(
        "motcua_breaker_state",
        "1 for the state that the circuit breaker of a kind of job is in.",
        {
            (each.kind, state): float(each.state == state)
            for each in breakers(visible_to=true())
            for state in BreakerState
        },
        ("kind", "state"),
    )
    load = measures.task_load()
    yield Gauge("motcua_tasks_open", "User tasks that are not done.", {(): load.open})
    yield Gauge("motcua_tasks_overdue", "Open user tasks past their due date.", {(): load.overdue})
    yield Gauge(
        "motcua_instances",
        "Process instances that have not ended, by state.",
        {(state,): count for state, count in measures.running_instances().items()},
        ("state",),
    )


def look_at_workers() -> Finding:
    """Whether jobs are being worked, here or by anybody else."""
    dispatcher, wait = current_runtime().dispatcher, measures.longest_wait()
    if dispatcher is not None and not dispatcher.is_alive():
        return Finding(
            Level.DOWN, N_("The threads that work jobs have ended: restart this process.")
        )
    if wait > TOO_LONG:
        late = {"seconds": round(wait.total_seconds())}
        return Finding(
            Level.DEGRADED,
            N_("A job has waited for %(seconds)s seconds: start more workers."),
            late,
        )
    if dispatcher is None:
        return Finding(Level.OK, N_("Others work the jobs, and none waits for long."))
    return Finding(Level.OK, N_("This process works jobs, and none waits for long."))


def look_at_breakers() -> Finding:
    """Whether the outside systems answer, as far as the breakers know."""
    resting = [each.kind for each in breakers(visible_to=true()) if _rests(each)]
    if not resting:
        return Finding(Level.OK, N_("No kind of job rests."))
    return Finding(
        Level.DEGRADED,
        N_("These kinds of job rest, as their neighbour does not answer: %(kinds)s."),
        {"kinds": ", ".join(resting)},
    )


def _rests(breaker: BreakerView) -> bool:
    return breaker.state != BreakerState.CLOSED


def _job_gauges() -> Iterator[Gauge]:
    waiting = measures.waiting_jobs()
    yield Gauge(
        "motcua_jobs_due",
        "Jobs that are due and not being worked, by kind.",
        {(kind,): each.count for kind, each in waiting.items()},
        ("kind",),
    )
    yield Gauge(
        "motcua_job_lag_seconds",
        "How long the oldest job of a kind has been due without being worked.",
        {(kind,): each.longest.total_seconds() for kind, each in waiting.items()},
        ("kind",),
    )
    overdue = measures.overdue_timers(waiting)
    yield Gauge("motcua_timers_overdue", "Timers past their moment.", {(): overdue})
