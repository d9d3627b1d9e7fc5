"""Files that are not what they were: an incident, which ends when the right bytes are back.

Whoever notices, a reader or a sending, lets a job read the whole file again. It fails for good until an
operator has restored the file and tries it again.
"""

from typing import Final
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db, reading, transaction
from dossiers.models import Document, DocumentState, Dossier
from engine.errors import JobFailed
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime, current_runtime
from storage import store
from storage.errors import DocumentDamaged, DocumentMissing
from storage.serving import on_damage

VERIFY: Final = "document.verify"
_CHUNK: Final = 1024 * 1024


def install(app: Flask, runtime: Runtime) -> None:
    """Have what readers stumble over looked into."""
    runtime.on_job(VERIFY, verify, JobPolicy(ordered=False))
    on_damage(app, report)


def require_kept(dossier_id: UUID, *, visible_to: Actor) -> None:
    """Ask the store for every paper of a dossier that is about to be sent; outside of transactions.

    Raises StoreUnavailable, DocumentMissing and DocumentDamaged; the latter two are on the operators'
    list then.
    """
    with reading() as session:
        papers = session.execute(
            select(Document.storage_key, Document.size, Document.sha256)
            .join(Dossier, Dossier.id == Document.dossier_id)
            .where(
                Document.dossier_id == dossier_id,
                Document.removed_at.is_(None),
                Document.state == DocumentState.THERE,
                policy.clause(visible_to, Action.DOSSIER_VIEW, Dossier),
            )
        ).all()
    for key, size, sha256 in papers:
        _require_there(key, (size, sha256))


def report(key: str) -> None:
    """Have the document of a key read by a job; nothing if it belongs to none."""
    with transaction():
        named = select(Document).where(Document.storage_key == key).limit(1)
        document = db.session.scalars(named).first()
        if document is not None:
            current_runtime().enqueue(
                VERIFY,
                document.dossier_id,
                {"document": str(document.id)},
                idempotency_key=f"verify:{document.id}",
            )


def verify(call: JobCall) -> Result:
    """Read a document to its end; fails for good while it is not what was written."""
    with reading() as session:
        document = session.get(Document, UUID(call.payload["document"]))
    if document is None or document.erased_at is not None:
        return None
    try:
        with store().open(document.storage_key, sha256=document.sha256) as stream:
            while stream.read(_CHUNK):
                pass
    except (DocumentDamaged, DocumentMissing) as error:
        raise JobFailed(str(error), retryable=False) from error
    return None


def _require_there(key: str, facts: tuple[int, str]) -> None:
    try:
        _require_same(key, facts)
    except (DocumentDamaged, DocumentMissing):
        report(key)
        raise


def _require_same(key: str, facts: tuple[int, str]) -> None:
    stored = store().stat(key)
    if (stored.size, stored.sha256) != facts:
        raise DocumentDamaged(key=key)
