"""What becomes of the store when the dossier behind a document is pseudonymised: it stays its owner's.

The copy in the store is the owner's and kept for him until he deletes it. Only what the record of a
dossier that tells of nobody any more would still say of people goes: who used what in it.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from accounts.runtime import runtime
from core.clock import now
from core.database import db
from dossiers.holdings.models import Holding, HoldingUse
from engine.jobs.kinds import JobCall, Result
from engine.runtime import current_runtime
from storage import store

DELETE_FILES: Final = "holdings.delete-files"


def empty(dossier_id: UUID) -> None:
    """Who used a document in the dossier becomes a pseudonym."""
    for use in db.session.scalars(select(HoldingUse).where(HoldingUse.dossier_id == dossier_id)):
        use.used_by = runtime().pseudonyms.of_actor(use.used_by)


def empty_store(account_id: UUID) -> None:
    """Of a person whose account is emptied nothing is kept; organisations keep what is theirs."""
    own = (Holding.owner_id == account_id, Holding.acting_for == "")
    kept = db.session.scalars(select(Holding).where(*own)).all()
    for holding in kept:
        holding.deleted_at = holding.deleted_at or now()
        holding.number = holding.issuer = holding.file_name = ""
    if kept:
        keys = [holding.storage_key for holding in kept]
        current_runtime().enqueue(DELETE_FILES, account_id, {"keys": keys})


def delete_files(call: JobCall) -> Result:
    """Delete files; one that is gone already is as good."""
    payload: Mapping[str, Any] = call.payload
    for key in payload["keys"]:
        store().delete(key)
    return None
