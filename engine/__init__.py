"""Runs BPMN and DMN: definitions, instances, tasks, jobs, timers and messages.

Knows nothing of dossiers, people, documents or HTTP: whoever uses it registers handlers and
subscribers on the `Runtime` and calls `engine.operations` inside `core.database.transaction()`.
"""

from flask import Flask, current_app

from core.config import Settings
from engine.jobs.dispatcher import Dispatcher, run_due_jobs
from engine.runtime import Runtime

EXTENSION = "motcua.engine"

__all__ = ["init_app", "run_due_jobs", "runtime", "start_dispatcher"]


def init_app(app: Flask, settings: Settings) -> Runtime:
    """Give the application its engine; handlers are registered on what this returns."""
    made = Runtime(embedded_workers=settings.embedded_workers)
    app.extensions[EXTENSION] = made
    return made


def runtime() -> Runtime:
    """The engine of the current application."""
    found: Runtime = current_app.extensions[EXTENSION]
    return found


def start_dispatcher(app: Flask, threads: int | None = None) -> Dispatcher:
    """Start the embedded worker threads; call `stop()` on what this returns."""
    engine: Runtime = app.extensions[EXTENSION]
    dispatcher = Dispatcher(app, engine, engine.embedded_workers if threads is None else threads)
    dispatcher.start()
    return dispatcher
