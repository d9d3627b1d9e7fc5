"""Every row that says that a file is stored, whichever room it is in. Rooms above add their own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import exists, select

from core.clock import now
from core.database import reading
from dossiers.archiving.models import ArchivedDocument
from dossiers.holdings.models import Holding
from dossiers.models import Document, DocumentState
from dossiers.privacy.models import SubjectExport
from dossiers.register_entries.models import CertifiedCopy

_EXTENSION: Final = "motcua.references"
_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Reference:
    """A file that must be in the store, with the digest it must have."""

    key: str
    sha256: str


Finder = Callable[[], Iterator[Reference]]


def also_refer(app: Flask, finder: Finder) -> None:
    """Let a room above name the files it refers to."""
    app.extensions.setdefault(_EXTENSION, []).append(finder)


def references() -> Iterator[Reference]:
    """All of them; a file that several rows share comes several times."""
    more: list[Finder] = current_app.extensions.get(_EXTENSION, [])
    for finder in (_documents, _archived, _holdings, _copies, _exports, *more):
        yield from finder()


def rows(table: Any, *conditions: Any) -> Iterator[Any]:
    """Rows by their ids, a page at a time, each in a read of its own: the store is asked in between."""
    after: UUID | None = None
    while True:
        further = () if after is None else (table.id > after,)
        query = select(table).where(*conditions, *further).order_by(table.id).limit(_AT_ONCE)
        with reading() as session:
            page = session.scalars(query).all()
            session.expunge_all()
        yield from page
        if len(page) < _AT_ONCE:
            return
        after = page[-1].id


def _documents() -> Iterator[Reference]:
    there = (Document.erased_at.is_(None), Document.state == DocumentState.THERE)
    return (Reference(each.storage_key, each.sha256) for each in rows(Document, *there))


def _archived() -> Iterator[Reference]:
    erased = exists().where(Document.id == ArchivedDocument.id, Document.erased_at.is_not(None))
    made = rows(ArchivedDocument, ArchivedDocument.made_at.is_not(None), ~erased)
    return (Reference(each.storage_key, each.sha256) for each in made)


def _holdings() -> Iterator[Reference]:
    kept = rows(Holding, Holding.deleted_at.is_(None))
    return (Reference(each.storage_key, each.sha256) for each in kept)


def _copies() -> Iterator[Reference]:
    made = rows(CertifiedCopy, CertifiedCopy.ready_at.is_not(None))
    return (Reference(each.storage_key, each.sha256) for each in made)


def _exports() -> Iterator[Reference]:
    made = (SubjectExport.ready_at.is_not(None), SubjectExport.swept_at.is_(None))
    kept = rows(SubjectExport, *made, SubjectExport.expires_at > now())
    return (Reference(f"exports/{each.id}", each.sha256) for each in kept)
