"""Choices whose options are not drawn in the form but kept in a code table, which changes by days.

A choice names its table by `valuesKey`. What a code is called, and whether it may be chosen, is told of
a day: today, or the day `as_of` which an older answer was given.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

from flask import Flask, current_app

from core.clock import today

if TYPE_CHECKING:
    from forms.components import Option

_EXTENSION: Final = "motcua.code-tables"
_day: ContextVar[date | None] = ContextVar("day of answers", default=None)


class CodeTables(Protocol):
    """Where the tables are kept; a room above says."""

    def names(self) -> frozenset[str]:
        """The tables there are."""

    def codes(self, table: str, day: date) -> Sequence["Option"]:
        """The codes of a table that may be chosen on a day, in the order in which they are read."""


def install(app: Flask, tables: CodeTables) -> None:
    """Let the forms of an application take options from these tables."""
    app.extensions[_EXTENSION] = tables


def is_known(table: str) -> bool:
    """Whether there is such a table."""
    return table in _tables().names()


def of_day(table: str, day: date) -> Sequence["Option"]:
    """The codes of a table on a day."""
    return _tables().codes(table, day)


def codes(table: str) -> Sequence["Option"]:
    """The options of a choice today; speaking of an older day, those of that day before them."""
    options, day = of_day(table, today()), _day.get()
    if day is None:
        return options
    # Answers may have been supplemented later than on the day spoken of.
    older = of_day(table, day)
    known = {option.value for option in older}
    return [*older, *(option for option in options if option.value not in known)]


@contextmanager
def as_of(day: date | None) -> Iterator[None]:
    """Speak of the codes of a day; None is today."""
    token = _day.set(day)
    try:
        yield
    finally:
        _day.reset(token)


def _tables() -> CodeTables:
    found: CodeTables = current_app.extensions[_EXTENSION]
    return found
