"""Uploads that go on where they broke off: announced, sent in pieces, finished, ended or expired.

Bytes are stored outside of transactions; what is recorded in one decides which piece counts. A piece
that lost against another one, or whose sender died, is taken away at once or swept.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO, Final, cast
from uuid import UUID

from sqlalchemy import delete, func, select, update

from accounts.actor import Actor
from accounts.policy import Action
from core.clock import now
from core.database import db, reading, transaction
from core.ids import new_id
from dossiers.errors import DocumentTypeUnknown
from dossiers.models import Document
from dossiers.operations.documents import attach_document, quarantined
from dossiers.operations.locking import lock_editable
from dossiers.queries import pack_of
from dossiers.uploads import quarantine
from dossiers.uploads.errors import (
    ChecksumWrong,
    OffsetWrong,
    TooManyUploads,
    UploadExpired,
    UploadMalformed,
    UploadNotFound,
)
from dossiers.uploads.models import Upload, UploadPiece
from storage import store
from storage.inspection import Glanced, require_accepted, safe_name
from storage.inspection.errors import FileTooLarge
from storage.inspection.types import ACCEPTED, HEAD, type_of

LIFE: Final = timedelta(days=1)
EVERY: Final = 600.0
MOST_OPEN: Final = 10
# An upload of the largest file in pieces of a sensible size; more would only burden the store.
MOST_PIECES: Final = 1_000
CHECKSUMS: Final = ("sha1", "sha256")
_CHUNK: Final = 1024 * 1024
_MOST_AT_ONCE: Final = 100
_upload: Any = Upload.__table__
_piece: Any = UploadPiece.__table__


@dataclass(frozen=True)
class Checksum:
    """What the sender says of a piece: one of `CHECKSUMS`, and the digest."""

    algorithm: str
    digest: bytes


def begin(
    dossier_id: UUID, document_type: str, file_name: str, length: int, *, limit: int, actor: Actor
) -> Upload:
    """Announce a file of so many bytes.

    Raises DossierNotFound, NotAllowed, DossierNotEditable, DocumentTypeUnknown, FileTooLarge,
    FileTypeNotAccepted, UploadMalformed, TooManyUploads.
    """
    dossier = lock_editable(dossier_id, actor=actor, action=Action.DOCUMENT_UPLOAD)
    known, name = pack_of(dossier).asked_documents, safe_name(file_name)
    if document_type not in known:
        raise DocumentTypeUnknown(kind=document_type, known=", ".join(sorted(known)))
    if length < 1:
        raise UploadMalformed(header="Upload-Length")
    if length > limit:
        raise FileTooLarge(name=name, limit=f"{limit / 1024**2:g}")
    require_accepted(name)
    _require_room(actor)
    upload = Upload(
        id=new_id(),
        dossier_id=dossier_id,
        owner=actor.id,
        document_type=document_type,
        file_name=name,
        length=length,
        received=0,
        begun_at=now(),
        expires_at=now() + LIFE,
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def find(upload_id: UUID, *, visible_to: Actor) -> Upload:
    """An upload of one's own; raises UploadNotFound, UploadExpired."""
    found = db.session.get(Upload, upload_id, populate_existing=True)
    if found is None or found.owner != visible_to.id:
        raise UploadNotFound
    if found.expires_at <= now():
        raise UploadExpired
    return found


def receive(
    upload_id: UUID, offset: int, stream: BinaryIO, checksum: Checksum | None, *, actor: Actor
) -> int:
    """Keep one more piece; returns how many bytes came by now. Opens its own transaction.

    Raises what `find` raises, OffsetWrong, FileTooLarge, ChecksumWrong, StoreUnavailable.
    """
    with reading():
        upload = find(upload_id, visible_to=actor)
        received, length, name = upload.received, upload.length, upload.file_name
    if offset != received:
        raise OffsetWrong(received=received)
    counted = _Counted(stream, length - offset, checksum)
    key, size = quarantine.put_piece(upload_id, cast("BinaryIO", counted))
    kept = False
    try:
        if counted.too_long:
            raise FileTooLarge(name=name, limit=f"{length / 1024**2:g}")
        counted.require_right()
        if size:
            _record_piece(upload_id, offset, size, key)
            kept = True
    finally:
        if not kept:
            quarantine.forget([key])
    return offset + size


