"""From which number on an agency's book goes on, such as after the last one of a paper book."""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from flask_babel import gettext

from administration import Effect, SettingKind, in_force
from administration.kinds import Change
from administration.timeline import Value
from core.errors import N_
from dossiers.settled.common import form_of
from forms import AnswersInvalid
from workflows.manifest import Manifest
from workflows.number_rules import books_of
from workflows.queries import services

BOOK_START: Final = "book-start"
_NO_SUCH_BOOK = N_("No service enters its results in a book of this key.")
_NAME_THE_YEAR = N_("This book begins anew each year: say of which year you decide.")
_NO_YEARS = N_("This book does not begin anew each year: leave the year out.")
_NUMBERS_LEFT_OUT = N_(
    "Results from %(first)s on get %(next)s, or the number after the last one given if it is higher."
)


def book_starts() -> SettingKind:
    """The kind."""
    return SettingKind(
        BOOK_START,
        N_("Number books"),
        N_("From which number on an agency's book goes on."),
        form_of(BOOK_START),
        key=lambda value: str(value["book"]),
        title=lambda value: str(value["book"]),
        second_person=True,
        check=_check_book,
        effects=_effects,
    )


def first_number(book: str, agency_id: UUID, period: str = "") -> int:
    """The lowest number that the book may give today; 1 where nothing was decided.

    Of a book that begins anew each year a decision is about the year (`period`) that it names.
    """
    decided = in_force(BOOK_START, agency_id).get(book)
    return int(decided["next"]) if decided and _year_in(decided) == period else 1


def _check_book(value: Value) -> None:
    kept = {book: yearly for pack in services() for book, yearly in _books(pack.manifest)}
    if value["book"] not in kept:
        raise AnswersInvalid({("book",): [gettext(_NO_SUCH_BOOK)]})
    yearly = kept[value["book"]]
    if yearly != bool(_year_in(value)):
        raise AnswersInvalid({("year",): [gettext(_NAME_THE_YEAR if yearly else _NO_YEARS)]})


def _books(manifest: Manifest) -> Iterator[tuple[str, bool]]:
    """The books of a service, and whether they begin anew each year."""
    for book in books_of(manifest):
        yield book, manifest.numbering.yearly
    if manifest.register.decisions is not None:
        yield manifest.register.decisions.book, manifest.register.decisions.yearly


def _year_in(value: Value) -> str:
    return str(int(value["year"])) if value.get("year") else ""


def _effects(change: Change) -> Sequence[Effect]:
    value = change.ruling.value or {}
    if "next" not in value:
        return ()
    params = {"first": change.ruling.valid_from, "next": value["next"]}
    return (Effect(_NUMBERS_LEFT_OUT, params),)
