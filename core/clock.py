"""The time that decides due dates. Tests push it; leases of jobs use the database's clock instead."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_offset: ContextVar[timedelta] = ContextVar("clock_offset", default=timedelta())
_process_offset = timedelta()


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC) + _process_offset + _offset.get()


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
def process_shifted(by: timedelta) -> Iterator[None]:
    """Push the clock of every thread of this process: for scenarios and tests with workers."""
    global _process_offset
    before = _process_offset
    _process_offset = before + by
    try:
        yield
    finally:
        _process_offset = before
