"""Limits of zip archives, looked at before anything in them is unpacked."""

import zipfile
from collections.abc import Sequence
from typing import Final

from storage.inspection.errors import ArchiveTooLarge, ArchiveUnsafe

MOST_PARTS: Final = 2_000
MOST_BYTES: Final = 100 * 1024 * 1024
# Text packs to a twentieth, empty tables to a hundredth; a bomb to a thousandth and less.
MOST_TIMES: Final = 200
# Small parts may pack as well as they like.
SMALL: Final = 1024 * 1024
LONGEST_NAME: Final = 255
DEEPEST: Final = 10
_ENCRYPTED: Final = 0x1
_ARCHIVES: Final = (".zip", ".docx", ".xlsx", ".jar", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar")
_LINK: Final = 0o120000
_KIND: Final = 0o170000


def require_modest(archive: zipfile.ZipFile, name: str) -> None:
    """Raises ArchiveTooLarge, and ArchiveUnsafe for names that lead out of it or parts that overlap.

    Only the archive's list is read. What it says of sizes is believed because the reader stops there.
    """
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise ArchiveTooLarge(name=name)
    if any(part.file_size > max(SMALL, part.compress_size * MOST_TIMES) for part in parts):
        raise ArchiveTooLarge(name=name)
    if not all(_is_plain(part) for part in parts) or _overlap(parts):
        raise ArchiveUnsafe(name=name)
    if len({part.filename.lower() for part in parts}) < len(parts):
        raise ArchiveUnsafe(name=name)


def _is_plain(part: zipfile.ZipInfo) -> bool:
    """A file or folder inside of the archive, readable, and no archive itself."""
    path = part.filename
    folders = path.rstrip("/").split("/")
    return not (
        part.flag_bits & _ENCRYPTED
        or (part.external_attr >> 16) & _KIND == _LINK
        or len(path) > LONGEST_NAME
        or len(folders) > DEEPEST
        or path.startswith("/")
        or "\\" in part.orig_filename
        or "\0" in part.orig_filename
        or ":" in path
        or ".." in folders
        or path.lower().endswith(_ARCHIVES)
    )


def _overlap(parts: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether two parts share the same packed bytes: how a small file unpacks to millions of them."""
    places = sorted((part.header_offset, part.compress_size) for part in parts)
    ends = [place + size for place, size in places]
    return any(end > following[0] for end, following in zip(ends, places[1:], strict=False))
