"""`motcua worker`: the jobs of the site, worked by another process on the same PostgreSQL."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

from sqlalchemy import create_engine, insert, text

from core.clock import now
from core.database import Model
from core.ids import new_id
from engine.models import Job, JobState

WORKER = [sys.executable, "-m", "commands", "worker"]


def environment(tmp_path, database_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "MOTCUA_DATA_DIRECTORY": str(tmp_path / "var"),
        "MOTCUA_DATABASE_URL": database_url,
        "MOTCUA_LOG_LEVEL": "WARNING",
    }


def test_a_worker_on_the_embedded_database_is_refused(tmp_path):
    done = subprocess.run(
        WORKER, env=environment(tmp_path, ""), capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "Set MOTCUA_DATABASE_URL to a PostgreSQL" in done.stderr
    assert not (tmp_path / "var").exists()


def test_a_worker_works_the_jobs_of_the_house_and_stops_when_told(tmp_path, postgres):
    with postgres.database(Model.metadata) as url:
        database = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        with database.begin() as connection:
            connection.execute(insert(Job).values(engine_signal()))
        with subprocess.Popen(
            WORKER, env=environment(tmp_path, url), stdout=subprocess.PIPE, text=True
        ) as process:
            assert "Working jobs with 2 threads" in process.stdout.readline()
            end = time.monotonic() + 30
            while time.monotonic() < end and jobs_left(database):
                time.sleep(0.1)
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        left = jobs_left(database)
        database.dispose()
        assert left == 0


def jobs_left(database) -> int:
    """How many are left of those that were there; the worker's chores make jobs of their own."""
    with database.connect() as connection:
        counted = text("SELECT count(*) FROM engine_job WHERE kind = :kind")
        return int(connection.execute(counted, {"kind": "engine.signal"}).scalar_one())


def engine_signal() -> dict[str, Any]:
    """A signal for which nobody waits: its job is done as soon as somebody takes it."""
    return {
        "instance_id": new_id(),
        "id": new_id(),
        "seq": 1,
        "kind": "engine.signal",
        "element_id": "",
        "payload": {"name": "nobody", "variables": "{}"},
        "due_at": now(),
        "priority": 0,
        "attempts": 0,
        "max_attempts": 3,
        "state": JobState.READY,
        "last_error": "",
        "fingerprint": "",
        "created_at": now(),
    }
