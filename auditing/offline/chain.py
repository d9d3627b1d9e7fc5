"""The record of a case: each event holds the hash of the one before; the last sealed one is proven."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from core import merkle

FIRST_HASH = bytes(32)
_HASHED = ("chain", "id", "position", "at", "tag", "actor", "subject")


def first_broken(events: Sequence[dict[str, Any]]) -> int | None:
    """The position at which the chain breaks; None when it holds.

    Of an event that is withheld only the hash is there: the chain begins anew behind it.
    """
    previous = FIRST_HASH
    for expected, event in enumerate(events, start=1):
        if event.get("withheld") and event["position"] == expected:
            previous = bytes.fromhex(event["hash"])
            continue
        if event["position"] != expected or bytes.fromhex(event["hash"]) != _hash(event, previous):
            return expected
        if event["salt"] is not None and _details_hash(event) != event["details_hash"]:
            return expected
        previous = bytes.fromhex(event["hash"])
    return None


def withheld(events: Sequence[dict[str, Any]]) -> list[int]:
    """The positions of events that the reader of this archive is not told of."""
    return [event["position"] for event in events if event.get("withheld")]


def _hash(event: dict[str, Any], previous: bytes) -> bytes:
    told = {name: event[name] for name in _HASHED} | {"details": event["details_hash"]}
    return hashlib.sha256(previous + canonical(told)).digest()


def _details_hash(event: dict[str, Any]) -> str:
    salted = bytes.fromhex(event["salt"]) + event["details"].encode()
    return hashlib.sha256(salted).hexdigest()


def canonical(told: dict[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces, as it was hashed."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def is_proven(events: Sequence[dict[str, Any]], dossier: str, proof: dict[str, Any]) -> bool:
    """Whether the sealed end is one of these events, and belongs to what the statement says."""
    end, seal = json.loads(proof["end"]), json.loads(proof["seal"])
    statement = json.loads(proof["statement"])
    sealed = events[end["position"] - 1] if 0 < end["position"] <= len(events) else {}
    return (
        end["chain"] == dossier == sealed.get("chain")
        and end["hash"] == sealed.get("hash")
        and _included(proof["end"], proof["place"], seal["ends"], proof["in_tree"], seal["tree"])
        and _included(
            proof["seal"],
            seal["number"] - 1,
            statement["number"],
            proof["in_log"],
            statement["log"],
        )
    )


def _included(entry: str, place: int, size: int, path: list[str], root: str) -> bool:
    neighbours = [bytes.fromhex(each) for each in path]
    leaf = merkle.leaf_hash(entry.encode())
    return merkle.includes(leaf, place, size, neighbours, bytes.fromhex(root))
