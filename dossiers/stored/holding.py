"""Legal holds reach the store: where its bucket honours them, it refuses to delete by itself."""

from collections.abc import Collection
from contextlib import suppress
from typing import Final
from uuid import UUID

from sqlalchemy import select

from core.database import reading
from dossiers.models import Document
from dossiers.privacy.files import FOLDER, owner_of
from dossiers.privacy.models import LegalHold
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime, current_runtime
from storage import store
from storage.errors import DocumentMissing

HOLD_FILES: Final = "dossier.hold-files"


def install(runtime: Runtime) -> None:
    """Register the job."""
    runtime.on_job(HOLD_FILES, hold_files, JobPolicy(max_attempts=20))


def tell_store(hold: LegalHold) -> None:
    """Let the store hold the files of a dossier, or no longer, once this transaction is committed.

    It is work of the hold, not of the dossier: work of a dossier would keep it from its term.
    """
    current_runtime().enqueue(HOLD_FILES, hold.id, {"dossier": str(hold.dossier_id)})


def hold_files(call: JobCall) -> Result:
    """Bring the store's holds of a dossier's files in line with the database; twice does no harm."""
    keys = _keys_of(UUID(call.payload["dossier"]))
    held = _held(keys)
    honoured = 0
    for key in keys:
        with suppress(DocumentMissing):
            honoured += store().hold(key, held=key in held)
    return {"files": len(keys), "honoured": honoured}


def _keys_of(dossier_id: UUID) -> list[str]:
    own = set(store().keys(f"{FOLDER}{dossier_id}/"))
    with reading() as session:
        there = (Document.dossier_id == dossier_id, Document.erased_at.is_(None))
        lent = session.scalars(select(Document.storage_key).where(*there))
        return sorted(key for key in own.union(lent) if key.startswith(FOLDER))


def _held(keys: Collection[str]) -> set[str]:
    """Those that some dossier on hold has, in its folder or lent by another."""
    standing = select(LegalHold.dossier_id).where(LegalHold.lifted_at.is_(None))
    with reading() as session:
        lent = select(Document.storage_key).where(
            Document.storage_key.in_(keys), Document.dossier_id.in_(standing)
        )
        found = set(session.scalars(lent))
        owners = {owner_of(key) for key in keys} - {None}
        on_hold = set(session.scalars(standing.where(LegalHold.dossier_id.in_(owners))))
    return found | {key for key in keys if owner_of(key) in on_hold}
