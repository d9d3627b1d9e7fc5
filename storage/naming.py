"""What stored content is called: a keyed hash, equal within one whole and nowhere else.

The key is the installation's and what belongs together is named (a dossier's id), so that equal files
of one dossier are recognised, and nobody who sees the names of two dossiers learns that they hold the
same file, or guesses what a file is.
"""

import hashlib
import hmac
from typing import BinaryIO, Final

PIECE: Final = 1 << 18
_PURPOSE: Final = b"names of documents"


class Naming:
    """Names by HMAC-SHA256 under a key that is made of one of the installation's."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, _PURPOSE, "sha256")

    def name_of(self, stream: BinaryIO, *, within: str) -> str:
        """64 hex digits for the rest of a stream, which then stands where it stood."""
        began = stream.tell()
        digest = hmac.new(
            hmac.digest(self._key, within.encode(), "sha256"), digestmod=hashlib.sha256
        )
        while piece := stream.read(PIECE):
            digest.update(piece)
        stream.seek(began)
        return digest.hexdigest()