def finish(upload_id: UUID, *, actor: Actor) -> Document:
    """Make a whole upload a document, which waits for its check. Opens its own transaction.

    Raises what `find` and `attach_document` raise, and UploadRefused for what is plainly wrong.
    """
    with reading():
        upload = find(upload_id, visible_to=actor)
        facts = (upload.dossier_id, upload.document_type, upload.file_name)
        pieces = list(db.session.scalars(_pieces_of(upload_id)))
    dossier_id, document_type, name = facts
    sent = quarantined(upload_id, _glanced(name, pieces), pieces)
    with transaction():
        document = attach_document(dossier_id, document_type, sent, actor=actor)
        _forget_rows([upload_id])
        return document


def end(upload_id: UUID, *, actor: Actor) -> None:
    """Give an upload up. Opens its own transaction. Raises what `find` raises."""
    with reading():
        find(upload_id, visible_to=actor)
    _end([upload_id])


def expire() -> int:
    """End what was not finished in time; returns how many. A chore."""
    with reading() as session:
        late = select(Upload.id).where(Upload.expires_at <= now()).limit(_MOST_AT_ONCE)
        found = list(session.scalars(late))
    if found:
        _end(found)
    return len(found)


def _end(uploads: Sequence[UUID]) -> None:
    with transaction():
        keys = list(
            db.session.scalars(
                select(UploadPiece.storage_key).where(UploadPiece.upload_id.in_(uploads))
            )
        )
        _forget_rows(uploads)
    quarantine.forget(keys)


def _forget_rows(uploads: Sequence[UUID]) -> None:
    db.session.execute(delete(UploadPiece).where(UploadPiece.upload_id.in_(uploads)))
    db.session.execute(delete(Upload).where(Upload.id.in_(uploads)))


def _require_room(actor: Actor) -> None:
    mine = select(func.count()).select_from(Upload).where(Upload.owner == actor.id)
    if (db.session.scalar(mine) or 0) >= MOST_OPEN:
        raise TooManyUploads


def _record_piece(upload_id: UUID, offset: int, size: int, key: str) -> None:
    """Of two pieces for the same place the first one counts."""
    with transaction():
        moved = db.session.execute(
            update(_upload)
            .where(_upload.c.id == upload_id, _upload.c.received == offset)
            .values(received=offset + size)
        )
        if not cast("Any", moved).rowcount:
            raise OffsetWrong(received="?")
        count = select(func.count()).where(_piece.c.upload_id == upload_id)
        if (db.session.scalar(count) or 0) >= MOST_PIECES:
            raise TooManyUploads
        db.session.add(UploadPiece(upload_id=upload_id, start=offset, size=size, storage_key=key))


def _pieces_of(upload_id: UUID) -> Any:
    mine = select(UploadPiece.storage_key).where(UploadPiece.upload_id == upload_id)
    return mine.order_by(UploadPiece.start)


def _glanced(name: str, pieces: Sequence[str]) -> Glanced:
    """Size, digest and type of the whole; raises UploadRefused."""
    digest, size, head = hashlib.sha256(), 0, b""
    for key in pieces:
        with store().open(key) as piece:
            while chunk := piece.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                head = (head + chunk)[:HEAD] if len(head) < HEAD else head
    media_type = type_of(head, name, ACCEPTED).media_type
    return Glanced(name, media_type, size, digest.hexdigest())


class _Counted(io.RawIOBase):
    """A piece on its way: at most so many bytes; one that breaks off ends there."""

    def __init__(self, stream: BinaryIO, most: int, checksum: Checksum | None) -> None:
        self._stream, self._left, self.too_long = stream, most, False
        self._told, self._broken = checksum, False
        self._digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None

    def readable(self) -> bool:
        """Always: that is what it is for."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        wanted = min(size if size >= 0 else _CHUNK, self._left + 1)
        try:
            chunk = self._stream.read(wanted)
        except Exception:  # noqa: BLE001  however the line broke, what came before counts
            self._broken, chunk = True, b""
        if len(chunk) > self._left:
            self.too_long, chunk = True, b""
        self._left -= len(chunk)
        if self._digest is not None:
            self._digest.update(chunk)
        return chunk

    def require_right(self) -> None:
        """Raise ChecksumWrong for other bytes than were told."""
        if self._told is None or self._digest is None:
            return
        if self._broken or self._digest.digest() != self._told.digest:
            raise ChecksumWrong
