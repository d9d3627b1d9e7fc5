"""Licences that were issued on paper or by an older system: held, then released or voided.

A held one is a dossier of nobody that nobody sent, so no rule of the policy shows it to anybody, and
an entry of the register that is not public.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from accounts.models import Agency
from core.clock import now, zone
from core.database import db
from core.errors import PreconditionFailed
from core.i18n import official
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.models import BookNumber, Dossier, DossierStatus, RegisterEntry
from dossiers.numbers.operations import counter_of
from dossiers.operations.counters import advance
from dossiers.operations.drafts import new_reference
from dossiers.operations.journal import record
from dossiers.operations.locking import hold_new, lock_dossier
from dossiers.register_entries import operations as entries
from dossiers.register_entries.operations import new_check_code
from dossiers.settled import facts_of
from workflows import number_patterns
from workflows.number_rules import books_of
from workflows.pack import ServicePack
from workflows.queries import service

NOBODY: Final = UUID(int=0)
HELD, VOID, VALID = "held", "void", "valid"
CHANNEL: Final = "import"


@dataclass(frozen=True)
class Licence:
    """What a paper says; `facts` are those of the service's `register_facts`."""

    number: str
    issued_on: date
    organisation_number: str
    organisation_name: str
    facts: Mapping[str, Any]


def enter_licence(licence: Licence, pack: ServicePack, agency: Agency, *, by: str) -> RegisterEntry:
    """Enter a licence, not yet public. Its number is used up, also in the book that now counts.

    The number must be free: the tables refuse another one (IntegrityError).
    """
    dossier = _finished_dossier(licence, pack, agency)
    hold_new(dossier)
    db.session.add(_book_number(licence, dossier, pack, agency))
    entry = RegisterEntry(
        id=new_id(),
        agency_id=agency.id,
        service_key=pack.manifest.key,
        service_version=pack.version,
        dossier_id=dossier.id,
        owner_id=NOBODY,
        number=licence.number,
        check_code=new_check_code(),
        organisation_number=licence.organisation_number,
        organisation_name=licence.organisation_name,
        facts=dict(licence.facts),
        state=HELD,
        issued_on=licence.issued_on,
        published_at=now(),
    )
    db.session.add(entry)
    db.session.flush()
    _record(DossierTag.LEGACY_ENTERED, entry, by)
    return entry


def release_licence(entry_id: UUID, *, owner_id: UUID | None, by: str) -> None:
    """Let a held licence be public, and its organisation see it, and its owner if one is known.

    Raises PreconditionFailed when it is not held.
    """
    entry, dossier = _locked(entry_id)
    entry.state, entry.published_at = VALID, now()
    dossier.submitted_at, dossier.submitted_by = dossier.finished_at, by
    dossier.acting_for = entry.organisation_number
    if owner_id is not None:
        dossier.owner_id = entry.owner_id = owner_id
    entries.begin(entry, service(entry.service_key), by=by)
    _record(DossierTag.LEGACY_RELEASED, entry, by)


def void_licence(entry_id: UUID, *, version: int, reason: str, by: str) -> None:
    """Strike a held licence out. Its number stays in the book and is given to nothing else.

    Raises PreconditionFailed when it is not held, or not at this version.
    """
    entry, dossier = _locked(entry_id)
    if entry.version != version:
        raise PreconditionFailed
    entry.state, entry.withdrawal_reason, entry.withdrawn_at = VOID, reason, now()
    dossier.status = DossierStatus.STOPPED
    for number in db.session.query(BookNumber).filter_by(dossier_id=dossier.id):
        number.state, number.reason = "void", reason
        number.voided_at, number.voided_by = now(), by
    _record(DossierTag.LEGACY_VOIDED, entry, by)


def _locked(entry_id: UUID) -> tuple[RegisterEntry, Dossier]:
    entry = db.session.get_one(
        RegisterEntry, entry_id, with_for_update=True, populate_existing=True
    )
    if entry.state != HELD:
        raise PreconditionFailed
    return entry, lock_dossier(entry.dossier_id)


def _finished_dossier(licence: Licence, pack: ServicePack, agency: Agency) -> Dossier:
    issued = datetime.combine(licence.issued_on, time(), zone())
    return Dossier(
        id=new_id(),
        reference=new_reference(),
        service_key=pack.manifest.key,
        service_version=pack.version,
        agency_id=agency.id,
        owner_id=NOBODY,
        organisation_number=licence.organisation_number,
        organisation_name=licence.organisation_name,
        channel=CHANNEL,
        language=official(),
        status=DossierStatus.DELIVERED,
        created_at=now(),
        received_at=issued,
        finished_at=issued,
        delivered_at=issued,
    )


def _book_number(
    licence: Licence, dossier: Dossier, pack: ServicePack, agency: Agency
) -> BookNumber:
    book, period, sequence = _place_in_books(licence.number, pack, agency)
    return BookNumber(
        id=new_id(),
        agency_id=agency.id,
        book=book,
        period=period,
        sequence=sequence,
        number=licence.number,
        dossier_id=dossier.id,
        state="issued",
        reserved_at=now(),
        used_at=now(),
    )


def _place_in_books(number: str, pack: ServicePack, agency: Agency) -> tuple[str, str, int]:
    """In today's book if the number is written as it writes them, and then never again given by it."""
    told = facts_of(pack, agency.id)
    for book, setting in books_of(pack.manifest).items():
        said = number_patterns.read(str(told[setting]), number, agency=agency.abbreviation)
        if said is not None:
            return _place_in_book(book, said, pack, agency)
    book = pack.manifest.book
    return f"{book} (legacy)", "", advance(f"book:{agency.id}:{book}:legacy", 1)


def _place_in_book(
    book: str, said: tuple[int, int | None], pack: ServicePack, agency: Agency
) -> tuple[str, str, int]:
    sequence, year = said
    period = str(year) if pack.manifest.numbering.yearly and year else ""
    counter = counter_of(agency.id, book, period)
    last = advance(counter, 0)
    advance(counter, max(0, sequence - last))
    return book, period, sequence


def _record(tag: DossierTag, entry: RegisterEntry, by: str) -> None:
    details = {"number": entry.number}
    record(tag, entry.dossier_id, actor=by, subject=f"entry:{entry.id}", details=details)
