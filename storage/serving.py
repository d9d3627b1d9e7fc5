"""Handing out a stored document over HTTP: streamed, and in ranges for who resumes or leafs."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, Protocol

from flask import Flask, Response, current_app, request, send_file

from storage.errors import DocumentDamaged, DocumentMissing
from storage.interface import DocumentStore

_DAMAGE: Final = "motcua.storage.damage"
OnDamage = Callable[[str], None]


class Stored(Protocol):
    """What tables of documents have in common."""

    storage_key: str
    sha256: str
    size: int
    media_type: str
    file_name: str


class StoredStream(io.RawIOBase):
    """A document as a file in which one may seek.

    Read from its beginning it is verified as a whole; from elsewhere on, chunk by chunk.
    """

    def __init__(self, store: DocumentStore, found: Stored) -> None:
        self._store, self._found = store, found
        # It is read after the request is over, as far as Flask knows.
        self._app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        with self._told():
            self._place, self._stream = 0, store.open(found.storage_key, sha256=found.sha256)

    def readable(self) -> bool:
        """Always: that is what it is for."""
        return True

    def seekable(self) -> bool:
        """From the beginning, to any place."""
        return True

    def tell(self) -> int:
        """Where the next byte comes from."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go on reading elsewhere."""
        bases = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._found.size}
        target = bases[whence] + offset
        if target != self._place:
            self._stream.close()
            self._stream = self._from(target)
            self._place = target
        return target

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer
        """Fill the buffer as far as the document goes."""
        with self._told():
            piece = self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def close(self) -> None:
        """Release the file or the connection behind."""
        if not self.closed:
            self._stream.close()
        super().close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Let the house know of a document that is not what it was, or not there."""
        try:
            yield
        except (DocumentDamaged, DocumentMissing):
            with self._app.app_context():
                for tell in self._app.extensions.get(_DAMAGE, ()):
                    tell(self._found.storage_key)
            raise

    def _from(self, start: int) -> BinaryIO:
        if start == 0:
            return self._store.open(self._found.storage_key, sha256=self._found.sha256)
        length = max(0, self._found.size - start)
        return self._store.open_range(self._found.storage_key, start, length)


def on_damage(app: Flask, tell: OnDamage) -> None:
    """Call back with the key of every document that a reader finds damaged or missing."""
    app.extensions.setdefault(_DAMAGE, []).append(tell)


def send(store: DocumentStore, found: Stored, *, save: bool) -> Response:
    """The answer with a document, or with the range that was asked for; its SHA-256 is its ETag.

    With `save` a browser keeps the file instead of showing it.
    """
    response = send_file(
        io.BufferedReader(StoredStream(store, found)),
        mimetype=found.media_type,
        as_attachment=save,
        download_name=found.file_name,
        etag=found.sha256,
        conditional=False,
    )
    response.content_length = found.size
    response.make_conditional(request, accept_ranges=True, complete_length=found.size)
    return response
