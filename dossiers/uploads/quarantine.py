"""The quarantine: files from outside as they were sent, in pieces, which nobody opens but their check.

Keys are `quarantine/<document>/<piece>`. No document's key stands there, so no download can reach it.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import BinaryIO, Final
from uuid import UUID

from core.errors import Unavailable
from core.ids import new_id
from storage import store

FOLDER: Final = "quarantine/"
_TYPE: Final = "application/octet-stream"
_CHUNK: Final = 1024 * 1024


def place_of(document_id: UUID) -> str:
    """What the row of a document names as long as its file is not there: nothing is stored so."""
    return f"{FOLDER}{document_id}"


def put_piece(document_id: UUID, stream: BinaryIO) -> tuple[str, int]:
    """Store one piece of a file that is to be checked; its key and its size in bytes."""
    stored = store().put(f"{place_of(document_id)}/{new_id()}", stream, _TYPE)
    return stored.key, stored.size


@contextmanager
def gathered(pieces: Sequence[str]) -> Iterator[BinaryIO]:
    """The whole file on the disk of this machine, for as long as it is looked at."""
    with tempfile.TemporaryFile() as whole:
        for key in pieces:
            with store().open(key) as piece:
                shutil.copyfileobj(piece, whole, _CHUNK)
        whole.seek(0)
        yield whole


def forget(pieces: Sequence[str]) -> None:
    """Take pieces away; what cannot be taken away now is swept later."""
    for key in pieces:
        with suppress(Unavailable):
            store().delete(key)


def document_of(key: str) -> UUID | None:
    """The document to which a piece belongs."""
    try:
        return UUID(key.removeprefix(FOLDER).partition("/")[0])
    except ValueError:
        return None
