"""Runs BPMN and DMN: definitions, instances, tasks, jobs, timers and messages.

Knows nothing of dossiers, people, documents or HTTP: whoever uses it registers handlers and
subscribers on the `Runtime` and calls `engine.operations` inside `core.database.transaction()`.
"""

from flask import Flask

from core.config import Settings
from engine import migration, repairing, watching
from engine.jobs import dispatcher, external, internal
from engine.runtime import EXTENSION, Runtime, current_runtime

__all__ = ["init_app", "run_due_jobs", "runtime", "start_dispatcher"]

runtime = current_runtime


def init_app(app: Flask, settings: Settings) -> Runtime:
    """Give the application its engine; handlers are registered on what this returns."""
    kinds = frozenset(filter(None, map(str.strip, settings.external_job_kinds.split(","))))
    made = Runtime(settings.embedded_workers, settings.job_notifications, kinds)
    internal.install(made)
    external.install(made)
    repairing.install(made)
    migration.install(made)
    app.extensions[EXTENSION] = made
    watching.install(app, made)
    return made


def start_dispatcher(app: Flask, threads: int | None = None) -> dispatcher.Dispatcher:
    """Start the embedded worker threads; call `stop()` on what this returns."""
    engine: Runtime = app.extensions[EXTENSION]
    count = engine.embedded_workers if threads is None else threads
    started = dispatcher.Dispatcher(app, engine, count)
    engine.dispatcher = started
    started.start()
    return started


def run_due_jobs(app: Flask, limit: int = 1000) -> int:
    """Work everything that is due, in this thread, until nothing is; returns how many jobs ran."""
    return dispatcher.run_due_jobs(app, app.extensions[EXTENSION], limit)
