"""Word documents (docx): zip archives of bounded size without anything that acts."""

import zipfile
import zlib
from typing import BinaryIO

from storage.inspection.errors import ActiveWordDocument, FileUnreadable
from storage.inspection.zips import require_modest

_NEEDED = frozenset({"[Content_Types].xml", "word/document.xml"})
_ACTIVE = ("vbaproject", "word/embeddings/", "word/activex/", "/attachedtemplate")


def inspect_word_document(stream: BinaryIO, name: str) -> None:
    """Raises ArchiveTooLarge, ArchiveUnsafe, ActiveWordDocument or FileUnreadable."""
    try:
        with zipfile.ZipFile(stream) as archive:
            require_modest(archive, name)
            _check_parts(archive, name)
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError,
            NotImplementedError) as error:  # fmt: skip
        raise FileUnreadable(name=name) from error
    if damaged:
        raise FileUnreadable(name=name)


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    names = set(archive.namelist())
    if not names >= _NEEDED:
        raise FileUnreadable(name=name)
    relations = b"".join(archive.read(part) for part in names if part.endswith(".rels"))
    mentioned = " ".join(names).lower() + relations.decode("utf-8", "replace").lower()
    if any(word in mentioned for word in _ACTIVE):
        raise ActiveWordDocument(name=name)
