"""The feed of status changes, numbered by one relay after commit.

Writers commit in any order, and a number taken inside a writer's transaction could become visible
after a higher one: a reader that remembers the highest number would skip it for ever. So changes are
committed without a number, and whoever holds the feed's counter numbers what is visible by then.
"""

import threading

import structlog
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from core.database import db, transaction
from dossiers.models import StatusChange
from dossiers.operations.counters import advance

_EXTENSION = "motcua.status_relay"
_COUNTER = "status-feed"
_BATCH = 1000
_POLL_SECONDS = 1.0

logger = structlog.get_logger(__name__)


class Relay:
    """A thread that numbers new status changes as soon as they are durable."""

    def __init__(self) -> None:
        self.wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, app: Flask) -> None:
        """Begin to number; a second relay elsewhere does no harm, the counter's row orders them."""
        self._thread = threading.Thread(target=self._run, args=(app,), name="relay", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the batch at hand."""
        self._stopping.set()
        self.wake.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self, app: Flask) -> None:
        while not self._stopping.is_set():
            self.wake.wait(_POLL_SECONDS)
            self.wake.clear()
            with app.app_context():
                self._number()

    def _number(self) -> None:
        try:
            while number_status_changes() == _BATCH:
                pass
        except SQLAlchemyError:
            logger.warning("status relay will try again", exc_info=True)


def install(app: Flask) -> None:
    """Give the application its relay, not yet started."""
    app.extensions[_EXTENSION] = Relay()


def relay() -> Relay:
    """The relay of the current application."""
    found: Relay = current_app.extensions[_EXTENSION]
    return found


def number_status_changes(limit: int = _BATCH) -> int:
    """Number the changes that are visible and have no number yet; returns how many.

    Per dossier they are numbered in order: its row is locked from one change to the next, so of two
    changes of one dossier the later is never visible alone.
    """
    with transaction():
        position = advance(_COUNTER, 0)
        changes = db.session.scalars(
            select(StatusChange)
            .where(StatusChange.position.is_(None))
            .order_by(StatusChange.dossier_id, StatusChange.sequence)
            .limit(limit)
        ).all()
        for change in changes:
            position += 1
            change.position = position
        advance(_COUNTER, len(changes))
    return len(changes)
