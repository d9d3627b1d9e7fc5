"""The key table: one file per key with its certificates, filed by purpose and holder.

`<folder>/seal/<agency id>/<kid>.pem` holds a private key, its certificate and those above it. A key
is parsed once per process. The newest key that is valid now signs; nothing is ever deleted, so what
was sealed with an older key can still be verified.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from core import clock


@dataclass(frozen=True)
class SigningKey:
    """A loaded private key, its certificate and the intermediate certificates, nearest first."""

    private_key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    intermediates: tuple[x509.Certificate, ...] = ()

    @property
    def kid(self) -> str:
        """The key's id: the serial number of its certificate, hexadecimal."""
        return f"{self.certificate.serial_number:x}"

    @cached_property
    def asn1_certificate(self) -> asn1.Certificate:
        """The certificate as the PDF and timestamp libraries want it."""
        return as_asn1(self.certificate)

    @cached_property
    def asn1_intermediates(self) -> list[asn1.Certificate]:
        """The intermediate certificates as the PDF and timestamp libraries want them."""
        return [as_asn1(certificate) for certificate in self.intermediates]

    def valid_at(self, moment: datetime) -> bool:
        """Whether the certificate's validity covers the moment."""
        return (
            self.certificate.not_valid_before_utc <= moment <= self.certificate.not_valid_after_utc
        )

    def to_pem(self) -> bytes:
        """The whole key file."""
        secret = self.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain = (self.certificate, *self.intermediates)
        return secret + b"".join(each.public_bytes(Encoding.PEM) for each in chain)

    @classmethod
    def from_pem(cls, content: bytes) -> "SigningKey":
        """Read a key file; raises ValueError or TypeError when it is none."""
        private_key = load_pem_private_key(content, password=None)
        if not isinstance(private_key, ec.EllipticCurvePrivateKey):
            raise TypeError("only elliptic curve keys are kept in files")
        certificate, *intermediates = x509.load_pem_x509_certificates(content)
        return cls(private_key, certificate, tuple(intermediates))


class KeyTable:
    """The keys in a folder that only its owner can read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loaded: dict[Path, SigningKey] = {}

    def newest(self, place: str) -> SigningKey | None:
        """The newest key of a place (`seal/<agency id>`) that is valid now."""
        now = clock.now()
        valid = [key for key in self._keys(place) if key.valid_at(now)]
        return max(valid, key=lambda key: key.certificate.not_valid_before_utc, default=None)

    def all(self, place: str) -> list[SigningKey]:
        """Every key of a place, the newest first, those that are over too."""
        return sorted(
            self._keys(place), key=lambda key: key.certificate.not_valid_before_utc, reverse=True
        )

    def named(self, place: str, kid: str) -> SigningKey | None:
        """The key of a place with this id, if it is valid now."""
        now = clock.now()
        return next(
            (key for key in self._keys(place) if key.kid == kid and key.valid_at(now)), None
        )

    def newest_or_made(self, place: str, make: Callable[[], SigningKey]) -> SigningKey:
        """The newest valid key, made when there is none; many processes may ask at once."""
        found = self.newest(place)
        if found is None:
            with self._locked():
                found = self.newest(place) or self.add(place, make())
        return found

    def add(self, place: str, key: SigningKey) -> SigningKey:
        """File a key, so that a reader sees all of it or nothing."""
        folder = self._private_folder(place)
        unfinished = folder / f".{key.kid}.{os.getpid()}"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(key.to_pem())
            file.flush()
            os.fsync(file.fileno())
        path = unfinished.rename(folder / f"{key.kid}.pem")
        return self._loaded.setdefault(path, key)

    def _keys(self, place: str) -> Iterator[SigningKey]:
        for path in (self.folder / place).glob("[!.]*.pem"):
            if path not in self._loaded:
                self._loaded[path] = SigningKey.from_pem(path.read_bytes())
            yield self._loaded[path]

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


def as_asn1(certificate: x509.Certificate) -> asn1.Certificate:
    """The same certificate in asn1crypto's form."""
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
