"""Threads that work jobs inside the web process."""

from flask import Flask

from engine.runtime import Runtime


class Dispatcher:
    """N daemon threads over one job table."""

    def __init__(self, app: Flask, runtime: Runtime, threads: int) -> None:
        self.app, self.runtime, self.threads = app, runtime, threads

    def start(self) -> None:
        """Start the threads."""

    def stop(self, timeout: float = 10.0) -> None:
        """Let every thread finish its job and end."""


def run_due_jobs(app: Flask, limit: int = 1000) -> int:
    """Work everything that is due, in this thread, until nothing is; returns how many jobs ran."""
    raise NotImplementedError
