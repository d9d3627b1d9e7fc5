"""Reading an archive that nobody vouches for: only names and sizes that a case can have."""

import hashlib
import json
import re
import zipfile
from pathlib import Path
from typing import Any, Final

CHUNK: Final = 1 << 16
MOST_BYTES_OF_TEXT: Final = 256 * 1024 * 1024
BESIDE: Final = frozenset({"manifest.json", "manifest.p7s", "manifest.tst"})
_SEGMENT = r"[^./\\\x00-\x1f][^/\\\x00-\x1f]*"
_NAME = re.compile(f"{_SEGMENT}(/{_SEGMENT})?")


class Unreadable(Exception):
    """The file is no archive of a case; the message is a key of `words`."""


class Archive:
    """An archive that is open."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise Unreadable("not-an-archive") from error
        self.names = [each.filename for each in self._file.infolist()]
        if len(set(self.names)) != len(self.names) or not all(map(_NAME.fullmatch, self.names)):
            raise Unreadable("strange-names")

    def text(self, name: str) -> bytes:
        """A file of the archive that is small enough to be held; raises Unreadable."""
        try:
            with self._file.open(name) as source:
                content = source.read(MOST_BYTES_OF_TEXT + 1)
        except (KeyError, OSError, zipfile.BadZipFile, RuntimeError) as error:
            raise Unreadable("file-missing") from error
        if len(content) > MOST_BYTES_OF_TEXT:
            raise Unreadable("too-large")
        return content

    def json(self, name: str) -> Any:
        """A JSON file of the archive; raises Unreadable."""
        try:
            return json.loads(self.text(name))
        except ValueError as error:
            raise Unreadable("not-json") from error

    def digest(self, name: str, most: int) -> tuple[str, int]:
        """SHA-256 and size of a file, of which no more is read than it may have."""
        digest, size = hashlib.sha256(), 0
        try:
            with self._file.open(name) as source:
                while (piece := source.read(CHUNK)) and size <= most:
                    digest.update(piece)
                    size += len(piece)
        except (OSError, zipfile.BadZipFile, RuntimeError) as error:
            raise Unreadable("file-damaged") from error
        return digest.hexdigest(), size
