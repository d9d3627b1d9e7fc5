"""Which stored files of dossiers may go: what no document that is kept refers to, and nobody holds."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import select

from core.database import reading
from dossiers.archiving.models import ArchivedDocument
from dossiers.models import Document, Proceeding
from dossiers.privacy.models import LegalHold
from engine.models import Instance
from storage import store

FOLDER: Final = "dossiers/"
_AT_ONCE: Final = 500


def erase_files(dossier_id: UUID) -> int:
    """Delete the files of a dossier that nothing needs any more; returns how many.

    A paper that another dossier was given to read stays until that one goes as well. Doing it twice
    does no harm. Call it outside of transactions.
    """
    own = set(store().keys(f"{FOLDER}{dossier_id}/"))
    with reading() as session:
        erased = (Document.dossier_id == dossier_id, Document.erased_at.is_not(None))
        shared = session.scalars(select(Document.storage_key).where(*erased))
        keys = sorted(own.union(shared))
    going = sorted(set(keys) - needed(keys))
    for key in going:
        store().delete(key)
    return len(going)


def needed(keys: Collection[str]) -> set[str]:
    """Those of the keys that a document refers to, or whose dossier is on legal hold."""
    found: set[str] = set()
    ordered = sorted(keys)
    for start in range(0, len(ordered), _AT_ONCE):
        found |= _needed(ordered[start : start + _AT_ONCE])
    return found


def _needed(keys: list[str]) -> set[str]:
    owners = {key: owner for key in keys if (owner := owner_of(key)) is not None}
    with reading() as session:
        referring = select(Document.storage_key).where(
            Document.storage_key.in_(keys), Document.erased_at.is_(None)
        )
        held = select(LegalHold.dossier_id).where(
            LegalHold.dossier_id.in_(set(owners.values())), LegalHold.lifted_at.is_(None)
        )
        archived = (
            select(ArchivedDocument.storage_key)
            .join(Document, Document.id == ArchivedDocument.id)
            .where(ArchivedDocument.storage_key.in_(keys), Document.erased_at.is_(None))
        )
        named = {*session.scalars(referring), *session.scalars(archived)}
        holding = set(session.scalars(held))
    return named | {key for key, owner in owners.items() if owner in holding}


def in_process(keys: Collection[str]) -> set[str]:
    """Those of the keys whose dossier has a process that runs: it may come to record what it stored."""
    owners = {key: owner for key in keys if (owner := owner_of(key)) is not None}
    running = (
        select(Proceeding.dossier_id)
        .join(Instance, Instance.id == Proceeding.instance_id)
        .where(Proceeding.dossier_id.in_(set(owners.values())), Instance.ended_at.is_(None))
    )
    with reading() as session:
        found = set(session.scalars(running))
    return {key for key, owner in owners.items() if owner in found}


def owner_of(key: str) -> UUID | None:
    """The dossier in whose folder a file stands."""
    try:
        return UUID(key.split("/")[1]) if key.startswith(FOLDER) else None
    except (ValueError, IndexError):
        return None
