"""The types that may come in: how each shows itself, and what of a file of it may be kept."""

import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from storage.inspection.attached import require_harmless
from storage.inspection.errors import (
    ActivePdf,
    EmptyFile,
    FileNameMismatch,
    FileTypeNotAccepted,
    MisplacedPdfStart,
)
from storage.inspection.names import extension
from storage.inspection.pdf import ATTACHED, Attached, clean, look_into
from storage.inspection.pictures import repaint
from storage.inspection.word import inspect_word_document

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ACCEPTED: Final = (PDF, JPEG, PNG)
HEAD: Final = 1024


@dataclass(frozen=True)
class Seen:
    """What a type's own reader found: what it took out, and files inside that a scanner must see.

    Where `written` is not set, the file is kept as it came.
    """

    written: bool = False
    removed: Sequence[str] = ()
    attachments: Sequence[Attached] = field(default=())


Reader = Callable[[BinaryIO, BinaryIO, str], Seen]


@dataclass(frozen=True)
class FileType:
    """How one media type shows itself: first bytes, endings of the name, and its own reader.

    The reader gets the file, a place for what may be kept of it, and its name.
    """

    media_type: str
    signature: bytes
    endings: tuple[str, ...]
    read: Reader


def _pdf(source: BinaryIO, target: BinaryIO, name: str) -> Seen:
    looked = look_into(source, name)
    if looked.signed:
        acting = looked.found - {ATTACHED}
        if acting:
            raise ActivePdf(name=name, found=", ".join(sorted(acting)))
        require_harmless(name, looked.attachments, _look_at_attached)
        return Seen(attachments=looked.attachments)
    if looked.found:
        clean(source, target, name)
    return Seen(bool(looked.found), sorted(looked.found), looked.attachments)


def _picture(image_format: str) -> Reader:
    def read(source: BinaryIO, target: BinaryIO, name: str) -> Seen:
        repaint(source, target, name, image_format)
        return Seen(written=True)

    return read


def _word(source: BinaryIO, _target: BinaryIO, name: str) -> Seen:
    inspect_word_document(source, name)
    return Seen()


FILE_TYPES: Final = (
    FileType(PDF, b"%PDF-", ("pdf",), _pdf),
    FileType(JPEG, b"\xff\xd8\xff", ("jpg", "jpeg"), _picture("JPEG")),
    FileType(PNG, b"\x89PNG\r\n\x1a\n", ("png",), _picture("PNG")),
    FileType(DOCX, b"PK\x03\x04", ("docx",), _word),
)


def type_of(head: bytes, name: str, accepted: Collection[str]) -> FileType:
    """The accepted type of which first bytes and name agree.

    Raises FileTypeNotAccepted, MisplacedPdfStart and FileNameMismatch.
    """
    file_type = _type_by(head, name, accepted)
    if extension(name) not in file_type.endings:
        raise FileNameMismatch(
            name=name, found=_short_name(file_type), endings=f".{file_type.endings[0]}"
        )
    return file_type


def read_by_type(media_type: str, source: BinaryIO, target: BinaryIO, name: str) -> Seen:
    """Have a file read by the reader of its type; raises UploadRefused."""
    (found,) = (each for each in FILE_TYPES if each.media_type == media_type)
    source.seek(0)
    return found.read(source, target, name)


def _look_at_attached(source: io.BytesIO, name: str) -> None:
    """Refuse what is attached unless it could come in alone, and has nothing attached itself."""
    head = source.read(HEAD)
    if not head:
        raise EmptyFile(name=name)
    file_type = type_of(head, name, ACCEPTED)
    source.seek(0)
    if file_type.media_type != PDF:
        file_type.read(source, io.BytesIO(), name)
        return
    looked = look_into(source, name)
    if looked.found:
        raise ActivePdf(name=name, found=", ".join(sorted(looked.found)))


def _type_by(head: bytes, name: str, accepted: Collection[str]) -> FileType:
    types = [known for known in FILE_TYPES if known.media_type in accepted]
    for known in types:
        if head.startswith(known.signature):
            return known
    if PDF in accepted and b"%PDF-" in head:
        raise MisplacedPdfStart(name=name)
    raise FileTypeNotAccepted(name=name, accepted=", ".join(_short_name(known) for known in types))


def _short_name(file_type: FileType) -> str:
    return file_type.endings[0].upper()
