"""A worker process for the bench: `python -m bench.draining URL`, told by a line when to begin.

It works ordered jobs of one insert each until none is left, and prints when it began and ended.
"""

import sys
import time
from pathlib import Path
from tempfile import gettempdir

from flask import Flask
from sqlalchemy import text

import engine
from core import database
from core.config import Settings
from core.database import db, reading, transaction
from core.ids import new_id
from engine.jobs.kinds import JobCall, JobPolicy
from engine.jobs.table import NewJob, add_jobs_of_many
from engine.jobs.work import work_one
from engine.runtime import Runtime

KIND, READY, GO = "bench.insert", "ready", "go"
POLICY = JobPolicy()
EFFECTS = "CREATE TABLE bench_effect (instance_id uuid, job_id uuid PRIMARY KEY)"
_EFFECT = text("INSERT INTO bench_effect VALUES (:instance, :job)")
_LEFT = text("SELECT count(*) FROM engine_job")


def build(url: str) -> tuple[Flask, Runtime]:
    """A bare engine with one kind of job, whose effect is a row in the completing transaction."""
    app = Flask("draining")
    settings = Settings(data_directory=Path(gettempdir()), database_url=url, embedded_workers=0)
    database.init_app(app, settings)
    runtime = engine.init_app(app, settings)
    runtime.on_job(KIND, None, POLICY, record=lambda call, _: _insert(call))
    return app, runtime


def fill(instances: int, each: int) -> None:
    """Ordered jobs for many instances, in the current application."""
    jobs = [(new_id(), NewJob(KIND)) for _ in range(instances)]
    with transaction():
        for _ in range(each):
            add_jobs_of_many(POLICY, [(instance, NewJob(KIND)) for instance, _ in jobs])


def drain(runtime: Runtime) -> None:
    """Work until the table is empty; what is left may be in another worker's hands."""
    while work_one(runtime) or left():
        pass


def left() -> int:
    """How many jobs there are still."""
    with reading() as session:
        return int(session.execute(_LEFT).scalar_one())


def _insert(call: JobCall) -> None:
    values = {"instance": str(call.instance_id), "job": str(call.id)}
    db.session.connection().execute(_EFFECT, values)


def main(url: str) -> None:
    """Wait for the word, drain, tell the times."""
    app, runtime = build(url)
    with app.app_context():
        left()
        print(READY, flush=True)
        sys.stdin.readline()
        began = time.monotonic()
        drain(runtime)
        print(began, time.monotonic(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
