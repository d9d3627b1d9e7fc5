"""All that is checked of an archive, one finding after the other."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditing.offline.archive import BESIDE, Archive, Unreadable
from auditing.offline.chain import first_broken, is_proven, withheld
from auditing.offline.signatures import is_signed, stamped_at


@dataclass(frozen=True)
class Finding:
    """One thing that was checked: a key of `words`, whether it is right, and what it is about.

    `good` is None for what is only to be known.
    """

    key: str
    good: bool | None
    about: str = ""


def check(path: Path, root: Path | None) -> Iterator[Finding]:
    """Check an archive with the given root certificate, else with the one that it brings itself."""
    try:
        archive = Archive(path)
        manifest = archive.json("manifest.json")
        yield from _files(archive, manifest)
        yield from _record(archive, manifest)
        yield from _signatures(archive, root)
    except Unreadable as error:
        yield Finding(str(error), good=False)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        yield Finding("not-as-expected", good=False)


def _files(archive: Archive, manifest: dict[str, Any]) -> Iterator[Finding]:
    listed, there = set(manifest["files"]), set(archive.names) - BESIDE
    for name in sorted(there - listed):
        yield Finding("file-not-listed", good=False, about=name)
    for name in sorted(listed - there):
        yield Finding("file-missing", good=False, about=name)
    changed = [
        name
        for name in sorted(listed & there)
        if archive.digest(name, manifest["files"][name]["size"])
        != (manifest["files"][name]["sha256"], manifest["files"][name]["size"])
    ]
    for name in changed:
        yield Finding("file-changed", good=False, about=name)
    if not changed and listed == there:
        yield Finding("files-whole", good=True, about=str(len(listed)))


def _record(archive: Archive, manifest: dict[str, Any]) -> Iterator[Finding]:
    events = [json.loads(line) for line in archive.text("events.jsonl").splitlines()]
    broken = first_broken(events)
    if broken is not None:
        yield Finding("event-broken", good=False, about=str(broken))
        return
    if any(event["chain"] != manifest["dossier"] for event in events):
        yield Finding("event-of-another", good=False)
        return
    yield Finding("events-hold", good=True, about=str(len(events)))
    if hidden := withheld(events):
        yield Finding("withheld", good=None, about=", ".join(map(str, hidden)))
    if "proof.json" not in archive.names:
        yield Finding("not-sealed", good=None)
        return
    proof = archive.json("proof.json")
    proven = is_proven(events, manifest["dossier"], proof)
    position = json.loads(proof["end"])["position"]
    yield Finding("sealed" if proven else "seal-wrong", good=proven, about=str(position))


def _signatures(archive: Archive, root: Path | None) -> Iterator[Finding]:
    if shutil.which("openssl") is None:
        yield Finding("no-openssl", good=False)
        return
    trusted = archive.text("root.pem") if root is None else root.read_bytes()
    if root is None:
        yield Finding("root-of-archive", good=None, about=hashlib.sha256(trusted).hexdigest())
    parts = {name: archive.text(f"manifest.{name}") for name in ("json", "p7s", "tst")}
    yield from _signature("manifest", parts["json"], parts["p7s"], parts["tst"], trusted)
    if "proof.json" in archive.names:
        proof = archive.json("proof.json")
        signature, token = (bytes.fromhex(proof[kind]) for kind in ("signature", "token"))
        statement = proof["statement"].encode()
        yield from _signature("statement", statement, signature, token, trusted)


def _signature(
    name: str, content: bytes, signature: bytes, token: bytes, root: bytes
) -> Iterator[Finding]:
    at = stamped_at(content, token, root)
    stamped = "stamped" if at is not None else "not-stamped"
    yield Finding(f"{name}-{stamped}", good=at is not None, about=at.isoformat() if at else "")
    good = is_signed(content, signature, root, at)
    yield Finding(f"{name}-signed" if good else f"{name}-not-signed", good=good)
