"""Reads of the books. Every finder takes `visible_to`, the actor for whom it looks."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from accounts import policy
from accounts.actor import Actor
from accounts.models import Agency
from accounts.policy import Action, Scope
from core.database import db
from dossiers.models import BookNumber, Dossier
from dossiers.numbers.errors import BookNotFound, NumberNotFound

STATES = ("reserved", "issued", "void")
_PAGE = 1000


@dataclass(frozen=True)
class Book:
    """A book of an agency; `period` is its year, or empty. `given` counts its numbers until `last`."""

    agency_id: UUID
    agency_code: str
    name: str
    period: str
    given: int
    last: int


@dataclass(frozen=True)
class NumberLine:
    """A number with the dossier that took it; `reference` is empty for who may not see that."""

    number: BookNumber
    dossier: Dossier
    reference: str


def books(*, visible_to: Actor) -> list[Book]:
    """The books of the agencies that this actor looks after, by agency, the newest years first."""
    keys = (BookNumber.agency_id, Agency.code, BookNumber.book, BookNumber.period)
    rows = db.session.execute(
        select(*keys, func.count(), func.max(BookNumber.sequence))
        .join(Agency, Agency.id == BookNumber.agency_id)
        .where(_visible(visible_to))
        .group_by(*keys)
        .order_by(Agency.code, BookNumber.book, BookNumber.period.desc())
    )
    return [Book(*row) for row in rows]


def find_book(agency_code: str, name: str, period: str, *, visible_to: Actor) -> Book:
    """One book; raises BookNotFound."""
    wanted = (agency_code, name, period)
    for book in books(visible_to=visible_to):
        if (book.agency_code, book.name, book.period) == wanted:
            return book
    raise BookNotFound


def numbers(
    book: Book, *, visible_to: Actor, state: str = "", before: int | None = None, limit: int = 50
) -> list[NumberLine]:
    """The numbers of a book, the last one first; `before` is the sequence of the page's last."""
    query = _lines(visible_to).where(*_in(book))
    if state:
        query = query.where(BookNumber.state == state)
    if before is not None:
        query = query.where(BookNumber.sequence < before)
    found = query.order_by(BookNumber.sequence.desc()).limit(limit)
    return [_line(*row, visible_to) for row in db.session.execute(found)]


def all_numbers(book: Book, *, visible_to: Actor) -> Iterator[NumberLine]:
    """Every number of a book, the last one first, read page by page."""
    before: int | None = None
    while page := numbers(book, visible_to=visible_to, before=before, limit=_PAGE):
        yield from page
        before = page[-1].number.sequence


def find_number(number_id: UUID, *, visible_to: Actor) -> NumberLine:
    """One number; raises NumberNotFound also when this actor may not see it."""
    row = db.session.execute(_lines(visible_to).where(BookNumber.id == number_id)).one_or_none()
    if row is None:
        raise NumberNotFound
    return _line(*row, visible_to)


def scope_of(line: NumberLine) -> Scope:
    """What the policy looks at: the book is its agency's, the dossier somebody's."""
    return Scope(
        agency_id=line.number.agency_id,
        owner_id=line.dossier.owner_id,
        acting_for=line.dossier.acting_for,
    )


def _lines(actor: Actor) -> Select[BookNumber, Dossier]:
    return (
        select(BookNumber, Dossier)
        .join(Dossier, Dossier.id == BookNumber.dossier_id)
        .where(_visible(actor))
    )


def _line(number: BookNumber, dossier: Dossier, actor: Actor) -> NumberLine:
    seen = policy.allows(actor, Action.DOSSIER_VIEW, dossier)
    return NumberLine(number, dossier, dossier.reference if seen else "")


def _visible(actor: Actor) -> ColumnElement[bool]:
    return policy.clause(actor, Action.BOOK_VIEW, Scope(agency_id=BookNumber.agency_id))


def _in(book: Book) -> tuple[ColumnElement[bool], ...]:
    return (
        BookNumber.agency_id == book.agency_id,
        BookNumber.book == book.name,
        BookNumber.period == book.period,
    )
