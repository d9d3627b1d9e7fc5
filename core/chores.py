"""Small recurring work beside the jobs: numbering the feed, sealing looks, forgetting what is over.

A chore must be safe to do in several processes at once, and to miss: what it does is settled by rows
in the database, not by who runs it or when.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from flask import Flask, current_app

from core.errors import N_
from core.readiness import Finding, Level, parts

_EXTENSION = "motcua.chores"

logger = structlog.get_logger(__name__)


@dataclass
class Chore:
    """Something to do every so many seconds; a prompt one also whenever somebody calls `wake`."""

    name: str
    every: float
    work: Callable[[], object]
    prompt: bool = False
    due: float = 0.0


@dataclass
class Chores:
    """One thread that does the chores of an application."""

    chores: list[Chore] = field(default_factory=list)
    _awake: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def add(
        self, name: str, every: float, work: Callable[[], object], *, prompt: bool = False
    ) -> None:
        """Do `work` every so many seconds, each time in an application context of its own."""
        self.chores.append(Chore(name, every, work, prompt))

    def wake(self) -> None:
        """Let the prompt chores be done now."""
        self._awake.set()

    def start(self, app: Flask) -> None:
        """Begin, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, args=(app,), name="chores", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the chore at hand."""
        self._stopping.set()
        self._awake.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def is_alive(self) -> bool | None:
        """Whether the thread still runs; None where it was never started."""
        return None if self._thread is None else self._thread.is_alive()

    def do_all(self, app: Flask) -> None:
        """Do every chore once, in this thread."""
        for chore in self.chores:
            self._do(app, chore)

    def _run(self, app: Flask) -> None:
        while not self._stopping.is_set():
            woken = self._awake.wait(self._pause())
            self._awake.clear()
            for chore in self.chores:
                if chore.due <= time.monotonic() or (woken and chore.prompt):
                    self._do(app, chore)

    def _pause(self) -> float:
        next_due = min((chore.due for chore in self.chores), default=time.monotonic() + 1)
        return max(0.0, next_due - time.monotonic())

    def _do(self, app: Flask, chore: Chore) -> None:
        chore.due = time.monotonic() + chore.every
        try:
            with app.app_context():
                chore.work()
        except Exception:  # one chore's fault must end neither itself nor the others
            logger.warning("chore will be tried again", chore=chore.name, exc_info=True)


def init_app(app: Flask) -> None:
    """Give the application its chores, not yet started."""
    app.extensions[_EXTENSION] = Chores()
    parts(app).add("chores", look_at_chores)


def look_at_chores() -> Finding:
    """Whether the chores of this process are being done."""
    alive = chores().is_alive()
    if alive is None:
        return Finding(Level.OK, N_("This process does no chores."))
    if alive:
        return Finding(Level.OK, N_("The chores are being done."))
    return Finding(Level.DOWN, N_("The thread of the chores has ended: restart this process."))


def chores(app: Flask | None = None) -> Chores:
    """The chores of an application, the current one unless named."""
    found: Chores = (app or current_app).extensions[_EXTENSION]
    return found
