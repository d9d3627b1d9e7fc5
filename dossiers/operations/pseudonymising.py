"""Taking out of a dossier what tells of people, once its retention term has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, or_, select, update

from accounts.actor import SYSTEM
from accounts.runtime import runtime as accounts
from core import audit
from core.clock import now, today
from core.database import db
from dossiers.audit import DossierTag
from dossiers.handovers.models import HandOver, HandOverAnswer
from dossiers.masking import application_form
from dossiers.models import (
    DecisionReason,
    Document,
    Dossier,
    LegacyOrigin,
    PaymentOrder,
    Proceeding,
    RegisterEntry,
)
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier
from dossiers.privacy.answers import without_people
from dossiers.privacy.files import erase_files
from dossiers.privacy.grounds import is_due, retention
from dossiers.privacy.models import LegalHold
from dossiers.requests.models import DossierRequest
from dossiers.settled.retention import Term, term_of
from dossiers.signatures.models import SignatureOrder
from dossiers.sub_dossiers.models import SubDossier
from engine import operations as engine
from engine.erasing import erase
from engine.jobs.kinds import JobCall, JobPolicy
from engine.runtime import Runtime, current_runtime

ERASE_FILES: Final = "dossier.erase-files"


@dataclass(frozen=True)
class Tally:
    """What was taken out of a dossier; counts for the record, nothing personal."""

    service_key: str
    documents: int
    events: int


def install(runtime: Runtime) -> None:
    """Let files go by a job: after the commit, however often a worker dies."""
    runtime.on_job(ERASE_FILES, _erase_files, JobPolicy(ordered=False))


def pseudonymise(dossier_id: UUID) -> Tally | None:
    """Take out what tells of people; None when something keeps the dossier after all.

    Raises DossierNotFound. Lock order: instances, then the dossier.
    """
    proceedings = _locked_proceedings(dossier_id)
    dossier = lock_dossier(dossier_id)
    term = term_of(dossier.service_key, dossier.agency_id)
    if term is None or not _is_due(dossier, term):
        return None
    documents = _empty_documents(dossier)
    _empty_rows(dossier)
    erase([each.instance_id for each in proceedings], _keys_of(dossier))
    for empty in retention().emptying:
        empty(dossier.id)
    audit.seal(dossier.id)
    tally = Tally(dossier.service_key, documents, audit.erase_details(dossier.id))
    _replace_people(dossier)
    told = {"documents": tally.documents, "events": tally.events, "months": term.months}
    details = {**told, "basis": term.basis}
    record(DossierTag.PSEUDONYMISED, dossier.id, actor=SYSTEM.id, details=details)
    return tally


def _locked_proceedings(dossier_id: UUID) -> Sequence[Proceeding]:
    found = db.session.scalars(
        select(Proceeding)
        .where(Proceeding.dossier_id == dossier_id)
        .order_by(Proceeding.instance_id)
    ).all()
    for each in found:
        engine.lock(each.instance_id)
    return found


def _is_due(dossier: Dossier, term: Term) -> bool:
    """Asked again under the lock: a hold may have been placed, or a process begun."""
    before = term.over_before(today())
    if before is None:
        return False
    due = select(func.count()).where(Dossier.id == dossier.id, is_due(term, before))
    return bool(db.session.scalar(due))


def _empty_documents(dossier: Dossier) -> int:
    """What is known of each paper stays, but its name; a job removes all files of the dossier."""
    moment = now()
    gone = {
        "file_name": "",
        # Why a file was refused names it.
        "findings": None,
        "removed_at": func.coalesce(Document.removed_at, moment),
        "erased_at": func.coalesce(Document.erased_at, moment),
    }
    count = _update(Document, dossier, **gone)
    current_runtime().enqueue(ERASE_FILES, dossier.id, {}, idempotency_key=ERASE_FILES)
    return count


def _erase_files(job: JobCall) -> None:
    """Delete whatever is stored for the dossier alone; doing so twice does no harm."""
    erase_files(job.instance_id)


def _empty_rows(dossier: Dossier) -> None:
    _update(DecisionReason, dossier, value="", explanation={})
    _update(PaymentOrder, dossier, checkout_url=None)
    _update(LegalHold, dossier, reason="", lifting_reason="")
    _update(DossierRequest, dossier, reason="", what={}, answer="")
    _update(HandOver, dossier, purpose="", papers=[])
    # What a signer's phone showed names the holder.
    _update(SignatureOrder, dossier, reason="", title="")
    parts = update(SubDossier).where(
        or_(SubDossier.dossier_id == dossier.id, SubDossier.lead_id == dossier.id)
    )
    db.session.execute(parts.values(question="", answer=None))
    handed = select(HandOver.id).where(HandOver.dossier_id == dossier.id)
    empty = update(HandOverAnswer).where(HandOverAnswer.hand_over_id.in_(handed))
    db.session.execute(empty.values(reason=""))
    told = {"said": "", "remark": "", "applicant": {}, "acting_for": "", "officer": ""}
    _update(LegacyOrigin, dossier, **told, owner_id=None, identity_hash=None)


def _replace_people(dossier: Dossier) -> None:
    """Pseudonyms in the place of the applicant, of who sent it and of the organisation."""
    pseudonyms = accounts().pseudonyms
    owner = pseudonyms.of_account(dossier.owner_id)
    components = application_form(dossier).components
    dossier.answers = without_people(components, dossier.answers, pseudonyms)
    dossier.organisation_number = _of_text(dossier.organisation_number)
    dossier.acting_for = _of_text(dossier.acting_for) or ""
    dossier.organisation_name, dossier.mandate_id = None, None
    dossier.submitted_by = dossier.submitted_by and pseudonyms.of_actor(dossier.submitted_by)
    dossier.owner_id, dossier.pseudonymised_at = owner, now()
    _update(Proceeding, dossier, owner_id=owner)
    _update(RegisterEntry, dossier, owner_id=owner)
    for document in db.session.scalars(select(Document).where(Document.dossier_id == dossier.id)):
        document.added_by = pseudonyms.of_actor(document.added_by)
    for request in db.session.scalars(_asked_by_applicant(dossier)):
        request.asked_by = pseudonyms.of_actor(request.asked_by)
    db.session.flush()


def _asked_by_applicant(dossier: Dossier) -> Select[DossierRequest]:
    of_dossier = (DossierRequest.dossier_id == dossier.id, DossierRequest.by_applicant)
    return select(DossierRequest).where(*of_dossier)


def _of_text(text: str | None) -> str | None:
    return accounts().pseudonyms.of_text(text) if text else None


def _keys_of(dossier: Dossier) -> list[str]:
    """What messages to processes of the dossier are known by."""
    entries = select(RegisterEntry.id).where(RegisterEntry.dossier_id == dossier.id)
    return [str(dossier.id), *map(str, db.session.scalars(entries))]


def _update(table: Any, dossier: Dossier, **values: Any) -> int:
    changed = update(table).where(table.dossier_id == dossier.id).values(**values)
    return int(db.session.connection().execute(changed).rowcount)
