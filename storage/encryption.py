"""Documents are encrypted in chunks, each with a key of its own that is wrapped by the installation's.

AES-256-GCM over chunks of 64 KiB; the nonce of a chunk is 7 random bytes, its number, and whether it
is the last one, so that no chunk can be moved, dropped or cut off unseen (the STREAM construction of
Hoang, Reyhanitabar, Rogaway and Vizár, 2015). The wrapped key is bound to name, size, digest and type.
"""

import hashlib
import io
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.digests import Readable, Writable
from storage.errors import DocumentDamaged, DocumentKeyMissing
from storage.interface import StoredObject
from storage.naming import Naming

CHUNK: Final = 64 * 1024
TAG: Final = 16
_NONCE: Final = 12
_PREFIX: Final = 7
Envelope = Mapping[str, str]


class DocumentKeys:
    """The installation's keys: the first one wraps, all of them unwrap."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {_id_of(key): AESGCM(key) for key in reversed(keys)}
        self._newest = _id_of(keys[0])
        # The oldest key stays the same while newer ones are added, and so do the names.
        self.naming = Naming(keys[-1])

    def wrap(self, key: bytes, bound: bytes) -> tuple[str, bytes]:
        """The id of our newest key, and a document's key under it."""
        nonce = os.urandom(_NONCE)
        return self._newest, nonce + self._keys[self._newest].encrypt(nonce, key, bound)

    def rewrapped(self, stored: StoredObject, envelope: Envelope) -> Envelope | None:
        """The envelope under our newest key; None when it is. Raises as `unwrap` does."""
        if envelope.get("kid") == self._newest:
            return None
        kid, wrapped, _prefix = _read(envelope, stored)
        newest, rewrapped = self.wrap(self.unwrap(kid, wrapped, stored), _bound(stored))
        return {**envelope, "kid": newest, "key": _text(rewrapped)}

    def unwrap(self, kid: str, wrapped: bytes, stored: StoredObject) -> bytes:
        """A document's key; raises DocumentKeyMissing, and DocumentDamaged when it does not fit."""
        if kid not in self._keys:
            raise DocumentKeyMissing(id=kid)
        nonce, sealed = wrapped[:_NONCE], wrapped[_NONCE:]
        try:
            return self._keys[kid].decrypt(nonce, sealed, _bound(stored))
        except InvalidTag as error:
            raise DocumentDamaged(key=stored.key) from error


class Sealing:
    """Encrypts one document while it is copied."""

    def __init__(self, keys: DocumentKeys) -> None:
        self._keys, self._key, self._prefix = keys, os.urandom(32), os.urandom(_PREFIX)

    def copy(self, source: Readable, target: Writable) -> tuple[int, str]:
        """Copy to the end; returns size and SHA-256 of what was there before it was encrypted."""
        cipher, digest, size = AESGCM(self._key), hashlib.sha256(), 0
        chunk = _whole_chunk(source)
        for number in count():
            following = _whole_chunk(source) if len(chunk) == CHUNK else b""
            digest.update(chunk)
            size += len(chunk)
            nonce = _nonce(self._prefix, number, last=not following)
            target.write(cipher.encrypt(nonce, chunk, None))
            if not following:
                return size, digest.hexdigest()
            chunk = following
        raise AssertionError("a copy ends with its last chunk")

    def envelope(self, stored: StoredObject) -> Envelope:
        """What must be kept beside the bytes to open them again."""
        kid, wrapped = self._keys.wrap(self._key, _bound(stored))
        return {"kid": kid, "key": _text(wrapped), "prefix": _text(self._prefix)}


class Opening:
    """Decrypts a document from one of its chunks on; `raw` stands at the beginning of that chunk."""

    def __init__(
        self,
        raw: Readable,
        stored: StoredObject,
        envelope: Envelope,
        keys: DocumentKeys,
        first: int = 0,
    ) -> None:
        kid, wrapped, self._prefix = _read(envelope, stored)
        self._raw, self._stored = raw, stored
        self._cipher = AESGCM(keys.unwrap(kid, wrapped, stored))
        self._chunks, self._rest = self._decrypted(first), memoryview(b"")

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; raises DocumentDamaged."""
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        given, self._rest = self._rest[:size], self._rest[size:]
        return bytes(given)

    def _decrypted(self, first: int) -> Iterator[bytes]:
        last = max(0, self._stored.size - 1) // CHUNK
        for number in range(first, last + 1):
            length = CHUNK if number < last else self._stored.size - last * CHUNK
            sealed = _exactly(self._raw, length + TAG)
            nonce = _nonce(self._prefix, number, last=number == last)
            try:
                yield self._cipher.decrypt(nonce, sealed, None)
            except InvalidTag as error:
                raise DocumentDamaged(key=self._stored.key) from error
        if self._raw.read(1):
            raise DocumentDamaged(key=self._stored.key)


class Part(io.RawIOBase):
    """So many bytes of a stream, after others that are passed over."""

    def __init__(self, raw: Readable, skip: int, length: int, close: Any) -> None:
        self._raw, self._skip, self._left, self._close = raw, skip, length, close

    def readable(self) -> bool:
        """Always: that is what it is for."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer
        """Fill the buffer as far as the part goes."""
        while self._skip and (passed := self._raw.read(min(self._skip, CHUNK))):
            self._skip -= len(passed)
        piece = self._raw.read(min(len(buffer), self._left)) if self._left else b""
        self._left -= len(piece)
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Release the file or the connection behind."""
        if not self.closed:
            self._close()
        super().close()


def place_of(start: int) -> tuple[int, int]:
    """The chunk in which a byte stands, and where that chunk begins among the encrypted bytes."""
    number = start // CHUNK
    return number, number * (CHUNK + TAG)


def _read(envelope: Envelope, stored: StoredObject) -> tuple[str, bytes, bytes]:
    """Id of the key, wrapped key and prefix; raises DocumentDamaged."""
    try:
        return envelope["kid"], b64decode(envelope["key"]), b64decode(envelope["prefix"])
    except (KeyError, ValueError) as error:
        raise DocumentDamaged(key=stored.key) from error


def _bound(stored: StoredObject) -> bytes:
    told = (stored.key, str(stored.size), stored.sha256, stored.media_type)
    return "\n".join(told).encode()


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _whole_chunk(source: Readable) -> bytes:
    return _exactly(source, CHUNK)


def _exactly(source: Readable, size: int) -> bytes:
    """So many bytes, or all that are left."""
    pieces = []
    while size and (piece := source.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _id_of(key: bytes) -> str:
    return hashlib.sha256(b"document key" + key).hexdigest()[:16]


def _text(content: bytes) -> str:
    return b64encode(content).decode()
