"""From which number on an agency's book goes on, such as after the last one of a paper book."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from flask_babel import gettext

from administration import Effect, SettingKind, in_force
from administration.kinds import Change
from administration.timeline import Value
from core.errors import N_
from dossiers.settled.common import form_of
from forms import AnswersInvalid
from workflows.queries import services

BOOK_START: Final = "book-start"
_NO_SUCH_BOOK = N_("No service enters its results in a book of this key.")
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


def first_number(book: str, agency_id: UUID) -> int:
    """The lowest number that the book may give today; 1 where nothing was decided."""
    decided = in_force(BOOK_START, agency_id).get(book)
    return int(decided["next"]) if decided else 1


def _check_book(value: Value) -> None:
    if value["book"] not in {pack.manifest.book for pack in services()}:
        raise AnswersInvalid({("book",): [gettext(_NO_SUCH_BOOK)]})


def _effects(change: Change) -> Sequence[Effect]:
    value = change.ruling.value or {}
    if "next" not in value:
        return ()
    params = {"first": change.ruling.valid_from, "next": value["next"]}
    return (Effect(_NUMBERS_LEFT_OUT, params),)
