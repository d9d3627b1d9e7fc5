"""Keys that sign access tokens: Ed25519, one PEM file per key, named by its key id.

A key id begins with the moment the key was made. A new key is published at once and used for
signing only after an hour, when everybody who caches the published set has seen it. It is made an
hour before the one that signs is old, and the old one stays until its last token has expired.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import OKPAlgorithm

PUBLISHED_AHEAD = timedelta(hours=1)
SIGNS_FOR = timedelta(days=90)
KEPT_AFTERWARDS = timedelta(days=1)
_MOMENT = "%Y%m%dT%H%M%SZ"


class KeyState(StrEnum):
    """next -> signing -> kept -> (file deleted)."""

    NEXT = "next"
    SIGNING = "signing"
    KEPT = "kept"


@dataclass(frozen=True)
class KeyView:
    """A key as administrators see it; `signs_from` is when it begins, or began, to sign."""

    id: str
    state: KeyState
    made_at: datetime
    signs_from: datetime


class KeyRing:
    """The keys of one folder; makes the first one when there is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(folder):
            if not any(folder.glob("*.pem")):
                make_key(folder)
        self._load()

    def signing_key(self) -> tuple[str, Ed25519PrivateKey]:
        """The newest key that has been published long enough, else the oldest one, with its id."""
        self._follow()
        long_enough = datetime.now(UTC) - PUBLISHED_AHEAD
        known = sorted(self._keys)
        ready = [key_id for key_id in known if _made_at(key_id) <= long_enough]
        key_id = ready[-1] if ready else known[0]
        return key_id, self._keys[key_id]

    def find(self, key_id: object) -> Ed25519PrivateKey | None:
        """The key of an id; None when there is none, or when it was taken out of the folder."""
        self._follow()
        return self._keys.get(key_id) if isinstance(key_id, str) else None

    def published(self) -> dict[str, Any]:
        """The public halves as a JSON Web Key Set (RFC 7517)."""
        self._follow()
        return {"keys": [_public(key_id, key) for key_id, key in sorted(self._keys.items())]}

    def views(self) -> list[KeyView]:
        """Every key with its state, the newest first."""
        signing, _ = self.signing_key()
        return [_view(key_id, signing) for key_id in sorted(self._keys, reverse=True)]

    def rotate(self, *, at_once: bool = False) -> str | None:
        """Make the next key when the newest is about to grow old, or at once; its id if one was made.

        Keys whose last token has expired are taken away. Processes that do this together make one.
        """
        with _locked(self._folder):
            self._load()
            moment, newest = datetime.now(UTC), max(self._keys)
            due = _made_at(newest) + SIGNS_FOR <= moment
            made = make_key(self._folder) if due or at_once else None
            for key_id in self._over(moment):
                (self._folder / f"{key_id}.pem").unlink(missing_ok=True)
        self._load()
        return made

    def withdraw(self, key_id: str) -> None:
        """Let a key that got into other hands prove nothing from now on; a new one signs at once.

        Raises KeyError when there is no such key.
        """
        with _locked(self._folder):
            self._load()
            del self._keys[key_id]
            if not self._keys:
                make_key(self._folder)
            (self._folder / f"{key_id}.pem").unlink(missing_ok=True)
        self._load()

    def _over(self, moment: datetime) -> list[str]:
        """The keys whose successor has signed for so long that no token of theirs can be alive."""
        known = sorted(self._keys)
        followed = pairwise(known)
        over_since = moment - PUBLISHED_AHEAD - KEPT_AFTERWARDS
        return [key_id for key_id, successor in followed if _made_at(successor) <= over_since]

    def _follow(self) -> None:
        """Look again when somebody has changed the folder."""
        if self._folder.stat().st_mtime_ns != self._loaded_at:
            self._load()

    def _load(self) -> None:
        self._loaded_at = self._folder.stat().st_mtime_ns
        self._keys = {path.stem: _read(path) for path in self._folder.glob("*.pem")}


def make_key(folder: Path) -> str:
    """Make one more key in the folder, readable by its owner only; returns its id."""
    key_id = f"{datetime.now(UTC).strftime(_MOMENT)}-{os.urandom(4).hex()}"
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    unfinished = folder / f"{key_id}.part"
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(pem)
    unfinished.rename(folder / f"{key_id}.pem")
    return key_id


def _view(key_id: str, signing: str) -> KeyView:
    made_at = _made_at(key_id)
    state = KeyState.SIGNING if key_id == signing else KeyState.NEXT
    if key_id < signing:
        state = KeyState.KEPT
    return KeyView(key_id, state, made_at, made_at + PUBLISHED_AHEAD)


def _made_at(key_id: str) -> datetime:
    return datetime.strptime(key_id.partition("-")[0], _MOMENT).replace(tzinfo=UTC)


def _read(path: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds a key of another kind than Ed25519")
    return key


def _public(key_id: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    fields = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**fields, "kid": key_id, "alg": "EdDSA", "use": "sig"}


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
