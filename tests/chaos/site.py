"""A database on PostgreSQL, worker processes over it, and the application of the test itself."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from core.database import Model, db, reading, transaction
from engine import operations, queries
from engine.queries import EVERYTHING, TaskView
from tests.chaos.house import TABLES, build
from tests.servers import Postgres

READY = "Working jobs"


@dataclass
class Site:
    """What a test acts through: the engine in this process, the workers in theirs."""

    app: Flask
    url: str
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    outputs: list[IO[str]] = field(default_factory=list)

    def hire(self) -> "subprocess.Popen[bytes]":
        """Start a worker process, and wait until it works."""
        # Into a file: a pipe that nobody reads would stop a worker with much to log.
        output = tempfile.NamedTemporaryFile("w+", prefix="motcua-worker-")  # noqa: SIM115  closed below
        command = [sys.executable, "-m", "tests.chaos.house", self.url]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        self.workers.append(process)
        self.outputs.append(output)
        self.wait_until(lambda: READY in Path(output.name).read_text(), 30)
        return process

    def dismiss(self) -> None:
        """Stop all workers as an operator does; each must end well and in time."""
        living = [process for process in self.workers if process.poll() is None]
        for process in living:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(30) for process in living]
        assert not any(codes), codes

    def start(self, process: bytes, **variables: Any) -> UUID:
        """Deploy and start; returned is what was committed."""
        with transaction():
            return operations.start(operations.deploy({"p.bpmn": process}), "p", variables)

    def task(self) -> TaskView:
        """The only open task."""
        with reading():
            (task,) = queries.open_tasks(visible_to=EVERYTHING)
        return task

    def rows(self, query: str, **values: Any) -> list[Any]:
        """What the database says."""
        with reading() as session:
            return list(session.execute(text(query), values))

    def count(self, query: str, **values: Any) -> int:
        """One number that the database says."""
        return int(self.rows(query, **values)[0][0])

    def wait_until(self, done: Callable[[], bool], seconds: float) -> None:
        """Wait for something to become true; fails when it does not within these seconds."""
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, "it did not come to an end in time"
            time.sleep(0.05)


@contextmanager
def running_site(postgres: Postgres) -> Iterator[Site]:
    """A site without workers yet, on an empty database; whatever was hired is gone afterwards."""
    with postgres.database(Model.metadata) as url:
        app = build(url)
        with app.app_context():
            for table in TABLES:
                with db.engine.begin() as connection:
                    connection.execute(text(table))
            site = Site(app, url)
            try:
                yield site
            finally:
                for process in site.workers:
                    if process.poll() is None:
                        os.kill(process.pid, signal.SIGKILL)
                        process.wait()
                for output in site.outputs:
                    output.close()
                db.session.remove()
                db.engine.dispose()
