"""A person asks for everything kept about him; a job makes the copy; he fetches it; it is swept."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, BinaryIO, Final, cast
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import func, select

from accounts import policy
from accounts import queries as accounts
from accounts.actor import SYSTEM, Actor
from accounts.freshness import require_fresh
from accounts.notices import Notice, tell
from accounts.policy import Action, Scope
from accounts.representing.holding import person
from accounts.runtime import runtime as accounts_runtime
from core import audit
from core.clock import now
from core.config import Settings
from core.database import db, reading, transaction
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.privacy.copying.archive import write_copy
from dossiers.privacy.errors import EnoughExports, ExportNotFound, ExportNotReady
from dossiers.privacy.models import SubjectExport
from engine.errors import JobFailed
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime, current_runtime
from storage import store

MAKE: Final = "subject.export"
MEDIA_TYPE: Final = "application/zip"
MOST_A_DAY: Final = 3
SWEPT_EVERY: Final = 600.0
_DAY: Final = timedelta(days=1)
_EXTENSION: Final = "motcua.export-days"


def install(app: Flask, settings: Settings, runtime: Runtime) -> None:
    """Let copies be made by jobs, and remember for how long they are kept."""
    app.extensions[_EXTENSION] = timedelta(days=settings.export_days)
    runtime.on_job(MAKE, _make, JobPolicy(ordered=False), record=_note_made)


def ask_for_export(*, by: Actor, language: str) -> SubjectExport:
    """Ask for a copy; while one is being made, that one is meant.

    Raises NotSignedIn, ActionRefused, FreshProofNeeded, EnoughExports.
    """
    account_id = person(by)
    policy.require(by, Action.EXPORT_OWN, Scope(owner_id=account_id))
    require_fresh(by)
    waiting = _of(account_id).where(SubjectExport.ready_at.is_(None))
    unfinished: SubjectExport | None = db.session.scalars(
        waiting.where(SubjectExport.swept_at.is_(None))
    ).first()
    if unfinished is not None:
        return unfinished
    lately = _of(account_id).where(SubjectExport.asked_at > now() - _DAY).subquery()
    if (db.session.scalar(select(func.count()).select_from(lately)) or 0) >= MOST_A_DAY:
        raise EnoughExports(most=MOST_A_DAY)
    export = SubjectExport(
        id=new_id(), account_id=account_id, language=language, expires_at=now() + _kept_for()
    )
    db.session.add(export)
    current_runtime().enqueue(MAKE, export.id, {})
    _note(DossierTag.EXPORT_ASKED, export, by)
    return export


def exports(*, by: Actor) -> Sequence[SubjectExport]:
    """One's own copies that are still kept or being made, newest first."""
    kept = _of(person(by)).where(SubjectExport.swept_at.is_(None), SubjectExport.expires_at > now())
    return db.session.scalars(kept.order_by(SubjectExport.asked_at.desc())).all()


def find_export(export_id: UUID, *, by: Actor) -> SubjectExport:
    """One copy of one's own; raises ExportNotFound."""
    found = [each for each in exports(by=by) if each.id == export_id]
    if not found:
        raise ExportNotFound
    return found[0]


def fetch_export(export_id: UUID, *, by: Actor) -> tuple[SubjectExport, BinaryIO]:
    """A copy to be read; close it after use. On record.

    Raises ExportNotFound, ActionRefused, FreshProofNeeded, ExportNotReady.
    """
    export = find_export(export_id, by=by)
    policy.require(by, Action.EXPORT_OWN, Scope(owner_id=export.account_id))
    require_fresh(by)
    if export.ready_at is None:
        raise ExportNotReady
    _note(DossierTag.EXPORT_FETCHED, export, by)
    return export, store().open(_key(export.id), sha256=export.sha256)


def sweep_exports() -> int:
    """Remove the files of copies whose days are over; returns how many. A chore.

    A process that dies after the file and before the note removes it again: nothing is lost by that.
    """
    with reading() as session:
        over = (SubjectExport.expires_at <= now(), SubjectExport.swept_at.is_(None))
        found = session.scalars(select(SubjectExport.id).where(*over).limit(100)).all()
    for export_id in found:
        store().delete(_key(export_id))
        with transaction() as session:
            export = session.get_one(SubjectExport, export_id, with_for_update=True)
            if export.swept_at is None:
                export.swept_at = now()
                _note(DossierTag.EXPORT_SWEPT, export, SYSTEM)
    return len(found)


def _make(job: JobCall) -> Mapping[str, Any]:
    with tempfile.TemporaryFile() as file:
        with reading() as session:
            export = session.get_one(SubjectExport, job.instance_id)
            actor = accounts.actor(f"account:{export.account_id}")
            if actor is None:
                raise JobFailed("the account was closed meanwhile", retryable=False)
            own = replace(actor, grants=frozenset(), mandates=frozenset())
            write_copy(cast(BinaryIO, file), own, export.language)
        file.seek(0)
        stored = store().put(_key(job.instance_id), cast(BinaryIO, file), MEDIA_TYPE)
    return {"size": stored.size, "sha256": stored.sha256}


def _note_made(job: JobCall, result: Result) -> None:
    export = db.session.get_one(SubjectExport, job.instance_id, with_for_update=True)
    export.size, export.sha256 = (result or {})["size"], (result or {})["sha256"]
    export.ready_at, export.expires_at = now(), now() + _kept_for()
    _note(DossierTag.EXPORT_MADE, export, SYSTEM)
    address = f"{accounts_runtime().public_url.rstrip('/')}/account/copies"
    days = _kept_for() // _DAY
    tell(export.account_id, Notice.EXPORT_READY, address=address, days=days)


def _of(account_id: UUID) -> Any:
    return select(SubjectExport).where(SubjectExport.account_id == account_id)


def _kept_for() -> timedelta:
    kept: timedelta = current_app.extensions[_EXTENSION]
    return kept


def _key(export_id: UUID) -> str:
    return f"exports/{export_id}"


def _note(tag: DossierTag, export: SubjectExport, by: Actor) -> None:
    audit.note(
        tag,
        actor=by.id,
        subject=f"account:{export.account_id}",
        chain=export.account_id,
        details={"export": str(export.id)},
    )
