"""A database on PostgreSQL, worker processes over it, and the application of the test itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
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
    workers: list["subprocess.Popen[str]"] = field(default_factory=list)

    def hire(self) -> "subprocess.Popen[str]":
        """Start a worker process, and wait until it works."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.house", self.url],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.workers.append(process)
        # Lines of the log may come first; none at all means that the worker is dead.
        assert any(line.startswith(READY) for line in process.stdout)
        return process

    def dismiss(self) -> None:
        """Stop all workers as an operator does; each must end well and in time."""
        living = [process for process in self.workers if process.poll() is None]
        for process in living:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(30) for process in living]
        for process in self.workers:
            process.stdout.close()
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
                    process.stdout.close()
                db.session.remove()
                db.engine.dispose()
