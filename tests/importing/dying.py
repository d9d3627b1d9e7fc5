"""A worker process that dies while it makes a row; told: folder, database, number of the row.

What the row makes is written by then, but not committed.
"""

import os
import signal
import sys
from pathlib import Path

import engine
from core.config import Settings
from core.database import db
from engine.jobs.kinds import JobPolicy
from engine.runtime import EXTENSION, Runtime
from importing import jobs, operations, rows
from importing.models import ImportRow
from wsgi import create_app

LEASE = 1.0


def main(folder: str, database: str, number: int) -> None:
    """Work as a worker does, until the row."""
    app = create_app(
        Settings(data_directory=Path(folder), database_url=database, embedded_workers=0)
    )
    shorten_lease(app.extensions[EXTENSION])
    noted = rows._note

    def note(tag, run, row: ImportRow, by) -> None:
        noted(tag, run, row, by)
        db.session.flush()
        if row.number == number:
            os.kill(os.getpid(), signal.SIGKILL)

    rows._note = note
    with app.app_context():
        engine.run_due_jobs(app)


def shorten_lease(runtime: Runtime) -> None:
    """Let the next worker take over soon."""
    policy = JobPolicy(lease=LEASE)
    runtime.on_job(operations.KIND, jobs._work, policy, record=jobs._go_on)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
