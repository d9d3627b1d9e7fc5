"""Threads that work jobs: inside the web process, or in a worker process of their own."""

import random
from collections.abc import Callable
from threading import Event, Thread

import structlog
from flask import Flask

from core.database import db
from engine.jobs.notices import listen
from engine.jobs.work import work_one
from engine.runtime import Runtime

log = structlog.get_logger(__name__)
SHORTEST_WAIT, LONGEST_WAIT = 0.05, 1.0
AFTER_TROUBLE = 1.0
# How often leases are looked at: several times in a third of the shortest lease of any kind.
HEARTBEAT = 0.25


class Dispatcher:
    """N daemon threads over one job table; woken after a commit, else looking every now and then.

    One thread more renews the leases of the jobs at work, and on PostgreSQL another one listens for
    the jobs that other processes make.
    """

    def __init__(self, app: Flask, runtime: Runtime, threads: int) -> None:
        self.app, self.runtime = app, runtime
        self._stopping, self._stopped = Event(), Event()
        self._workers = [_thread(f"jobs-{number}", self._run) for number in range(threads)]
        self._helpers = self._helping() if threads else []

    def start(self) -> None:
        """Start the threads."""
        for thread in (*self._helpers, *self._workers):
            thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Let every thread finish its job and end; waits at most `timeout` seconds for each."""
        self._stopping.set()
        self.runtime.wake.set()
        for thread in self._workers:
            thread.join(timeout)
        # Leases are renewed until the last handler is done.
        self._stopped.set()
        for thread in self._helpers:
            thread.join(timeout)

    def is_alive(self) -> bool:
        """Whether any thread of this dispatcher still runs."""
        return any(thread.is_alive() for thread in (*self._workers, *self._helpers))

    def _helping(self) -> list[Thread]:
        helpers = [_thread("jobs-heartbeat", self._renew_leases)]
        with self.app.app_context():
            listens = self.runtime.job_notifications and db.engine.dialect.name == "postgresql"
        if listens:
            helpers.append(_thread("jobs-listener", self._listen))
        return helpers

    def _run(self) -> None:
        wait = SHORTEST_WAIT
        while not self._stopping.is_set():
            if self._work():
                wait = SHORTEST_WAIT
                continue
            if self.runtime.wake.wait(wait * random.uniform(0.5, 1)):  # noqa: S311  jitter
                self.runtime.wake.clear()
                wait = SHORTEST_WAIT
            else:
                wait = min(LONGEST_WAIT, wait * 2)

    def _work(self) -> bool:
        """Work one job; no trouble with the database may end the thread."""
        try:
            with self.app.app_context():
                return work_one(self.runtime)
        except Exception:
            log.exception("worker in trouble")
            self._stopping.wait(AFTER_TROUBLE)
            return False

    def _renew_leases(self) -> None:
        while not self._stopped.wait(HEARTBEAT):
            try:
                with self.app.app_context():
                    self.runtime.leases.renew_due()
            except Exception:
                log.exception("leases could not be renewed")

    def _listen(self) -> None:
        listen(self.app, self.runtime.wake, self._stopped)


def _thread(name: str, work: Callable[[], None]) -> Thread:
    return Thread(target=work, name=name, daemon=True)


def run_due_jobs(app: Flask, runtime: Runtime, limit: int = 1000) -> int:
    """Work everything that is due, in this thread, until nothing is; returns how many jobs ran."""
    for done in range(limit):
        with app.app_context():
            if not work_one(runtime):
                return done
    return limit
