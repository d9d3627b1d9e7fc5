"""Documents of a dossier: what the applicant sends and what the authority makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final
from uuid import UUID

from sqlalchemy import select

from accounts.actor import Actor
from accounts.policy import Action
from core.clock import now
from core.database import db, reading
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.errors import DocumentErased, DocumentNotFound, DocumentTypeUnknown
from dossiers.models import Document, DocumentState, Dossier
from dossiers.opening import document_there
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_editable
from dossiers.queries import pack_of
from dossiers.uploads import quarantine
from engine.runtime import current_runtime
from storage import naming, store
from storage.inspection import Glanced, InspectedFile, glance, inspected
from storage.scanning import scanner

AUTHORITY = "authority"
APPLICANT = "applicant"
CHECK: Final = "document.check"
# Larger files are read by a worker: nobody waits longer than two seconds for a page.
AT_ONCE: Final = 20 * 1024 * 1024
# Slashes before the id in keys of a time that did not name content: dossiers/<dossier>/<id>
_PLAIN = 2


@dataclass(frozen=True)
class StoredUpload:
    """A file that was inspected and stored, and that no document refers to yet.

    It is not `fresh` when an equal file of the same dossier was there already, which it shares.
    """

    id: UUID
    file_name: str
    media_type: str
    size: int
    sha256: str
    storage_key: str
    fresh: bool = True


@dataclass(frozen=True)
class SentUpload(StoredUpload):
    """A file from outside: what was found in it, or the pieces in quarantine that are to be checked."""

    findings: Mapping[str, Any] | None = None
    pieces: Sequence[str] = ()


def store_upload(
    dossier_id: UUID, file_name: str, stream: BinaryIO, *, limit_bytes: int
) -> StoredUpload:
    """Inspect a file and put it into the store. Call it before the transaction is opened.

    Where a virus scanner is to be asked, and for a large file, it is put into quarantine instead.
    Raises the inspection's errors (wrong type, too large, …) and Unavailable when the store is down.
    """
    seen = glance(file_name, stream, limit_bytes)
    if scanner() is not None or seen.size > AT_ONCE:
        document_id = new_id()
        key, _size = quarantine.put_piece(document_id, stream)
        return quarantined(document_id, seen, [key])
    with inspected(stream, seen) as found:
        kept = keep_file(dossier_id, found.name, found.content, found.media_type)
        return SentUpload(**kept.__dict__, findings=findings_of(found))


def quarantined(document_id: UUID, seen: Glanced, pieces: Sequence[str]) -> SentUpload:
    """A file as it was sent, whose pieces are in quarantine."""
    place = quarantine.place_of(document_id)
    facts = (seen.name, seen.media_type, seen.size, seen.sha256)
    return SentUpload(document_id, *facts, place, pieces=tuple(pieces))


def findings_of(found: InspectedFile) -> dict[str, Any]:
    """What is kept of an inspection: how the file was as it was sent, and what was taken out."""
    if not found.changed:
        return {}
    sent = {"sent_sha256": found.sha256, "sent_size": found.size}
    return {"sent": sent, "removed": list(found.removed)}


def keep_file(dossier_id: UUID, file_name: str, stream: BinaryIO, media_type: str) -> StoredUpload:
    """Put a file that needs no inspection (one of our own) into the store, outside transactions.

    Its key is `dossiers/<dossier>/<keyed hash of the content>/<id>`. What the dossier has already is
    not stored again. No key is ever used twice, so nobody comes to share a file while it is swept.
    """
    document_id, name = new_id(), naming().name_of(stream, within=str(dossier_id))
    folder = f"dossiers/{dossier_id}/{name}/"
    with reading():
        equal = _equal(dossier_id, folder)
    if equal is not None:
        told = (equal.size, equal.sha256, equal.storage_key)
        return StoredUpload(document_id, file_name, media_type, *told, fresh=False)
    stored = store().put(f"{folder}{document_id}", stream, media_type)
    return StoredUpload(document_id, file_name, media_type, stored.size, stored.sha256, stored.key)


def discard(upload: StoredUpload) -> None:
    """Take away a file that no document came to refer to; one that is shared stays."""
    if isinstance(upload, SentUpload) and upload.pieces:
        quarantine.forget(upload.pieces)
    elif upload.fresh:
        store().delete(upload.storage_key)


def settled_key(dossier_id: UUID, upload: StoredUpload) -> str:
    """Where the file is by now, asked under the dossier's lock; raises DocumentErased.

    Of two equal files that came at once, the second document uses the file of the first.
    """
    folder = upload.storage_key.rpartition("/")[0] + "/"
    equal = _equal(dossier_id, folder) if folder.count("/") > _PLAIN else None
    if equal is None and not upload.fresh:
        raise DocumentErased
    return equal.storage_key if equal else upload.storage_key


def _equal(dossier_id: UUID, folder: str) -> Any:
    """Where the first file in a folder is, which is named by its content; None without one."""
    columns = (Document.storage_key, Document.size, Document.sha256)
    found = select(*columns).where(
        Document.dossier_id == dossier_id,
        Document.storage_key.startswith(folder, autoescape=True),
        Document.erased_at.is_(None),
    )
    return db.session.execute(found.order_by(Document.added_at, Document.id).limit(1)).one_or_none()


def attach_document(
    dossier_id: UUID, document_type: str, upload: StoredUpload, *, actor: Actor
) -> Document:
    """Make a stored file a document of an editable dossier.

    Raises DossierNotFound, NotAllowed, DossierNotEditable, DocumentTypeUnknown.
    """
    dossier = lock_editable(dossier_id, actor=actor, action=Action.DOCUMENT_UPLOAD)
    known = pack_of(dossier).asked_documents
    if document_type not in known:
        raise DocumentTypeUnknown(kind=document_type, known=", ".join(sorted(known)))
    return add_document(dossier, document_type, upload, origin=APPLICANT, by=actor.id)


def add_document(
    dossier: Dossier, document_type: str, upload: StoredUpload, *, origin: str, by: str
) -> Document:
    """Record a stored file as a document of a locked dossier; raises DocumentErased."""
    document = Document(
        id=upload.id,
        dossier_id=dossier.id,
        document_type=document_type,
        origin=origin,
        file_name=upload.file_name,
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
        storage_key=settled_key(dossier.id, upload),
        confidential=document_type in pack_of(dossier).confidential_kinds,
        added_by=by,
        added_at=now(),
        state=DocumentState.THERE,
    )
    db.session.add(document)
    findings = upload.findings if isinstance(upload, SentUpload) else None
    document.findings = dict(findings) if findings else None
    note_document(DossierTag.DOCUMENT_ADDED, document, by, (findings or {}).get("sent"))
    if isinstance(upload, SentUpload) and upload.pieces:
        _let_check(document, upload.pieces)
    return document


def _let_check(document: Document, pieces: Sequence[str]) -> None:
    """A worker looks into the file; until then nobody does."""
    document.state = DocumentState.CHECKING
    asked = {"document": str(document.id), "pieces": list(pieces)}
    current_runtime().enqueue(CHECK, document.dossier_id, asked)


def remove_document(document_id: UUID, *, actor: Actor) -> None:
    """Take a document of one's own out of an editable dossier; the file itself is kept for the record.

    Raises DocumentNotFound, DossierNotFound, NotAllowed, DossierNotEditable.
    """
    document = document_there(document_id, visible_to=actor)
    if document.origin != APPLICANT:
        raise DocumentNotFound
    lock_editable(document.dossier_id, actor=actor, action=Action.DOCUMENT_DELETE)
    db.session.refresh(document)
    if document.removed_at is not None:
        raise DocumentNotFound
    document.removed_at = now()
    note_document(DossierTag.DOCUMENT_REMOVED, document, actor.id)


def note_document(
    tag: DossierTag, document: Document, by: str, said: Mapping[str, Any] | None = None
) -> None:
    """Record a deed about a document of a locked dossier."""
    record(
        tag,
        document.dossier_id,
        actor=by,
        subject=f"document:{document.id}",
        details={"type": document.document_type, "sha256": document.sha256, **(said or {})},
    )
