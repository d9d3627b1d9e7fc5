"""Opening a sub-dossier, answering it, and ending it with the dossier that asked."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from accounts.models import Agency
from core.clock import now
from core.database import db, reading, transaction
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.models import Document, DocumentState, Dossier, DossierStatus
from dossiers.operations.drafts import new_reference
from dossiers.operations.journal import record
from dossiers.operations.locking import hold_new, lock_dossier
from dossiers.operations.proceedings import first_variables, open_proceeding
from dossiers.operations.reception import give_code, give_unit
from dossiers.operations.status import record_status
from dossiers.settled import clock_for
from dossiers.sub_dossiers.asking import Part
from dossiers.sub_dossiers.errors import PartNotUnderstood
from dossiers.sub_dossiers.models import SubDossier
from engine import operations as engine
from engine.errors import InstanceEnded
from workflows.queries import service_version

ANSWERED = "sub-dossier-answered"
_SYSTEM = "system"
_LEAD_ENDED = "The dossier that it was part of has ended."
EVERY = 600.0
_OVER = [status for status in DossierStatus if status.final]
_Lead = aliased(Dossier)
_ABANDONED = (
    select(Dossier.id, Dossier.instance_id)
    .join(SubDossier, SubDossier.dossier_id == Dossier.id)
    .join(_Lead, _Lead.id == SubDossier.lead_id)
    .where(
        SubDossier.answered_at.is_(None),
        Dossier.status.not_in(_OVER),
        _Lead.status.in_(_OVER),
    )
)


def open_sub_dossier(lead: Dossier, waiting: UUID, part: Part) -> Dossier:
    """Make a dossier of the participating agency, received at once: it came from another office.

    It has its own code, its own clock and the answers and papers that the process names, no others.
    Raises PartNotUnderstood.
    """
    agency = _agency(part.agency)
    dossier = _made(lead, agency, part)
    db.session.add(
        SubDossier(
            dossier_id=dossier.id,
            lead_id=lead.id,
            lead_instance_id=waiting,
            question=part.question,
        )
    )
    _share_papers(lead, dossier, part)
    give_code(dossier, agency.code)
    give_unit(dossier)
    record_status(dossier, DossierStatus.RECEIVED)
    details = {"code": dossier.code, "lead": str(lead.id)}
    record(DossierTag.RECEIVED, dossier.id, actor=_SYSTEM, details=details)
    told = {"part": str(dossier.id), "agency": agency.code}
    record(DossierTag.PART_ASKED, lead.id, actor=_SYSTEM, details=told)
    return dossier


def begin(dossier_id: UUID, process_id: str) -> None:
    """Start the process of a sub-dossier; one whose lead has ended meanwhile does not begin."""
    dossier = lock_dossier(dossier_id)
    if dossier.status.final or dossier.instance_id is not None:
        return
    part = db.session.get_one(SubDossier, dossier.id)
    lead = db.session.get_one(Dossier, part.lead_id)
    pack = service_version(dossier.service_version)
    told = {"reference": lead.reference, "code": lead.code, "question": part.question}
    variables = {**first_variables(dossier, pack, None), "lead": told}
    open_proceeding(dossier, process_id, variables)


def answer(dossier: Dossier, said: Mapping[str, Any]) -> None:
    """Keep what the participating agency says, and tell the process that waits for it."""
    part = db.session.get_one(SubDossier, dossier.id)
    part.answer, part.answered_at = dict(said), now()
    record(DossierTag.PART_ANSWERED, part.lead_id, actor=_SYSTEM, details={"part": str(dossier.id)})
    engine.publish_message(ANSWERED, str(dossier.id), {"answer": part.answer}, str(dossier.id))


def end_abandoned() -> int:
    """Stop every sub-dossier whose lead has ended without its answer; returns how many there were.

    A chore: it opens its own transactions.
    """
    with reading():
        found = list(db.session.execute(_ABANDONED))
    for dossier_id, instance_id in found:
        with transaction():
            _end(dossier_id, instance_id)
    return len(found)


def _end(dossier_id: UUID, instance_id: UUID | None) -> None:
    if instance_id is not None:
        with suppress(InstanceEnded):
            engine.cancel(instance_id, _LEAD_ENDED)
    dossier = lock_dossier(dossier_id)
    if not dossier.status.final:
        record_status(dossier, DossierStatus.STOPPED)


def _agency(code: str) -> Agency:
    found = db.session.scalars(select(Agency).where(Agency.code == code)).one_or_none()
    if found is None:
        raise PartNotUnderstood(fault=f"there is no agency {code!r}")
    return found


def _made(lead: Dossier, agency: Agency, part: Part) -> Dossier:
    moment = now()
    dossier = Dossier(
        id=new_id(),
        reference=new_reference(),
        service_key=lead.service_key,
        service_version=lead.service_version,
        agency_id=agency.id,
        owner_id=lead.owner_id,
        acting_for=lead.acting_for,
        mandate_id=lead.mandate_id,
        submitted_by=lead.submitted_by,
        organisation_number=lead.organisation_number,
        organisation_name=lead.organisation_name,
        channel=lead.channel,
        language=lead.language,
        answers={name: lead.answers[name] for name in part.answers if name in lead.answers},
        created_at=moment,
        submitted_at=moment,
        received_at=moment,
        time_limit={"amount": str(part.limit.amount), "unit": str(part.limit.unit)},
        due_at=clock_for(agency.id).due_at(moment, part.limit),
    )
    hold_new(dossier)
    return dossier


def _share_papers(lead: Dossier, dossier: Dossier, part: Part) -> None:
    """Let the other agency read the named papers; a file is kept once, whoever may read it."""
    shared = select(Document).where(
        Document.dossier_id == lead.id,
        Document.document_type.in_(part.papers),
        Document.removed_at.is_(None),
        Document.state == DocumentState.THERE,
    )
    for paper in db.session.scalars(shared):
        db.session.add(
            Document(
                id=new_id(),
                dossier_id=dossier.id,
                document_type=paper.document_type,
                origin=paper.origin,
                file_name=paper.file_name,
                media_type=paper.media_type,
                size=paper.size,
                sha256=paper.sha256,
                storage_key=paper.storage_key,
                confidential=paper.confidential,
                added_by=_SYSTEM,
                added_at=now(),
            )
        )
