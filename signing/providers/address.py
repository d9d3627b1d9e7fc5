"""The address of a signer: a scheme, where, and named values, in which secrets are references."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from core.errors import N_
from signing.errors import SignerAddressRefused

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
# Names under which people might write a secret itself; RFC 7512 has the first.
_SECRETS: Final = frozenset({"pin-value", "pin", "password", "client-secret", "sp-password"})


@dataclass(frozen=True)
class Address:
    """`scheme:path?name=value` or `scheme+https://host/path?name=value`, read.

    `path` is still quoted; `url` is empty where nothing travels.
    """

    scheme: str
    url: str
    path: str
    values: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> "Address":
        """Read an address; raises SignerAddressRefused, also when secrets would travel in the clear."""
        scheme, _, rest = text.partition(":")
        kind, _, transport = scheme.partition("+")
        try:
            parts = urlsplit(f"{transport or 'file'}:{rest}")
            host = parts.hostname
        except ValueError as error:
            raise SignerAddressRefused(reason=str(error)) from error
        if transport and transport != "https" and not (transport == "http" and host in _LOOPBACK):
            raise SignerAddressRefused(reason=N_("only https is used, and http within one machine"))
        values = pairs(parts.query, "&")
        if parts.username or parts.password or _SECRETS & values.keys():
            raise SignerAddressRefused(reason=N_("it holds a password; write a reference to it"))
        url = f"{transport}://{parts.netloc}{parts.path}".rstrip("/") if transport else ""
        return cls(kind, url, parts.path, values)

    def required(self, name: str) -> str:
        """A value that must be there; raises SignerAddressRefused."""
        found = self.values.get(name, "")
        if not found:
            raise SignerAddressRefused(reason=f"it lacks “{name}”")
        return found

    def number(self, name: str, otherwise: float) -> float:
        """A value that is a number above zero; raises SignerAddressRefused."""
        try:
            found = float(self.values.get(name, otherwise))
        except ValueError:
            found = 0
        if not 0 < found < math.inf:
            raise SignerAddressRefused(reason=f"“{name}” is no number above zero")
        return found


def pairs(text: str, separator: str) -> dict[str, str]:
    """`name=value` pairs, with %xx decoded; a plus is a plus."""
    split = (each.partition("=") for each in text.split(separator) if each)
    return {unquote(name): unquote(value) for name, _, value in split}
