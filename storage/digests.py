"""Digests that are checked while the bytes pass by."""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from storage.errors import DocumentDamaged
from storage.interface import StoredObject


class Readable(Protocol):
    """The one thing asked of what is read: a file, a spool, an HTTP answer."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


class Writable(Protocol):
    """The one thing asked of what is written."""

    def write(self, content: bytes, /) -> int:
        """Take the bytes."""


class Closeable(Protocol):
    """What is let go of when it cannot be used."""

    def close(self) -> None:
        """Let go."""


@contextmanager
def closed_on_error(stream: Closeable) -> Iterator[None]:
    """Let go of a stream whose document cannot be opened."""
    try:
        yield
    except BaseException:
        stream.close()
        raise


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
