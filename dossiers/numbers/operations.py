"""Taking numbers from the agency's books, using them up and striking them out."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select

from accounts import policy
from accounts.actor import SYSTEM, Actor
from accounts.freshness import require_fresh
from accounts.models import Agency
from accounts.policy import Action, Scope
from core import audit
from core.clock import now, today
from core.database import db
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.errors import ReasonMissing
from dossiers.models import BookNumber, Dossier
from dossiers.numbers.errors import NumberAwaited, NumberLost, NumberUsed, NumberVoid
from dossiers.numbers.queries import Book, NumberLine, all_numbers, find_number, scope_of
from dossiers.operations.counters import next_value
from dossiers.operations.journal import record
from dossiers.operations.locking import hold_row, lock_dossier
from dossiers.settled import facts_of, first_number
from workflows import number_patterns
from workflows.number_rules import book_for
from workflows.pack import ServicePack

RESERVED, ISSUED, VOID = "reserved", "issued", "void"
RESULT, COPY, DECISION = "result", "copy", "decision"
CANNOT_CANCEL = (NumberUsed, NumberVoid, NumberAwaited)


def reserve_number(dossier: Dossier, pack: ServicePack, agency: Agency) -> BookNumber:
    """Take the next number of the agency's book for a locked dossier; its own again if it has one."""
    book, setting = book_for(pack, dossier.answers)
    return reserved_number(dossier.id) or take_number(
        dossier.id,
        agency,
        book=book,
        pattern=str(facts_of(pack, agency.id)[setting]),
        yearly=pack.manifest.numbering.yearly,
    )


def take_number(
    dossier_id: UUID,
    agency: Agency,
    *,
    book: str,
    pattern: str,
    yearly: bool,
    purpose: str = RESULT,
    by: str = SYSTEM.id,
) -> BookNumber:
    """Reserve the next number of a book for something of a locked dossier.

    The book is locked until the transaction ends: nobody else gets a number before that, and one that
    is rolled back is given again.
    """
    day = today()
    period = period_of(day, yearly=yearly)
    first = first_number(book, agency.id, period)
    sequence = next_value(counter_of(agency.id, book, period), first=first)
    number = BookNumber(
        id=new_id(),
        agency_id=agency.id,
        book=book,
        period=period,
        sequence=sequence,
        number=number_patterns.written(
            pattern, sequence=sequence, agency=agency.abbreviation, year=day.year
        ),
        purpose=purpose,
        dossier_id=dossier_id,
        state=RESERVED,
        reserved_at=now(),
    )
    db.session.add(number)
    record(DossierTag.NUMBER_RESERVED, dossier_id, actor=by, details={"number": number.number})
    return number


def period_of(day: date, *, yearly: bool) -> str:
    """To which book a day belongs: that of its year, or the only one."""
    return str(day.year) if yearly else ""


def counter_of(agency_id: UUID, book: str, period: str) -> str:
    """The counter of a book."""
    return ":".join(filter(None, ("book", str(agency_id), book, period)))


def reserved_number(dossier_id: UUID) -> BookNumber | None:
    """The number for its result that a dossier has taken from a book and not yet used up."""
    return db.session.scalars(_RESERVED, {"of_dossier": dossier_id}).first()


def number_to_use(dossier_id: UUID, told: str) -> BookNumber:
    """The reserved number with which a result was made; raises NumberLost."""
    number = reserved_number(dossier_id)
    if number is None or number.number != told:
        raise NumberLost
    return number


def use_number(number: BookNumber) -> None:
    """Use a reserved number up; what hindered it is forgotten."""
    number.state, number.reason, number.used_at = ISSUED, None, now()


def note_trouble(number: BookNumber, reason: str) -> None:
    """Keep with a reserved number why its result could not be made yet."""
    number.reason = reason


def void_number(number: BookNumber, reason: str, *, by: str = SYSTEM.id) -> None:
    """Strike a reserved number out: it stays in the book with the reason and is never given again."""
    number.state, number.reason = VOID, reason
    number.voided_at, number.voided_by = now(), by
    details = {"number": number.number, "reason": reason}
    record(DossierTag.NUMBER_VOIDED, number.dossier_id, actor=by, details=details)


def cancel_number(number_id: UUID, *, reason: str, actor: Actor) -> BookNumber:
    """Strike a number out by hand, freshly proven.

    Raises NumberNotFound, ActionRefused, FreshProofNeeded, ReasonMissing, NumberUsed, NumberVoid, and
    NumberAwaited while nothing hinders its dossier from using it.
    """
    seen = find_number(number_id, visible_to=actor)
    policy.require(actor, Action.BOOK_CANCEL, scope_of(seen))
    require_fresh(actor)
    if not reason.strip():
        raise ReasonMissing
    hold_row(seen.number.dossier_id)
    number = seen.number
    db.session.refresh(number)
    _require_free(number)
    void_number(number, reason.strip(), by=actor.id)
    return number


def export_book(book: Book, *, actor: Actor) -> list[NumberLine]:
    """Every number of a book, to be taken along; on record. Raises ActionRefused."""
    policy.require(actor, Action.BOOK_VIEW, Scope(agency_id=book.agency_id))
    audit.note(
        DossierTag.BOOK_EXPORTED,
        actor=actor.id,
        subject=f"agency:{book.agency_id}",
        details={"book": book.name, "period": book.period, "numbers": book.given},
        agency_id=book.agency_id,
    )
    return list(all_numbers(book, visible_to=actor))


def _require_free(number: BookNumber) -> None:
    if number.state == ISSUED:
        raise NumberUsed(number=number.number)
    if number.state == VOID:
        raise NumberVoid(number=number.number)
    if number.reason is None and not lock_dossier(number.dossier_id).status.final:
        raise NumberAwaited(number=number.number)


_RESERVED = select(BookNumber).where(
    BookNumber.dossier_id == bindparam("of_dossier"),
    BookNumber.state == RESERVED,
    BookNumber.purpose == RESULT,
)
