"""Whether a file from outside may come in: its size, first bytes, name and reader must agree.

A first glance costs one pass and no parser. The readers run in a process of their own (`chamber`), take
out what acts, and tell which files are attached.
"""

import hashlib
import io
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, BinaryIO, Final, cast

from storage.digests import Readable
from storage.errors import StoreUnavailable, is_full
from storage.inspection.chamber import Chamber
from storage.inspection.errors import EmptyFile, FileTooLarge, FileTypeNotAccepted, refusal
from storage.inspection.names import extension, safe_name
from storage.inspection.types import (
    ACCEPTED,
    DOCX,
    FILE_TYPES,
    HEAD,
    JPEG,
    PDF,
    PNG,
    FileType,
    type_of,
)

__all__ = [
    "ACCEPTED",
    "DOCX",
    "FILE_TYPES",
    "JPEG",
    "PDF",
    "PNG",
    "AttachedFile",
    "FileType",
    "Glanced",
    "InspectedFile",
    "glance",
    "inspect_upload",
    "inspected",
    "readers",
    "require_accepted",
    "safe_name",
]

_CHUNK: Final = 64 * 1024
_MEGABYTE: Final = 1024 * 1024
readers: Final = Chamber()


@dataclass(frozen=True)
class Glanced:
    """A file as it was sent: safe display name, size in bytes, SHA-256 in lower-case hex."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class AttachedFile:
    """A file inside of the one that was sent: `size` bytes of `inner` from `start` on."""

    name: str
    start: int
    size: int


@dataclass(frozen=True)
class InspectedFile(Glanced):
    """A file that may come in: `content` is what may be kept of it, from its beginning.

    `removed` names what was taken out; where it is empty and `changed` is not set, every byte stays.
    `inner` holds the files that were attached, one after the other.
    """

    content: BinaryIO = field(default_factory=io.BytesIO)
    changed: bool = False
    removed: tuple[str, ...] = ()
    inner: BinaryIO = field(default_factory=io.BytesIO)
    attached: tuple[AttachedFile, ...] = ()

    def attachment(self, which: AttachedFile) -> BinaryIO:
        """One of the files that were attached, from its beginning."""
        self.inner.seek(which.start)
        return io.BytesIO(self.inner.read(which.size))


def glance(
    filename: str | None,
    stream: BinaryIO,
    limit_bytes: int,
    *,
    accepted: Collection[str] = ACCEPTED,
) -> Glanced:
    """Measure a seekable stream from its start, look at its first bytes and its name, and rewind it.

    Raises EmptyFile, FileTooLarge, FileTypeNotAccepted, MisplacedPdfStart, FileNameMismatch. Never
    reads past the limit.
    """
    name = safe_name(filename)
    stream.seek(0)
    size, sha256, head = _measured(stream, name, limit_bytes)
    file_type = type_of(head, name, accepted)
    stream.seek(0)
    return Glanced(name, file_type.media_type, size, sha256)


def require_accepted(name: str, accepted: Collection[str] = ACCEPTED) -> None:
    """Raise FileTypeNotAccepted for a name of which no contents could be accepted."""
    types = [known for known in FILE_TYPES if known.media_type in accepted]
    if extension(name) not in {ending for known in types for ending in known.endings}:
        known = ", ".join(each.endings[0].upper() for each in types)
        raise FileTypeNotAccepted(name=name, accepted=known)


@contextmanager
def inspected(stream: BinaryIO, seen: Glanced) -> Iterator[InspectedFile]:
    """Have a file read by the reader of its type, in a process of its own; what it holds goes after.

    Raises a subclass of UploadRefused that says how to mend the file.
    """
    with (
        _as_file(stream) as source,
        tempfile.TemporaryFile() as kept,
        tempfile.TemporaryFile() as inner,
    ):
        told = readers.read(
            source.fileno(), kept, inner, name=seen.name, media_type=seen.media_type, size=seen.size
        )
        if "no_room" in told:
            raise StoreUnavailable(reason="no room")
        if "refused" in told:
            raise refusal(told["refused"], told["params"])
        content = kept if told["written"] else stream
        content.seek(0)
        inner.seek(0)
        yield InspectedFile(
            **seen.__dict__,
            content=content,
            changed=told["written"],
            removed=tuple(told["removed"]),
            inner=inner,
            attached=tuple(_attached(told["attachments"])),
        )


@contextmanager
def inspect_upload(
    filename: str | None,
    stream: BinaryIO,
    limit_bytes: int,
    *,
    accepted: Collection[str] = ACCEPTED,
) -> Iterator[InspectedFile]:
    """Glance at a file, then have it read; raises a subclass of UploadRefused."""
    seen = glance(filename, stream, limit_bytes, accepted=accepted)
    with inspected(stream, seen) as found:
        yield found


@contextmanager
def _as_file(stream: BinaryIO) -> Iterator[BinaryIO]:
    """The stream as an open file of the system, which another process can read."""
    stream.seek(0)
    try:
        stream.fileno()
    except (OSError, AttributeError) as error:
        if is_full(error):  # a spool in memory goes to the disk when it is asked for its number
            raise StoreUnavailable(reason="no room") from error
        with tempfile.TemporaryFile() as copy:
            _copy(stream, copy)
            yield cast("BinaryIO", copy)
    else:
        stream.flush()
        yield stream


def _copy(stream: BinaryIO, target: IO[bytes]) -> None:
    try:
        shutil.copyfileobj(stream, target)
        target.flush()
    except OSError as error:
        raise StoreUnavailable(reason=error.strerror or type(error).__name__) from error


def _attached(told: list[dict[str, str | int]]) -> Iterator[AttachedFile]:
    start = 0
    for each in told:
        yield AttachedFile(str(each["name"]), start, int(each["size"]))
        start += int(each["size"])


def measured(stream: Readable) -> tuple[int, str]:
    """Size and SHA-256 of the rest of a stream."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def _measured(stream: Readable, name: str, limit_bytes: int) -> tuple[int, str, bytes]:
    digest, size, head = hashlib.sha256(), 0, b""
    while chunk := stream.read(min(_CHUNK, limit_bytes + 1 - size)):
        size += len(chunk)
        if size > limit_bytes:
            raise FileTooLarge(name=name, limit=f"{limit_bytes / _MEGABYTE:g}")
        head = head or chunk[:HEAD]
        digest.update(chunk)
    if not size:
        raise EmptyFile(name=name)
    return size, digest.hexdigest(), head
