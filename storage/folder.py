"""Documents in a local folder: one file per key, a header of facts followed by the bytes.

The header stands in the same file so that one rename puts both in place: there is no moment at
which a document has the facts of another. The bytes after it are encrypted (`storage.encryption`).
"""

import fcntl
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

import orjson

from storage.digests import VerifyingReader, closed_on_error
from storage.encryption import CHUNK, DocumentKeys, Envelope, Opening, Part, Sealing, place_of
from storage.errors import DocumentDamaged, DocumentMissing, InvalidKey, StoreUnavailable
from storage.interface import Capabilities, Rewrapped, StoredObject, checked_key, checked_prefix

HEADER_SIZE = 512
_MARK = "@"  # no key holds it, so the file of key `a` never stands where the folder of `a/b` must


class FolderStore:
    """A DocumentStore below one folder, which is made if missing."""

    def __init__(self, folder: Path, keys: DocumentKeys) -> None:
        self._root, self._keys = folder.resolve(), keys
        self._incoming = self._root / f"{_MARK}incoming"
        with _errors_named():
            self._incoming.mkdir(parents=True, exist_ok=True)

    def put(self, key: str, stream: BinaryIO, media_type: str) -> StoredObject:
        """Write to a temporary file, force it to disk, then rename it into place."""
        path = self._path(key)
        with _errors_named():
            descriptor, name = tempfile.mkstemp(dir=self._incoming)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                stored = _write(file, key, stream, media_type, Sealing(self._keys))
            with _errors_named():
                _rename_durably(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        return stored

    def open(self, key: str, *, sha256: str | None = None) -> BinaryIO:
        """The document's bytes, verified while they are read."""
        file = self._opened(key)
        stored, envelope = _read_header(file, key)
        with closed_on_error(file):
            raw = Opening(file, stored, envelope, self._keys) if envelope else file
        reader = VerifyingReader(raw, stored, close=file.close, expected=sha256)
        return io.BufferedReader(reader)

    def open_range(self, key: str, start: int, length: int) -> BinaryIO:
        """Only the chunks that the range touches; a document that is not encrypted is read up to it."""
        file = self._opened(key)
        stored, envelope = _read_header(file, key)
        if not envelope:
            file.close()
            whole = self.open(key)
            return io.BufferedReader(Part(whole, start, length, whole.close))
        number, place = place_of(start)
        file.seek(HEADER_SIZE + place)
        with closed_on_error(file):
            raw = Opening(file, stored, envelope, self._keys, number)
        return io.BufferedReader(Part(raw, start % CHUNK, length, file.close))

    def stat(self, key: str) -> StoredObject:
        """The facts in the header."""
        with self._opened(key) as file:
            return _read_header(file, key)[0]

    def delete(self, key: str) -> None:
        """Unlink the file; its folder stays."""
        path = self._path(key)
        with _errors_named():
            path.unlink(missing_ok=True)
            if path.parent.exists():
                _sync_folder(path.parent)

    def hold(self, key: str, *, held: bool) -> bool:  # noqa: ARG002 (the protocol's)
        """A folder refuses nothing to its owner."""
        self._opened(key).close()
        return False

    def rewrap(self, key: str) -> Rewrapped:
        """Write the header anew in its place: one sector, which no crash leaves half written."""
        with self._opened(key, "r+b") as file, _locked(file, fcntl.LOCK_EX):
            stored, envelope = _facts(file, key)
            newer = self._keys.rewrapped(stored, envelope) if envelope else None
            if newer is not None:
                with _errors_named():
                    os.pwrite(file.fileno(), _header(stored, newer), 0)
                    os.fsync(file.fileno())
                return Rewrapped.ENVELOPE
        if envelope:
            return Rewrapped.CURRENT
        with self.open(key) as content:
            self.put(key, content, stored.media_type)
        return Rewrapped.ENCRYPTED

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Walk the folder that the prefix names and sort what it holds."""
        folder = self._root / checked_prefix(prefix).rpartition("/")[0]
        found = (self._key_of(path) for path in folder.rglob(f"*{_MARK}") if path.is_file())
        yield from sorted(key for key in found if key.startswith(prefix))

    def written_before(self, moment: datetime, prefix: str = "") -> Iterator[str]:
        """Walk the folders one by one; a file that goes meanwhile is passed over."""
        before = moment.timestamp()
        top = self._root / checked_prefix(prefix).rpartition("/")[0]
        for folder, _folders, names in os.walk(top):
            for path in (Path(folder, name) for name in names if name.endswith(_MARK)):
                if not self._key_of(path).startswith(prefix):
                    continue
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < before:
                        yield self._key_of(path)

    def capabilities(self) -> Capabilities:
        """A plain folder keeps no versions and locks nothing."""
        return Capabilities(versioning=False, object_lock=False)

    def _path(self, key: str) -> Path:
        name = f"{self._root}/{checked_key(key)}{_MARK}"
        if not os.path.realpath(name).startswith(f"{self._root}/"):  # a symbolic link was planted
            raise InvalidKey(key=key, longest=len(key))
        return Path(name)

    def _key_of(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix().removesuffix(_MARK)

    def _opened(self, key: str, mode: str = "rb") -> BinaryIO:
        path = self._path(key)
        try:
            with _errors_named():
                return cast(BinaryIO, path.open(mode))
        except FileNotFoundError as error:
            raise DocumentMissing(key=key) from error


def _write(
    file: BinaryIO, key: str, stream: BinaryIO, media_type: str, sealing: Sealing
) -> StoredObject:
    with _errors_named():
        file.write(bytes(HEADER_SIZE))
        size, sha256 = sealing.copy(stream, file)
        stored = StoredObject(key, size, sha256, media_type)
        file.seek(0)
        file.write(_header(stored, sealing.envelope(stored)))
        file.flush()
        os.fsync(file.fileno())
    return stored


def _header(stored: StoredObject, envelope: Envelope) -> bytes:
    told = {"size": stored.size, "sha256": stored.sha256, "media_type": stored.media_type}
    header = orjson.dumps({**told, "envelope": dict(envelope)})
    if len(header) >= HEADER_SIZE:
        raise ValueError(f"the media type is too long: {stored.media_type!r}")
    return header.ljust(HEADER_SIZE - 1) + b"\n"


def _read_header(file: BinaryIO, key: str) -> tuple[StoredObject, Envelope]:
    """The facts, and what opens the document; the file is closed where it has none."""
    with closed_on_error(file), _locked(file, fcntl.LOCK_SH):
        return _facts(file, key)


def _facts(file: BinaryIO, key: str) -> tuple[StoredObject, Envelope]:
    """What the header says; nothing opens a document of a time without encryption."""
    try:
        facts = orjson.loads(file.read(HEADER_SIZE))
        stored = StoredObject(key, facts["size"], facts["sha256"], facts["media_type"])
        return stored, facts.get("envelope", {})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DocumentDamaged(key=key) from error


@contextmanager
def _locked(file: BinaryIO, kind: int) -> Iterator[None]:
    """Nobody reads a header while it is written anew."""
    fcntl.flock(file, kind)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _rename_durably(temporary: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    with suppress(OSError):  # some file systems cannot sync a folder; the rename itself stands
        os.fsync(descriptor)
    os.close(descriptor)


@contextmanager
def _errors_named() -> Iterator[None]:
    """Name what the operating system says; a missing file is no outage."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreUnavailable(reason=error.strerror or type(error).__name__) from error
