"""Who makes raw signatures: this process, a token of hardware, or a service elsewhere.

Each provider is asked for signatures over digests and answers at once or later; it sees no document.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final, Protocol, runtime_checkable

from signing.errors import SignerAddressRefused
from signing.keys import AnyKey, SigningKey
from signing.providers.address import Address
from signing.providers.answers import Answer, Callback, Expired, Refused, Request, Signed, Waiting
from signing.providers.software import PKCS12, Software

__all__ = [
    "Answer",
    "Callback",
    "CallsBack",
    "Expired",
    "Provider",
    "Refused",
    "Request",
    "Signed",
    "Waiting",
    "provider_of",
]


class Provider(Protocol):
    """Signs with keys of one kind. Its methods may wait for a network: never inside a transaction."""

    @property
    def answers_at_once(self) -> bool:
        """Whether `start` never answers Waiting."""

    def start(self, key: AnyKey, requests: Sequence[Request]) -> Answer:
        """Ask for signatures by one approval; asking again with the same references is harmless."""

    def poll(self, key: AnyKey, transaction: str, requests: int) -> Answer:
        """How a transaction over so many requests stands."""


@runtime_checkable
class CallsBack(Protocol):
    """A provider that tells of its own accord how a transaction stands."""

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """What it tells; raises CallbackRefused."""


_SOFTWARE: Final = Software()


def _hardware(address: Address) -> Provider:
    from signing.providers.hardware import Hardware  # noqa: PLC0415 (loads a native library)

    return Hardware(address)


def _remote_by_csc(address: Address) -> Provider:
    from signing.providers.csc import CloudSignature  # noqa: PLC0415 (few installations need it)

    return CloudSignature(address)


def _remote_by_smartca(address: Address) -> Provider:
    from signing.providers.smartca import SmartCa  # noqa: PLC0415 (few installations need it)

    return SmartCa(address)


_PROVIDERS: Final[dict[str, Callable[[Address], Provider]]] = {
    PKCS12: lambda _address: _SOFTWARE,
    "pkcs11": _hardware,
    "csc": _remote_by_csc,
    "smartca": _remote_by_smartca,
}


def provider_of(key: AnyKey) -> Provider:
    """Who signs with a key; raises SignerAddressRefused."""
    return _SOFTWARE if isinstance(key, SigningKey) else _provider(key.provider)


@lru_cache(maxsize=256)
def _provider(text: str) -> Provider:
    address = Address.of(text)
    made = _PROVIDERS.get(address.scheme)
    if made is None:
        raise SignerAddressRefused(reason=f"nobody signs by “{address.scheme}:”")
    return made(address)
