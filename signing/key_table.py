"""The key table: files filed by purpose and holder, with what people said of each key beside it.

`<folder>/seal/<agency id>/<kid>.pem` holds a private key, its certificate and those above it. When
the private half is elsewhere it holds the certificates alone, and `<kid>.json` beside it the address
of who signs. The same JSON holds the key's state. A key is parsed once per process; its state is read
each time, so what is said in one process counts in all. Of the active keys that are valid now the
newest signs, one that was brought before those that were made here. Nothing is ever deleted, so what
was sealed with an older key can still be verified.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from core import clock
from core.errors import N_
from signing.errors import (
    CertificateNotValidNow,
    KeyCompromised,
    KeyRefused,
    KeyRetired,
    SealKeyMissing,
)
from signing.keys import AnyKey, KeyState, RemoteKey, SigningKey


@dataclass(frozen=True)
class Entry:
    """One line of the table; `provider` is empty for a key that was made here."""

    key: AnyKey
    state: KeyState = KeyState.ACTIVE
    provider: str = ""

    def rank(self) -> tuple[bool, datetime]:
        """What is greater goes first: a real key before one of the development authority."""
        return bool(self.provider), self.key.certificate.not_valid_before_utc

    def may_sign(self) -> bool:
        """Whether it is active and its certificate valid now."""
        return self.state is KeyState.ACTIVE and self.key.valid_at(clock.now())

    def require(self, *, retired: bool = False) -> AnyKey:
        """The key, when it may sign now; `retired` lets one finish what it began. KeyMayNotSign."""
        kid = self.key.kid
        if self.state is KeyState.COMPROMISED:
            raise KeyCompromised(kid=kid)
        if self.state is KeyState.RETIRED and not retired:
            raise KeyRetired(kid=kid)
        if not self.key.valid_at(clock.now()):
            raise CertificateNotValidNow(kid=kid)
        return self.key


class KeyTable:
    """The keys in a folder that only its owner can read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loaded: dict[Path, AnyKey] = {}

    def newest(self, place: str) -> AnyKey | None:
        """The newest active key of a place (`seal/<agency id>`) that is valid now."""
        return next((entry.key for entry in self.entries(place) if entry.may_sign()), None)

    def newest_made(self, place: str) -> SigningKey | None:
        """The same among the keys that were made here."""
        made = (each for each in self.entries(place) if not each.provider and each.may_sign())
        return next((each.key for each in made if isinstance(each.key, SigningKey)), None)

    def all(self, place: str) -> list[AnyKey]:
        """Every key of a place, the newest first, those that are over too."""
        return [entry.key for entry in self.entries(place)]

    def entries(self, place: str) -> list[Entry]:
        """Every key of a place with its state, those that were brought first, then the newest."""
        found = [self._entry(path) for path in (self.folder / place).glob("[!.]*.pem")]
        return sorted(found, key=Entry.rank, reverse=True)

    def named(self, place: str, kid: str) -> AnyKey | None:
        """The key of a place with this id, if it may sign now."""
        return next(
            (each.key for each in self.entries(place) if each.key.kid == kid and each.may_sign()),
            None,
        )

    def found(self, kid: str) -> Entry:
        """The key with this id, wherever it is filed; raises SealKeyMissing."""
        # Whoever holds an id wrote it himself, but it must not lead out of the folder.
        for path in sorted(self.folder.glob(f"*/*/{kid}.pem")) if kid.isalnum() else ():
            return self._entry(path)
        raise SealKeyMissing(serial=kid)

    def newest_or_made(self, place: str, make: Callable[[], SigningKey]) -> SigningKey:
        """The newest valid key made here, made when there is none; many processes may ask at once."""
        found = self.newest_made(place)
        if found is None:
            with self._locked():
                found = self.newest_made(place) or self.add(place, make())
        return found

    def add(self, place: str, key: SigningKey) -> SigningKey:
        """File a key that was made here, so that a reader sees all of it or nothing."""
        self._loaded.setdefault(self._write(place, f"{key.kid}.pem", key.to_pem()), key)
        return key

    def register(self, place: str, key: AnyKey, provider: str) -> None:
        """File the certificates of a key that somebody else keeps; raises KeyRefused."""
        with self._locked():
            if any(self.folder.glob(f"*/*/{key.kid}.pem")):
                raise KeyRefused(reason=N_("a key with this serial number is filed already"))
            told = orjson.dumps({"provider": provider, "state": KeyState.ACTIVE})
            # The address first: certificates without one would look like a broken key.
            self._write(place, f"{key.kid}.json", told)
            self._write(place, f"{key.kid}.pem", key.certificates_pem())

    def set_state(self, kid: str, state: KeyState) -> None:
        """Say that a key is active, retired or compromised; raises SealKeyMissing."""
        with self._locked():
            path = self._path(kid)
            told = {**_told(path), "state": state, "changed_at": clock.now().isoformat()}
            self._write(
                str(path.parent.relative_to(self.folder)), f"{kid}.json", orjson.dumps(told)
            )

    def _path(self, kid: str) -> Path:
        self.found(kid)
        return next(self.folder.glob(f"*/*/{kid}.pem"))

    def _entry(self, path: Path) -> Entry:
        told = _told(path)
        provider = str(told.get("provider", ""))
        if path not in self._loaded:
            self._loaded[path] = _read(path, provider)
        return Entry(self._loaded[path], KeyState(told.get("state", KeyState.ACTIVE)), provider)

    def _write(self, place: str, name: str, content: bytes) -> Path:
        folder = self._private_folder(place)
        unfinished = folder / f".{name}.{os.getpid()}"
        with os.fdopen(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        ) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return unfinished.rename(folder / name)

    def _private_folder(self, place: str = "") -> Path:
        folder = self.folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in Path(place).parts:
            folder = folder / part
            folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._private_folder() / ".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _told(path: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = orjson.loads(path.with_suffix(".json").read_bytes())
    except FileNotFoundError:
        return {}
    return told


def _read(path: Path, provider: str) -> AnyKey:
    content = path.read_bytes()
    return RemoteKey.from_pem(content, provider) if provider else SigningKey.from_pem(content)
