"""Threads that work jobs inside the web process."""

import random
from threading import Event, Thread

import structlog
from flask import Flask

from engine.jobs.work import work_one
from engine.runtime import Runtime

log = structlog.get_logger(__name__)
SHORTEST_WAIT, LONGEST_WAIT = 0.05, 1.0
AFTER_TROUBLE = 1.0


class Dispatcher:
    """N daemon threads over one job table; woken after a commit, else looking every now and then."""

    def __init__(self, app: Flask, runtime: Runtime, threads: int) -> None:
        self.app, self.runtime = app, runtime
        self._stopping = Event()
        self._threads = [
            Thread(target=self._run, name=f"jobs-{number}", daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Let every thread finish its job and end; waits at most `timeout` seconds for each."""
        self._stopping.set()
        self.runtime.wake.set()
        for thread in self._threads:
            thread.join(timeout)

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


def run_due_jobs(app: Flask, runtime: Runtime, limit: int = 1000) -> int:
    """Work everything that is due, in this thread, until nothing is; returns how many jobs ran."""
    for done in range(limit):
        with app.app_context():
            if not work_one(runtime):
                return done
    return limit
