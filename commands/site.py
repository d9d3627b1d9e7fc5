"""The site as one process: pages, API, and threads that work jobs and do chores."""

from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

import engine
from core.chores import Chores, chores
from core.config import Settings
from engine.jobs.dispatcher import Dispatcher
from wsgi import create_app

THREADS = 8
# A worker that is starting answers nobody yet; this is how long it may take, in seconds.
LONGEST_START = 120
LONGEST_STOP = 20


class Site(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with one worker process of several threads, stopped by SIGINT or SIGTERM."""

    def __init__(self, settings: Settings, bind: str, greeting: str) -> None:
        self._settings, self._bind, self._greeting = settings, bind, greeting
        self._dispatcher: Dispatcher | None = None
        self._chores: Chores | None = None
        super().__init__()

    def load_config(self) -> None:
        """gunicorn asks for its settings."""
        for name, value in {
            "bind": self._bind,
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "timeout": LONGEST_START,
            "graceful_timeout": LONGEST_STOP,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self._greet,
            "worker_exit": self._stop_threads,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application in the worker process and start its threads."""
        app = create_app(self._settings)
        self._chores = chores(app)
        self._chores.start(app)
        self._dispatcher = engine.start_dispatcher(app)
        return app

    def _greet(self, _worker: Any) -> None:
        click.echo(self._greeting)

    def _stop_threads(self, _server: Any, _worker: Any) -> None:
        """Let jobs finish: one that is cut off must wait for its lease to run out."""
        if self._dispatcher is not None:
            self._dispatcher.stop()
        if self._chores is not None:
            self._chores.stop()
