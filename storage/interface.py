"""What every document store promises, whatever it stands on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO, Protocol

from storage.errors import InvalidKey

LONGEST_KEY = 400
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}(/[A-Za-z0-9][A-Za-z0-9._-]{0,199})*")
_PREFIX = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*/)*([A-Za-z0-9][A-Za-z0-9._-]*)?")


@dataclass(frozen=True)
class StoredObject:
    """A document at rest: size in bytes, SHA-256 in lower-case hex."""

    key: str
    size: int
    sha256: str
    media_type: str


@dataclass(frozen=True)
class Capabilities:
    """What the store was seen to do, by trying it: not what its handbook says."""

    versioning: bool
    object_lock: bool
    legal_hold: bool = False
    post_policy: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of what it does not do."""
        return tuple(name.replace("_", " ") for name, does in vars(self).items() if not does)


class Rewrapped(StrEnum):
    """What was to be done so that a document opens with the newest key alone."""

    CURRENT = "current"
    ENVELOPE = "envelope"
    ENCRYPTED = "encrypted"


class DocumentStore(Protocol):
    """Documents by key. Every method raises InvalidKey, and StoreUnavailable when it is down."""

    def put(self, key: str, stream: BinaryIO, media_type: str) -> StoredObject:
        """Write the rest of the stream in place of what was there; visible whole or not at all."""

    def open(self, key: str, *, sha256: str | None = None) -> BinaryIO:
        """The document's bytes; close it after use. Raises DocumentMissing.

        Reading raises DocumentDamaged before the last bytes are handed out when they are not those
        that were written, or (where `sha256` is given) not those the caller expects.
        """

    def open_range(self, key: str, start: int, length: int) -> BinaryIO:
        """Some of a document's bytes, for who asks for a range; close it after use.

        Raises DocumentMissing, and DocumentDamaged while it is read.
        """

    def stat(self, key: str) -> StoredObject:
        """Size, digest and media type as recorded on writing. Raises DocumentMissing."""

    def delete(self, key: str) -> None:
        """Forget the document, with every version of it; no error when there is none.

        Raises DocumentHeld when the store holds it.
        """

    def hold(self, key: str, *, held: bool) -> bool:
        """Let the store itself refuse to delete a document, or no longer; returns whether it does.

        Raises DocumentMissing.
        """

    def rewrap(self, key: str) -> Rewrapped:
        """Put a document under the newest key; of an encrypted one only the envelope is written.

        Raises DocumentMissing, DocumentKeyMissing, DocumentDamaged.
        """

    def keys(self, prefix: str = "") -> Iterator[str]:
        """All keys that begin with the prefix, in order of their characters."""

    def written_before(self, moment: datetime, prefix: str = "") -> Iterator[str]:
        """Keys last written before a moment by the store's own clock, read as they are asked for."""

    def capabilities(self) -> Capabilities:
        """What the store can do beyond this protocol; tried out once, then remembered."""


def checked_key(key: str) -> str:
    """The key itself; raises InvalidKey for one that could climb out of the store."""
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise InvalidKey(key=key, longest=LONGEST_KEY)
    return key


def checked_prefix(prefix: str) -> str:
    """The prefix itself; raises InvalidKey when no key could begin with it."""
    if len(prefix) > LONGEST_KEY or not _PREFIX.fullmatch(prefix):
        raise InvalidKey(key=prefix, longest=LONGEST_KEY)
    return prefix
