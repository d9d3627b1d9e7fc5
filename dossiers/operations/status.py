"""The status of a dossier follows from what its process did; nobody sets it by hand."""

from sqlalchemy import insert, select

from core.chores import chores
from core.clock import now
from core.database import after_commit, db, write_later
from dossiers.audit import DossierTag
from dossiers.fees import following as fees
from dossiers.models import Dossier, DossierStatus, StatusChange
from dossiers.operations import clock
from dossiers.operations.journal import record
from dossiers.requests.lapsing import lapse

_INSERT = insert(StatusChange.__table__)  # type: ignore[arg-type]  # declared as any selectable
_CHANGES = select(StatusChange.status).order_by(StatusChange.sequence.desc())


def status_before_waiting(dossier: Dossier) -> DossierStatus:
    """What a dossier was before its applicant was awaited; what it is, if nobody awaits him."""
    if not dossier.status.awaits_applicant:
        return dossier.status
    of_dossier = _CHANGES.where(StatusChange.dossier_id == dossier.id)
    earlier = (each for each in db.session.scalars(of_dossier) if not each.awaits_applicant)
    began = DossierStatus.SUBMITTED if dossier.received_at is None else DossierStatus.RECEIVED
    return next(earlier, began)


def record_status(dossier: Dossier, status: DossierStatus) -> None:
    """Note a new status of a locked dossier; the same status again is no change."""
    if dossier.status is status:
        return
    before, moment = dossier.status, now()
    dossier.status = status
    dossier.status_sequence += 1
    if status is DossierStatus.FINISHED:
        dossier.finished_at = moment
    if status is DossierStatus.DELIVERED:
        dossier.delivered_at = moment
    change = {"dossier_id": dossier.id, "sequence": dossier.status_sequence}
    write_later(_INSERT, {**change, "status": status, "at": moment})
    record(
        DossierTag.STATUS,
        dossier.id,
        actor="system",
        details={"status": status, "sequence": dossier.status_sequence},
    )
    clock.follow(dossier, before, moment)
    fees.follow(dossier)
    if status.final or status is DossierStatus.FINISHED:
        lapse(dossier)
    after_commit(chores().wake)
