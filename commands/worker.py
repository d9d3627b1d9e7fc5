"""`motcua worker`: a process that works jobs beside the site, on the same PostgreSQL."""

import signal
from threading import Event
from typing import Any

import click
from flask import Flask

import engine
from commands.console import plain_errors
from commands.errors import WorkerNeedsPostgres
from core.chores import chores
from core.config import Settings
from wsgi import create_app

# Each thread needs a connection, and Python runs one thread at a time: start more processes instead.
MOST_THREADS = 8
# A job that takes longer than this to finish is cut off, and done again when its lease is over.
LONGEST_STOP = 30.0
WAKE_SECONDS = 0.5


@click.command()
@click.option(
    "--threads", type=click.IntRange(1, MOST_THREADS), default=2, show_default=True, help="At once."
)
@plain_errors
def worker(threads: int) -> None:
    """Work jobs until SIGTERM or Ctrl-C, with as many other workers as you like. Needs PostgreSQL."""
    settings = Settings.from_environment()
    if settings.effective_database_url.startswith("sqlite"):
        raise WorkerNeedsPostgres()
    work_until_stopped(create_app(settings), threads)


def work_until_stopped(app: Flask, threads: int) -> None:
    """Work jobs and do chores until this process is told to stop; the job at hand is finished."""
    stopping = Event()

    def stop(_signal: int, _frame: Any) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    housework = chores(app)
    housework.start(app)
    dispatcher = engine.start_dispatcher(app, threads)
    click.echo(f"Working jobs with {threads} threads. Stop with Ctrl-C.")
    # A signal may reach another thread first; Python acts on it once this one wakes by itself.
    while not stopping.wait(WAKE_SECONDS):
        pass
    dispatcher.stop(LONGEST_STOP)
    housework.stop()
