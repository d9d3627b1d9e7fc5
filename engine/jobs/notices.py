"""How processes on one PostgreSQL wake one another: an empty NOTIFY in the transaction that adds work.

Only a shortcut: who misses a notice finds the work by looking, at most a second later.
"""

from threading import Event
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import text

from core.database import db

log = structlog.get_logger(__name__)
_NOTIFIED = "engine_notified"
_NOTIFY, _LISTEN = text("NOTIFY motcua_jobs"), text("LISTEN motcua_jobs")
LOOK = 0.5
AFTER_TROUBLE = 1.0


def notify() -> None:
    """Wake the workers of all processes when the open transaction commits; one notice for each."""
    session = db.session()
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return
    current = session.get_transaction()
    if session.info.get(_NOTIFIED) is not current:
        session.info[_NOTIFIED] = current
        connection.execute(_NOTIFY)


def listen(app: Flask, wake: Event, stopping: Event) -> None:
    """Set `wake` at every notice, until `stopping` is set; a lost connection is made anew."""
    while not stopping.is_set():
        try:
            with app.app_context():
                _listen_once(wake, stopping)
        except Exception as error:  # noqa: BLE001  whatever broke the connection, make another
            log.warning("not listening for jobs", error=type(error).__name__)
            stopping.wait(AFTER_TROUBLE)


def _listen_once(wake: Event, stopping: Event) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(_LISTEN)
        driver: Any = connection.connection.driver_connection
        # A connection that listens must not go back to the pool; a detached one names no driver.
        connection.detach()
        wake.set()
        while not stopping.is_set():
            for _notice in driver.notifies(timeout=LOOK, stop_after=1):
                wake.set()
