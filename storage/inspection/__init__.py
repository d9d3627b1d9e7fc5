"""Whether a file from outside may come in: its size, first bytes, name and parser must agree."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import BinaryIO

from storage.inspection.errors import (
    EmptyFile,
    FileNameMismatch,
    FileTooLarge,
    FileTypeNotAccepted,
    MisplacedPdfStart,
)
from storage.inspection.names import extension, safe_name
from storage.inspection.pdf import inspect_pdf
from storage.inspection.pictures import inspect_picture
from storage.inspection.word import inspect_word_document

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ACCEPTED = (PDF, JPEG, PNG)

_CHUNK = 64 * 1024
_HEAD = 1024
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class FileType:
    """How one media type shows itself: first bytes, endings of the name, and its own parser."""

    media_type: str
    signature: bytes
    endings: tuple[str, ...]
    parse: Callable[[BinaryIO, str], None]


@dataclass(frozen=True)
class InspectedFile:
    """A file that may come in: safe display name, size in bytes, SHA-256 in lower-case hex."""

    name: str
    media_type: str
    size: int
    sha256: str


FILE_TYPES = (
    FileType(PDF, b"%PDF-", ("pdf",), inspect_pdf),
    FileType(
        JPEG, b"\xff\xd8\xff", ("jpg", "jpeg"), lambda s, name: inspect_picture(s, name, "JPEG")
    ),
    FileType(PNG, b"\x89PNG\r\n\x1a\n", ("png",), lambda s, name: inspect_picture(s, name, "PNG")),
    FileType(DOCX, b"PK\x03\x04", ("docx",), inspect_word_document),
)


def inspect_upload(
    filename: str | None,
    stream: BinaryIO,
    limit_bytes: int,
    *,
    accepted: Collection[str] = ACCEPTED,
) -> InspectedFile:
    """Inspect a seekable stream from its start and rewind it, ready to be stored.

    Raises a subclass of UploadRefused that says how to mend the file. Never reads past the limit.
    """
    name = safe_name(filename)
    size, sha256, head = _measured(stream, name, limit_bytes)
    file_type = _type_of(head, name, accepted)
    if extension(name) not in file_type.endings:
        raise FileNameMismatch(
            name=name, found=_short_name(file_type), endings=f".{file_type.endings[0]}"
        )
    stream.seek(0)
    file_type.parse(stream, name)
    stream.seek(0)
    return InspectedFile(name, file_type.media_type, size, sha256)


def _measured(stream: BinaryIO, name: str, limit_bytes: int) -> tuple[int, str, bytes]:
    stream.seek(0)
    digest, size, head = hashlib.sha256(), 0, b""
    while chunk := stream.read(min(_CHUNK, limit_bytes + 1 - size)):
        size += len(chunk)
        if size > limit_bytes:
            raise FileTooLarge(name=name, limit=f"{limit_bytes / _MEGABYTE:g}")
        head = head or chunk[:_HEAD]
        digest.update(chunk)
    if not size:
        raise EmptyFile(name=name)
    return size, digest.hexdigest(), head


def _type_of(head: bytes, name: str, accepted: Collection[str]) -> FileType:
    types = [known for known in FILE_TYPES if known.media_type in accepted]
    for known in types:
        if head.startswith(known.signature):
            return known
    if PDF in accepted and b"%PDF-" in head:
        raise MisplacedPdfStart(name=name)
    raise FileTypeNotAccepted(name=name, accepted=", ".join(_short_name(known) for known in types))


def _short_name(file_type: FileType) -> str:
    return file_type.endings[0].upper()
