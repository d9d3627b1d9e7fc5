"""The time that decides due dates, and the zone in which its days are counted.

Tests and scenarios push it; leases of jobs use the database's clock instead.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from flask import Flask, current_app

_ZONE = "motcua.zone"
_offset: ContextVar[timedelta] = ContextVar("clock_offset", default=timedelta())
_process_offset = timedelta()


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC) + _process_offset + _offset.get()


def keep_zone(app: Flask, name: str) -> None:
    """Count the days of this application in the zone with this IANA name."""
    app.extensions[_ZONE] = ZoneInfo(name)


def zone() -> tzinfo:
    """The zone of the application at hand; UTC outside of one, or where none was kept."""
    kept: tzinfo = current_app.extensions.get(_ZONE, UTC) if current_app else UTC
    return kept


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
def process_at(moment: datetime) -> Iterator[None]:
    """Let the clock of every thread of this process start at a moment: for scenarios and tests."""
    before = _process_offset
    push_process(moment - now())
    try:
        yield
    finally:
        push_process(before - _process_offset)


def push_process(by: timedelta) -> None:
    """Push the clock of every thread of this process forward (or back)."""
    global _process_offset  # noqa: PLW0603  there is one clock
    _process_offset += by
