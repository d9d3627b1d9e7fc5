"""Numbers from the agency's books, and the public register of results."""

import secrets
from typing import Any

from accounts.models import Agency
from core.clock import now
from core.database import db
from core.ids import new_id
from dossiers import queries
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.errors import EntryNotValid, ReasonMissing
from dossiers.models import BookNumber, Dossier, RegisterEntry
from dossiers.operations.counters import next_value
from dossiers.operations.journal import record
from dossiers.settled import facts_of, first_number
from workflows.pack import ServicePack

_CHECK_CODE_BYTES = 15


def reserve_number(dossier: Dossier, pack: ServicePack, agency: Agency) -> BookNumber:
    """Take the next number of the agency's book for a locked dossier; its own again if it has one."""
    taken = queries.reserved_number(dossier.id)
    if taken is not None:
        return taken
    book = pack.manifest.book
    sequence = next_value(f"book:{agency.id}:{book}", first=first_number(book, agency.id))
    pattern = str(facts_of(pack, agency.id)["number_pattern"])
    number = BookNumber(
        id=new_id(),
        agency_id=agency.id,
        book=book,
        sequence=sequence,
        number=pattern.format(sequence=sequence, agency=agency.abbreviation),
        dossier_id=dossier.id,
        reserved_at=now(),
    )
    db.session.add(number)
    record(
        DossierTag.NUMBER_RESERVED, dossier.id, actor="system", details={"number": number.number}
    )
    return number


def note_trouble(number: BookNumber, reason: str) -> None:
    """Keep with a reserved number why its result could not be made yet."""
    number.reason = reason


def void_number(number: BookNumber, reason: str) -> None:
    """Strike a reserved number out: it stays in the book with the reason and is never given again."""
    number.state, number.reason = "void", reason
    record(
        DossierTag.NUMBER_VOIDED,
        number.dossier_id,
        actor="system",
        details={"number": number.number},
    )


def new_check_code() -> str:
    """An unguessable code for the QR code of a result: 120 random bits, safe in an address."""
    return secrets.token_urlsafe(_CHECK_CODE_BYTES)


def publish(
    dossier: Dossier, pack: ServicePack, number: BookNumber, check_code: str
) -> RegisterEntry:
    """Enter the result of a locked dossier in the public register; its number is then used up."""
    moment = now()
    entry = RegisterEntry(
        id=new_id(),
        agency_id=dossier.agency_id,
        service_key=dossier.service_key,
        service_version=dossier.service_version,
        dossier_id=dossier.id,
        owner_id=dossier.owner_id,
        number=number.number,
        check_code=check_code,
        organisation_number=dossier.organisation_number,
        organisation_name=dossier.organisation_name,
        facts=pack.register_facts(dossier.answers),
        issued_on=jurisdiction().calendar.local_date(moment),
        published_at=moment,
    )
    number.state, number.reason = "issued", None
    db.session.add(entry)
    _record(DossierTag.ENTRY_PUBLISHED, entry)
    return entry


def keep(entry: RegisterEntry) -> None:
    """Note that the post-check found the entry in order."""
    entry.checked_at = now()
    _record(DossierTag.ENTRY_KEPT, entry)


def withdraw(entry: RegisterEntry, reason: str) -> None:
    """Withdraw an entry; the public sees that, when and why. Raises EntryNotValid, ReasonMissing."""
    if entry.state != "valid":
        raise EntryNotValid
    if not reason.strip():
        raise ReasonMissing
    entry.state, entry.withdrawal_reason = "withdrawn", reason.strip()
    entry.withdrawn_at = entry.checked_at = now()
    _record(DossierTag.ENTRY_WITHDRAWN, entry)


def _record(tag: DossierTag, entry: RegisterEntry) -> None:
    details: dict[str, Any] = {"number": entry.number}
    record(tag, entry.dossier_id, actor="system", subject=f"entry:{entry.id}", details=details)
