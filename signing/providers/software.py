"""Keys that sign in this process: files of the key table, and PKCS#12 files.

pkcs12:/etc/motcua/seal.p12?pin-source=env:SEAL_PASSWORD
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from core.errors import N_
from signing.errors import KeyRefused
from signing.keys import AnyKey, RemoteKey, SigningKey
from signing.providers.address import Address
from signing.providers.answers import Request, Signed
from signing.providers.at_once import AtOnce
from signing.secrets import secret
from signing.signatures import signed

PKCS12: Final = "pkcs12"


class Software(AtOnce):
    """Signs with a key that this process holds."""

    def start(self, key: AnyKey, requests: Sequence[Request]) -> Signed:
        """The signatures."""
        held = key if isinstance(key, SigningKey) else _held(key)
        return Signed(tuple(signed(held.private_key, each.digest) for each in requests))


def pkcs12_key(address: Address) -> SigningKey:
    """The key of a PKCS#12 file; raises KeyRefused, SecretMissing or SignerAddressRefused."""
    password = secret(address.required("pin-source"))
    try:
        return SigningKey.from_pkcs12(Path(unquote(address.path)).read_bytes(), password.encode())
    except (OSError, ValueError, TypeError) as error:
        raise KeyRefused(reason=f"{address.path}: {error}") from error


@lru_cache(maxsize=256)
def _held(key: RemoteKey) -> SigningKey:
    """Parsed once per process."""
    held = pkcs12_key(Address.of(key.provider))
    if held.certificate != key.certificate:
        raise KeyRefused(reason=N_("the PKCS#12 file holds another certificate than the key table"))
    return held
