"""One tar archive whose last member, `manifest.json`, holds the checksum of every other member."""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from commands.errors import ArchiveDamaged

MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_IN_MEMORY = 8 << 20


class Writer:
    """Adds members to a new archive and remembers their checksums."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self.checksums: dict[str, str] = {}

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """Add one member of known size."""
        reader = _Counting(content)
        self._archive.addfile(_entry(name, size), reader)
        self.checksums[name] = reader.sha256.hexdigest()

    def add_lines(self, name: str, lines: Iterable[bytes]) -> int:
        """Add a member made of lines; returns how many they were."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as content:
            count = 0
            for line in lines:
                content.write(line)
                count += 1
            size = content.tell()
            content.seek(0)
            self.add(name, content, size)
        return count

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the manifest: the given facts and all checksums."""
        text = json.dumps(facts | {"checksums": self.checksums}, ensure_ascii=False, indent=1)
        content = text.encode()
        self._archive.addfile(_entry(MANIFEST, len(content)), io.BytesIO(content))


class Reader:
    """A complete, undamaged archive: `manifest` and its members by name."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self.manifest = _verified_manifest(archive)

    def names(self, folder: str) -> list[str]:
        """The names of all members below a folder, which is left out of them."""
        names = self.manifest["checksums"]
        return [name.removeprefix(folder) for name in names if name.startswith(folder)]

    def open(self, name: str) -> io.BufferedReader:
        """The content of a member that `names` told."""
        return _content(self._archive, name)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new archive, readable by its owner only; it appears under its name once it is complete."""
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(path)
    finally:
        Path(unfinished).unlink(missing_ok=True)


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """An archive after every member was compared with its checksum; raises ArchiveDamaged."""
    try:
        archive = tarfile.open(path, mode="r:gz")  # noqa: SIM115  closed below
    except (OSError, tarfile.TarError) as error:
        raise ArchiveDamaged(fault=str(error)) from error
    with archive:
        yield Reader(archive)


def _verified_manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    try:
        found = {member.name: _checksum(archive, member.name) for member in archive.getmembers()}
        manifest: dict[str, Any] = json.load(_content(archive, MANIFEST))
        expected = manifest["checksums"]
    except (OSError, EOFError, KeyError, ValueError, tarfile.TarError) as error:
        raise ArchiveDamaged(fault=f"{type(error).__name__}: {error}") from error
    del found[MANIFEST]
    for name in expected | found:
        if expected.get(name) != found.get(name):
            raise ArchiveDamaged(fault=name)
    return manifest


def _checksum(archive: tarfile.TarFile, name: str) -> str:
    with _content(archive, name) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _content(archive: tarfile.TarFile, name: str) -> io.BufferedReader:
    content = archive.extractfile(name)
    if not isinstance(content, io.BufferedReader):
        raise ArchiveDamaged(fault=name)
    return content


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


class _Counting:
    """Passes bytes on and keeps their digest."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.sha256 = hashlib.sha256()

    def read(self, size: int = _CHUNK) -> bytes:
        chunk = self._content.read(size)
        self.sha256.update(chunk)
        return chunk
