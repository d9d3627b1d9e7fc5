"""The public register of results."""

import secrets
from typing import Any

from core.clock import now
from core.database import db
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.errors import EntryNotValid, ReasonMissing
from dossiers.models import BookNumber, Dossier, RegisterEntry
from dossiers.numbers.operations import use_number
from dossiers.operations.journal import record
from workflows.pack import ServicePack

_CHECK_CODE_BYTES = 15


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
    use_number(number)
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
