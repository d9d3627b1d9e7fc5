"""Sizes and SHA-256 digests, computed while the bytes pass by."""

import hashlib
import io
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from storage.errors import DocumentDamaged
from storage.interface import StoredObject

CHUNK = 256 * 1024


class Readable(Protocol):
    """The one thing asked of what is read: a file, a spool, an HTTP answer."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


class Writable(Protocol):
    """The one thing asked of what is written."""

    def write(self, content: bytes, /) -> int:
        """Take the bytes."""


def copy_with_digest(source: Readable, target: Writable) -> tuple[int, str]:
    """Copy to the end; returns the number of bytes and their SHA-256."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        target.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


class VerifyingReader(io.RawIOBase):
    """Hands out a document and keeps back its last bytes until the digest proves them all right."""

    def __init__(
        self,
        raw: Readable,
        stored: StoredObject,
        *,
        close: Callable[[], None],
        expected: str | None = None,
    ) -> None:
        self._raw, self._stored, self._close = raw, stored, close
        self._expected = expected or stored.sha256
        self._digest, self._left, self._verified = hashlib.sha256(), stored.size, False

    def readable(self) -> bool:
        """Always: that is what it is for."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer
        """Fill the buffer as far as the document goes."""
        if self._verified or not len(buffer):
            return 0
        chunk = self._raw.read(min(len(buffer), self._left)) if self._left else b""
        self._digest.update(chunk)
        self._left -= len(chunk)
        if not chunk or not self._left:
            self._verify()
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        """Release the file or the connection behind."""
        if not self.closed:
            with suppress(OSError):
                self._close()
        super().close()

    def _verify(self) -> None:
        whole = not self._left and not self._raw.read(1)
        if not whole or self._digest.hexdigest() != self._expected:
            raise DocumentDamaged(key=self._stored.key)
        self._verified = True
