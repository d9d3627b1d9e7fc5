"""The time that decides due dates, and the zone in which its days are counted.

Tests and scenarios push it; leases of jobs use the database's clock instead.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from flask import Flask, current_app

_ZONE = "motcua.zone"
_offset: ContextVar[timedelta] = ContextVar("clock_offset", default=timedelta())
_stopped: ContextVar[datetime | None] = ContextVar("clock_stopped", default=None)


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return (_stopped.get() or datetime.now(UTC)) + _offset.get()


def keep_zone(app: Flask, name: str) -> None:
    """Count the days of this application in the zone with this IANA name."""
    app.extensions[_ZONE] = ZoneInfo(name)


def zone() -> tzinfo:
    """The zone of the application at hand; UTC outside of one, or where none was kept."""
    kept: tzinfo = current_app.extensions.get(_ZONE, UTC) if current_app else UTC
    return kept


def today() -> date:
    """The current day in the application's zone."""
    return now().astimezone(zone()).date()


def day_of(moment: datetime | None) -> date | None:
    """The day of a moment in the application's zone; None without one."""
    return moment.astimezone(zone()).date() if moment else None


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Let `now()` be later (or earlier) inside this context, in this thread or task only."""
    token = _offset.set(_offset.get() + by)
    try:
        yield
    finally:
        _offset.reset(token)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now()` start at the given aware moment inside this context."""
    with shifted(moment - now()):
        yield


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Let the clock stand still in this context, in this thread or task only, until `move_to`."""
    stopped, offset = _stopped.set(moment.astimezone(UTC)), _offset.set(timedelta())
    try:
        yield
    finally:
        _offset.reset(offset)
        _stopped.reset(stopped)


def move_to(moment: datetime) -> None:
    """Put the stopped clock of this context to another moment."""
    _stopped.set(moment.astimezone(UTC))
