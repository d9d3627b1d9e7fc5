"""Archiving: a chore finds results that are not archived yet or must be renewed; a job does it.

The job waits and comes again while an authority has not yet published anything younger than the seal.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

import signing
from core.audit import SYSTEM_CHAIN
from core.clock import now
from core.database import db, reading, transaction
from core.ids import new_id
from dossiers.archiving.models import ArchivedDocument
from dossiers.audit import DossierTag
from dossiers.models import Document
from dossiers.operations.counters import advance
from dossiers.operations.documents import AUTHORITY
from dossiers.operations.journal import record
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime, current_runtime
from storage import store

KIND: Final = "document.archive"
EVERY: Final = 600.0
# So long before its last timestamp ends an archive is renewed.
MARGIN: Final = timedelta(days=180)
AT_ONCE: Final = 50
PDF: Final = "application/pdf"


def install(runtime: Runtime) -> None:
    """Register the job."""
    policy = JobPolicy(max_attempts=20, lease=180)
    runtime.on_job(KIND, _archive, policy, record=_note_archived)


def order_archives() -> int:
    """Let jobs archive the results that are not yet, and renew archives that end; returns how many.

    Some at most each time; many processes may ask at once. A chore.
    """
    with transaction():
        advance("document-archive", 0)
        moment, found = now(), [*_ending(), *_without()][:AT_ONCE]
        for document_id in found:
            kept = db.session.get(ArchivedDocument, document_id)
            if kept is None:
                db.session.add(ArchivedDocument(id=document_id, ordered_at=moment))
            else:
                kept.ordered_at = moment
            current_runtime().enqueue(KIND, SYSTEM_CHAIN, {"document": str(document_id)})
        return len(found)


def _without() -> Sequence[UUID]:
    """Sealed results, known by the data that are sealed beside them, that nobody ordered yet."""
    data = aliased(Document)
    beside = exists().where(
        data.dossier_id == Document.dossier_id,
        data.document_type == Document.document_type + "_data",
        data.origin == AUTHORITY,
    )
    ordered = exists().where(ArchivedDocument.id == Document.id)
    query = (
        select(Document.id)
        .where(Document.origin == AUTHORITY, Document.media_type == PDF)
        .where(Document.erased_at.is_(None), beside, ~ordered)
        .order_by(Document.id)
        .limit(AT_ONCE)
    )
    return db.session.scalars(query).all()


def _ending() -> Sequence[UUID]:
    query = (
        select(ArchivedDocument.id)
        .join(Document, Document.id == ArchivedDocument.id)
        .where(ArchivedDocument.until < now() + MARGIN, Document.erased_at.is_(None))
        .where(ArchivedDocument.ordered_at <= ArchivedDocument.made_at)
        .limit(AT_ONCE)
    )
    return db.session.scalars(query).all()


def _archive(call: JobCall) -> Mapping[str, Any]:
    document_id = UUID(str(call.payload["document"]))
    with reading() as session:
        document = session.get_one(Document, document_id)
        archived = session.get_one(ArchivedDocument, document_id)
        newest = archived if archived.made_at else document
        key, sha256, dossier_id = newest.storage_key, newest.sha256, document.dossier_id
    with store().open(key, sha256=sha256) as stream:
        made = signing.archive_pdf(stream.read())
    stored = store().put(f"dossiers/{dossier_id}/{new_id()}", BytesIO(made), PDF)
    until = signing.verify_pdf(made).archived_until
    return {
        "storage_key": stored.key,
        "sha256": stored.sha256,
        "size": stored.size,
        "until": until.isoformat() if until else None,
    }


def _note_archived(call: JobCall, result: Result) -> None:
    told = result or {}
    archived = db.session.get_one(ArchivedDocument, UUID(str(call.payload["document"])))
    document = db.session.get_one(Document, archived.id)
    archived.storage_key, archived.sha256 = told["storage_key"], told["sha256"]
    archived.size, archived.made_at = told["size"], now()
    archived.until = datetime.fromisoformat(told["until"]) if told["until"] else None
    record(
        DossierTag.DOCUMENT_ARCHIVED,
        document.dossier_id,
        actor="system",
        subject=f"document:{document.id}",
        details={"sha256": archived.sha256, "of": document.sha256},
    )
