"""A process of twelve steps on a bare engine, whose effects are counted where they happen.

`python -m tests.chaos.house URL` works its jobs, as `motcua worker` works those of the whole house.
"""

import os
import random
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from flask import Flask
from sqlalchemy import text

import engine
from commands.worker import work_until_stopped
from core import chores, database, logs
from core.config import Settings
from core.database import db
from engine.jobs import internal
from engine.jobs.kinds import ActionCall, JobCall, JobPolicy
from engine.runtime import Runtime
from tests.engine.models import duration, flows, message, model, script, service, user

LEASE = 2.0
LONGEST_CALL = 0.1
SIGNAL_PAGE = 10
POLICY = JobPolicy(
    max_attempts=1000, first_delay=0.05, longest_delay=0.5, lease=LEASE, ordered=False
)
EFFECTS = ("a", "b", "note", "c", "d", "g", "h", "l")

BODY = (
    '<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e"/>'
    + "".join(service(step, "effect") for step in ("a", "b", "c", "d", "g", "h", "l"))
    + service("note", "note")
    + f'<intermediateCatchEvent id="t">{duration("PT0.5S")}</intermediateCatchEvent>'
    + '<receiveTask id="m" messageRef="m_paid"/>'
    + script("k", "=1 + 1", "sum")
    + user("u")
)
WAYS = flows(
    *("s -> a", "a -> b", "b -> note", "note -> t", "t -> c", "c -> m", "m -> d", "d -> f"),
    *("f -> g", "f -> h", "g -> j", "h -> j", "j -> k", "k -> u", "u -> l", "l -> e"),
)
PROCESS = model(BODY + WAYS, message("paid"))
SLOW = model(
    '<startEvent id="s"/><endEvent id="e"/>' + service("a", "slow") + flows("s -> a", "a -> e")
)

# `attempt` is the outside world: written at once. `effect` is written with the job's completion.
TABLES = (
    "CREATE TABLE chaos_attempt (instance_id uuid, step text, job_id uuid, process int)",
    "CREATE TABLE chaos_effect (instance_id uuid, step text, process int)",
)
_ATTEMPT = text("INSERT INTO chaos_attempt VALUES (:instance, :step, :job, :process)")
_EFFECT = text("INSERT INTO chaos_effect VALUES (:instance, :step, :process)")


def build(url: str) -> Flask:
    """An application with nothing but the engine and the handlers of the process."""
    app = Flask("chaos")
    settings = Settings(
        data_directory=Path(tempfile.gettempdir()), database_url=url, embedded_workers=0
    )
    database.init_app(app, settings)
    chores.init_app(app)
    _register(engine.init_app(app, settings))
    return app


def _register(runtime: Runtime) -> None:
    runtime.on_job("effect", _attempt_at_leisure, POLICY, record=lambda job, _: _record(job))
    runtime.on_job("slow", _attempt_slowly, POLICY, record=lambda job, _: _record(job))
    runtime.on_job("count", _attempt, POLICY, record=lambda job, _: _record(job))
    runtime.on_action("note", _record)
    # A signal is to take many jobs, so that workers can die between them.
    internal.SIGNAL_PAGE = SIGNAL_PAGE
    # A killed worker's timers and deliveries are to be taken over while the test still runs.
    for name, kind in runtime.jobs.items():
        runtime.jobs[name] = replace(kind, policy=replace(kind.policy, lease=LEASE))


def _attempt(job: JobCall) -> None:
    values = {"instance": job.instance_id, "step": job.element_id, "job": job.id}
    with db.engine.begin() as connection:
        connection.execute(_ATTEMPT, values | {"process": os.getpid()})


def _attempt_at_leisure(job: JobCall) -> None:
    """A neighbour takes a while: most deaths are to hit a worker between claim and completion."""
    _attempt(job)
    time.sleep(random.uniform(0, LONGEST_CALL))


def _attempt_slowly(job: JobCall) -> None:
    _attempt(job)
    time.sleep(float(job.variables["seconds"]))


def _record(call: JobCall | ActionCall) -> None:
    values = {"instance": call.instance_id, "step": call.element_id, "process": os.getpid()}
    db.session.connection().execute(_EFFECT, values)


if __name__ == "__main__":
    logs.configure("WARNING")
    work_until_stopped(build(sys.argv[1]), threads=2)
