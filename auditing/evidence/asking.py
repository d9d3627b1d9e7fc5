"""Asking for a case as evidence; a job makes the archive; who asked fetches it; it is swept."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, BinaryIO, Final, cast
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import func, select, update

from accounts import policy
from accounts import queries as accounts
from accounts.actor import SYSTEM, Actor
from accounts.freshness import require_fresh
from accounts.policy import Action
from auditing.audit import AuditingTag
from auditing.errors import EnoughEvidence, EvidenceNotFound, EvidenceNotReady, PurposeMissing
from auditing.evidence.archive import write_evidence
from auditing.evidence.models import EvidenceExport
from core.audit import note
from core.chores import chores
from core.clock import now
from core.config import Settings
from core.database import db, reading, transaction
from core.ids import new_id
from dossiers.models import Dossier
from dossiers.privacy.grounds import also_empty
from dossiers.queries import find_dossier
from dossiers.stored.references import Reference, also_refer, rows
from engine.errors import JobFailed
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime, current_runtime
from storage import store

MAKE: Final = "evidence.export"
MEDIA_TYPE: Final = "application/zip"
MOST_A_DAY: Final = 10
SWEPT_EVERY: Final = 600.0
_DAY: Final = timedelta(days=1)
_EXTENSION: Final = "motcua.evidence-days"


def install(app: Flask, settings: Settings, runtime: Runtime) -> None:
    """Let archives be made by jobs, swept when their days are over, and go with their dossier."""
    app.extensions[_EXTENSION] = timedelta(days=settings.export_days)
    runtime.on_job(MAKE, _make, JobPolicy(ordered=False, lease=300), record=_note_made)
    chores(app).add("sweep evidence", SWEPT_EVERY, sweep_evidence)
    also_empty(app, _empty)
    also_refer(app, _references)


def ask_for_evidence(dossier_id: UUID, *, purpose: str, language: str, by: Actor) -> EvidenceExport:
    """Ask for the archive of a case, on record with its purpose; freshly proven.

    Raises DossierNotFound, ActionRefused, FreshProofNeeded, PurposeMissing, EnoughEvidence.
    """
    dossier = find_dossier(dossier_id, visible_to=by)
    policy.require(by, Action.EVIDENCE_EXPORT, dossier)
    require_fresh(by)
    if not purpose.strip():
        raise PurposeMissing
    _require_few(dossier, by)
    export = EvidenceExport(
        id=new_id(),
        dossier_id=dossier.id,
        whole=not policy.allows(by, Action.DOSSIER_VIEW_PERSONAL, dossier),
        language=language,
        purpose=purpose.strip(),
        asked_by=by.id,
        expires_at=now() + _kept_for(),
    )
    db.session.add(export)
    db.session.flush()
    current_runtime().enqueue(MAKE, export.id, {})
    _note(AuditingTag.CASE_EXPORTED, export, dossier, by, purpose=export.purpose)
    return export


def evidence_of(dossier: Dossier, *, by: Actor) -> Sequence[EvidenceExport]:
    """The archives of a case that one has asked for and that are still kept, newest first."""
    asked = select(EvidenceExport).where(
        EvidenceExport.dossier_id == dossier.id,
        EvidenceExport.asked_by == by.id,
        EvidenceExport.swept_at.is_(None),
        EvidenceExport.expires_at > now(),
    )
    return db.session.scalars(asked.order_by(EvidenceExport.asked_at.desc())).all()


def find_evidence(export_id: UUID, *, by: Actor) -> EvidenceExport:
    """One that one has asked for; raises EvidenceNotFound."""
    found = db.session.get(EvidenceExport, export_id)
    if found is None or found.asked_by != by.id:
        raise EvidenceNotFound
    if found.swept_at is not None or found.expires_at <= now():
        raise EvidenceNotFound
    return found


def fetch_evidence(export_id: UUID, *, by: Actor) -> tuple[EvidenceExport, BinaryIO]:
    """An archive to be read; close it after use. On record.

    Raises EvidenceNotFound, DossierNotFound, ActionRefused, FreshProofNeeded, EvidenceNotReady.
    """
    export = find_evidence(export_id, by=by)
    dossier = find_dossier(export.dossier_id, visible_to=by)
    policy.require(by, Action.EVIDENCE_EXPORT, dossier)
    require_fresh(by)
    if export.ready_at is None:
        raise EvidenceNotReady
    _note(AuditingTag.CASE_FETCHED, export, dossier, by)
    return export, store().open(_key(export.id), sha256=export.sha256)


def sweep_evidence() -> int:
    """Remove the files whose days are over; returns how many. A chore."""
    with reading() as session:
        over = (EvidenceExport.expires_at <= now(), EvidenceExport.swept_at.is_(None))
        found = session.scalars(select(EvidenceExport.id).where(*over).limit(100)).all()
    for export_id in found:
        store().delete(_key(export_id))
        with transaction() as session:
            session.get_one(EvidenceExport, export_id, with_for_update=True).swept_at = now()
    return len(found)


def _make(call: JobCall) -> Mapping[str, Any]:
    with tempfile.TemporaryFile() as file:
        with reading() as session:
            export = session.get_one(EvidenceExport, call.instance_id)
            reader = SYSTEM if export.whole else accounts.actor(export.asked_by)
            if reader is None:
                raise JobFailed("the account was closed meanwhile", retryable=False)
            dossier = find_dossier(export.dossier_id, visible_to=reader)
            write_evidence(cast(BinaryIO, file), dossier, export.language, reader=reader)
        file.seek(0)
        stored = store().put(_key(call.instance_id), cast(BinaryIO, file), MEDIA_TYPE)
    return {"size": stored.size, "sha256": stored.sha256}


def _note_made(call: JobCall, result: Result) -> None:
    export = db.session.get_one(EvidenceExport, call.instance_id, with_for_update=True)
    export.size, export.sha256 = (result or {})["size"], (result or {})["sha256"]
    export.ready_at, export.expires_at = now(), now() + _kept_for()


def _require_few(dossier: Dossier, by: Actor) -> None:
    lately = select(func.count()).where(
        EvidenceExport.dossier_id == dossier.id,
        EvidenceExport.asked_by == by.id,
        EvidenceExport.asked_at > now() - _DAY,
    )
    if (db.session.scalar(lately) or 0) >= MOST_A_DAY:
        raise EnoughEvidence(most=MOST_A_DAY)


def _empty(dossier_id: UUID) -> None:
    """When its dossier is pseudonymised, an archive that tells of people goes with the next sweep."""
    of_dossier = update(EvidenceExport).where(EvidenceExport.dossier_id == dossier_id)
    db.session.execute(of_dossier.values(purpose="", expires_at=now()))


def _references() -> Iterator[Reference]:
    made = (EvidenceExport.ready_at.is_not(None), EvidenceExport.swept_at.is_(None))
    kept = rows(EvidenceExport, *made, EvidenceExport.expires_at > now())
    return (Reference(_key(each.id), each.sha256) for each in kept)


def _kept_for() -> timedelta:
    kept: timedelta = current_app.extensions[_EXTENSION]
    return kept


def _key(export_id: UUID) -> str:
    return f"evidence/{export_id}"


def _note(
    tag: AuditingTag, export: EvidenceExport, dossier: Dossier, by: Actor, **more: str
) -> None:
    note(
        tag,
        actor=by.id,
        subject=f"dossier:{dossier.id}",
        chain=dossier.id,
        details={"export": str(export.id), **more},
        agency_id=dossier.agency_id,
    )
