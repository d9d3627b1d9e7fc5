"""What a seal says, as bytes that anybody can make again. No database, no clock.

A statement is canonical JSON (sorted keys, no spaces):

    {"ends": 2, "log": "<hex>", "number": 7, "previous": "<hex>", "sealed_at": "…", "tree": "<hex>"}

`tree` is the root over the chains that grew since the seal before, one leaf each: the canonical JSON
of its id, the position of its last event and that event's hash. `log` is the root over what all seals
up to this one say of themselves, so that two statements can be shown to belong to one history.
`previous` is the SHA-256 of the statement before.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from core import merkle

NOTHING_BEFORE: Final = bytes(32)


@dataclass(frozen=True)
class End:
    """The last event of a chain when it was sealed."""

    chain_id: UUID
    position: int
    hash: bytes

    @property
    def entry(self) -> bytes:
        """The entry of the day's tree."""
        return canonical(chain=self.chain_id, position=self.position, hash=self.hash.hex())

    @classmethod
    def read(cls, entry: bytes) -> "End":
        """An entry read again; raises ValueError, KeyError or TypeError when it is none."""
        told = orjson.loads(entry)
        return cls(UUID(told["chain"]), int(told["position"]), bytes.fromhex(told["hash"]))


@dataclass(frozen=True)
class Sealed:
    """What one seal says of itself in the log of seals."""

    number: int
    sealed_at: datetime
    ends: int
    tree: bytes

    @property
    def entry(self) -> bytes:
        """The entry of the log."""
        return canonical(**self.told)

    @property
    def told(self) -> dict[str, Any]:
        """As it stands in the statement."""
        at = self.sealed_at.isoformat()
        return {"number": self.number, "sealed_at": at, "ends": self.ends, "tree": self.tree.hex()}


def tree_of(ends: Sequence[End]) -> bytes:
    """The root over the ends of chains."""
    return merkle.root([merkle.leaf_hash(end.entry) for end in ends])


def log_leaves(seals: Sequence[Sealed]) -> list[bytes]:
    """The leaves of the log of seals, the first seal first."""
    return [merkle.leaf_hash(seal.entry) for seal in seals]


def statement(seals: Sequence[Sealed], previous: bytes | None) -> bytes:
    """The statement of the last of the seals, after the statement before it (none for the first)."""
    before = hashlib.sha256(previous).digest() if previous is not None else NOTHING_BEFORE
    return canonical(
        **seals[-1].told, log=merkle.root(log_leaves(seals)).hex(), previous=before.hex()
    )


def canonical(**told: Any) -> bytes:
    """JSON with sorted keys and no spaces."""
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
