"""Word documents (docx): zip archives of bounded size without anything that acts."""

import zipfile
import zlib
from typing import BinaryIO

from storage.inspection.errors import ActiveWordDocument, ArchiveTooLarge, FileUnreadable

MOST_PARTS = 2_000
MOST_BYTES = 100 * 1024 * 1024
_NEEDED = frozenset({"[Content_Types].xml", "word/document.xml"})
_ACTIVE = ("vbaproject", "word/embeddings/", "word/activex/", "/attachedtemplate")
_ENCRYPTED = 0x1


def inspect_word_document(stream: BinaryIO, name: str) -> None:
    """Raises ArchiveTooLarge, ActiveWordDocument or FileUnreadable."""
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_size(archive, name)
            _check_parts(archive, name)
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError,
            NotImplementedError) as error:  # fmt: skip
        raise FileUnreadable(name=name) from error
    if damaged:
        raise FileUnreadable(name=name)


def _check_size(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise ArchiveTooLarge(name=name)


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if not names >= _NEEDED or any(part.flag_bits & _ENCRYPTED for part in parts):
        raise FileUnreadable(name=name)
    relations = b"".join(archive.read(part) for part in names if part.endswith(".rels"))
    mentioned = " ".join(names).lower() + relations.decode("utf-8", "replace").lower()
    if any(word in mentioned for word in _ACTIVE):
        raise ActiveWordDocument(name=name)
