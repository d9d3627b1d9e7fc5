"""Open dossiers of an older system: held, then released into their process, or removed.

A held one is a draft of nobody that nobody sent, without a process: no rule of the policy shows it to
anybody, and no clock runs for it. Its release starts the process where its pack says that such a
dossier goes on; nothing before is done, so that no letter, fee or number is made twice.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete

from accounts.identities import number_mark
from accounts.models import Agency
from core.clock import now
from core.database import db
from core.errors import PreconditionFailed
from core.i18n import official
from core.ids import new_id
from dossiers.assigning import give_open_tasks
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.models import Dossier, DossierStatus, LegacyOrigin, PaymentOrder
from dossiers.operations.clock import limit_of
from dossiers.operations.counters import advance
from dossiers.operations.drafts import new_reference
from dossiers.operations.journal import record
from dossiers.operations.legacy import NOBODY
from dossiers.operations.locking import hold_new, lock_dossier
from dossiers.operations.payments import note_fee_of_old
from dossiers.operations.proceedings import enter_proceeding, first_variables
from dossiers.operations.reception import code_counter, give_code, give_unit
from dossiers.operations.status import record_status
from dossiers.settled import clock_for
from workflows.pack import ServicePack
from workflows.queries import service_version

REASON: Final = "import"


@dataclass(frozen=True)
class LegacyDossier:
    """What an older system knows of a dossier. `state` is a key of the service's `legacy_entry`.

    `answers` are clean. `acting_for` is the number of the organisation whose dossier it certainly is,
    `owner_id` the account of the person; without either, who proves the `identity_number` may claim
    it. `fee` was paid there, in the smallest unit. A `code` that `is_national` stays the national one.
    """

    code: str
    state: str
    said: str
    answers: Mapping[str, Any]
    submitted_at: datetime
    is_national: bool = False
    received_at: datetime | None = None
    due_at: datetime | None = None
    applicant: Mapping[str, str] | None = None
    acting_for: str = ""
    owner_id: UUID | None = None
    identity_number: str = ""
    unit_id: UUID | None = None
    channel: str = REASON
    fee: int = 0
    remark: str = ""
    officer: str = ""


def hold_dossier(old: LegacyDossier, pack: ServicePack, agency: Agency, *, by: str) -> Dossier:
    """Take a dossier over, seen by nobody yet, pinned to this version of its service.

    Its code must be free: the tables refuse another one (IntegrityError).
    """
    dossier = _draft_of_nobody(old, pack, agency)
    hold_new(dossier)
    db.session.add(_origin(old, dossier, pack))
    if old.fee:
        note_fee_of_old(dossier, old.fee, at=old.submitted_at)
    if old.is_national:
        _leave_code_out(old, agency)
    db.session.flush()
    _record(DossierTag.LEGACY_ENTERED, dossier, by)
    return dossier


def release_dossier(dossier_id: UUID, *, by: str) -> None:
    """Let a held dossier go on here. Its moments stay those of the older system.

    Raises PreconditionFailed when it is not held, and EntryFailed of the engine.
    """
    origin, dossier = _locked(dossier_id)
    pack = service_version(dossier.service_version)
    entry = pack.manifest.legacy_entry[origin.state]
    _let_be_seen(dossier, origin)
    record_status(dossier, DossierStatus(entry.status))
    _record(DossierTag.LEGACY_RELEASED, dossier, by)
    db.session.flush()
    applicant = f"account:{origin.owner_id}" if origin.owner_id else None
    variables = {**first_variables(dossier, pack, applicant), **entry.variables}
    instance_id = enter_proceeding(
        dossier, pack.manifest.process, entry.element, variables, by=by, reason=REASON
    )
    if origin.officer:
        give_open_tasks(instance_id, origin.officer)


def remove_dossier(dossier_id: UUID, *, version: int, reason: str, by: str) -> None:
    """Remove a held dossier; its record stays. Raises PreconditionFailed when it was touched."""
    origin, dossier = _locked(dossier_id)
    if dossier.version != version:
        raise PreconditionFailed
    _record(DossierTag.LEGACY_REMOVED, dossier, by, reason=reason)
    for table in (PaymentOrder, LegacyOrigin):
        db.session.execute(delete(table).where(table.dossier_id == dossier_id))
    db.session.expunge(origin)
    db.session.delete(dossier)
    db.session.flush()


def _locked(dossier_id: UUID) -> tuple[LegacyOrigin, Dossier]:
    dossier = lock_dossier(dossier_id)
    origin = db.session.get(LegacyOrigin, dossier_id, populate_existing=True)
    if origin is None or origin.released_at is not None:
        raise PreconditionFailed
    return origin, dossier


def _draft_of_nobody(old: LegacyDossier, pack: ServicePack, agency: Agency) -> Dossier:
    return Dossier(
        id=new_id(),
        reference=new_reference(),
        code=old.code if old.is_national else None,
        legacy_code=old.code,
        service_key=pack.manifest.key,
        service_version=pack.version,
        agency_id=agency.id,
        unit_id=old.unit_id,
        owner_id=NOBODY,
        organisation_number=pack.read(pack.manifest.owner_number, old.answers),
        organisation_name=pack.read(pack.manifest.owner_name, old.answers),
        channel=old.channel,
        language=official(),
        answers=dict(old.answers),
        created_at=now(),
    )


def _origin(old: LegacyDossier, dossier: Dossier, pack: ServicePack) -> LegacyOrigin:
    due = old.due_at
    if due is None and old.received_at is not None:
        due = clock_for(dossier.agency_id).due_at(old.received_at, limit_of(dossier, pack))
    return LegacyOrigin(
        dossier_id=dossier.id,
        state=old.state,
        said=old.said,
        remark=old.remark,
        applicant=dict(old.applicant or {}),
        acting_for=old.acting_for,
        owner_id=old.owner_id,
        identity_hash=number_mark(old.identity_number) if old.identity_number else None,
        officer=old.officer,
        submitted_at=old.submitted_at,
        received_at=old.received_at,
        due_at=due,
    )


def _let_be_seen(dossier: Dossier, origin: LegacyOrigin) -> None:
    """Nobody sent it here, so that it names no sender."""
    dossier.owner_id = origin.owner_id or NOBODY
    dossier.acting_for = origin.acting_for
    dossier.submitted_at = origin.submitted_at
    dossier.received_at, dossier.due_at = origin.received_at, origin.due_at
    origin.released_at = now()
    if dossier.received_at is not None:
        give_code(dossier, db.session.get_one(Agency, dossier.agency_id).code)
        give_unit(dossier)


def _leave_code_out(old: LegacyDossier, agency: Agency) -> None:
    """Let our own counter of its day not come to a code that was given there."""
    for moment in (old.received_at, old.submitted_at):
        day = jurisdiction().calendar.local_date(moment) if moment else None
        sequence = _sequence_in(old.code, agency.code, day) if day else None
        if day and sequence is not None:
            counter = code_counter(agency.code, day)
            advance(counter, max(0, sequence - advance(counter, 0)))
            return


def _sequence_in(code: str, agency_code: str, day: date) -> int | None:
    codes = jurisdiction().profile.dossier_codes
    for digits in re.findall(r"\d{1,9}", code):
        if codes.written(agency_code, day, int(digits)) == code:
            return int(digits)
    return None


def _record(tag: DossierTag, dossier: Dossier, by: str, **details: str) -> None:
    told = {"legacy_code": dossier.legacy_code, **details}
    record(tag, dossier.id, actor=by, details=told)
