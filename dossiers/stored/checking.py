"""Is everything there that the database says, and is it what was written? And what is nobody's?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from dossiers.stored.references import Reference, references
from dossiers.uploads import damage, quarantine
from storage import store
from storage.errors import DocumentDamaged, DocumentKeyMissing, DocumentMissing
from storage.interface import Rewrapped

_CHUNK: Final = 1024 * 1024
_MARK: Final = 16


@dataclass
class Outcome:
    """How many files were looked at, which are missing or damaged, and how many are nobody's."""

    checked: int = 0
    orphans: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything that must be there is there, and is what was written."""
        return not self.missing and not self.damaged


@dataclass
class Rotation:
    """How many documents were put under the newest key, and which could not be."""

    envelopes: int = 0
    encrypted: int = 0
    current: int = 0
    failed: list[str] = field(default_factory=list)


def check_documents(*, content: bool = True) -> Outcome:
    """Look at every file that is referred to; what is wrong with a document is an incident.

    Without `content` it is only asked whether it is there and says to have the right digest. A short
    mark of each key is held in memory, 16 bytes.
    """
    outcome, marks = Outcome(), set[bytes]()
    for each in references():
        mark = _mark(each.key)
        if mark not in marks:
            marks.add(mark)
            _check(each, outcome, content=content)
    outcome.orphans = sum(_mark(key) not in marks for key in _settled_keys())
    return outcome


def rewrap_documents() -> Iterator[Rotation]:
    """Put all documents under the newest key; tells how far it is after each.

    What was done stays done: begun again, it passes over what has the newest key already.
    """
    rotation, keys = Rotation(), store().keys()
    for key in keys:
        try:
            _count(store().rewrap(key), rotation)
        except DocumentMissing:  # deleted meanwhile
            continue
        except (DocumentDamaged, DocumentKeyMissing):
            rotation.failed.append(key)
        yield rotation


def _count(done: Rewrapped, rotation: Rotation) -> None:
    rotation.envelopes += done is Rewrapped.ENVELOPE
    rotation.encrypted += done is Rewrapped.ENCRYPTED
    rotation.current += done is Rewrapped.CURRENT


def _check(each: Reference, outcome: Outcome, *, content: bool) -> None:
    outcome.checked += 1
    try:
        _read(each) if content else _ask(each)
    except DocumentMissing:
        outcome.missing.append(each.key)
    except (DocumentDamaged, DocumentKeyMissing):
        outcome.damaged.append(each.key)
    else:
        return
    damage.report(each.key)


def _read(each: Reference) -> None:
    with store().open(each.key, sha256=each.sha256) as stream:
        while stream.read(_CHUNK):
            pass


def _ask(each: Reference) -> None:
    if store().stat(each.key).sha256 != each.sha256:
        raise DocumentDamaged(key=each.key)


def _settled_keys() -> Iterator[str]:
    keys = store().keys()
    return (key for key in keys if not key.startswith(quarantine.FOLDER))


def _mark(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=_MARK).digest()
