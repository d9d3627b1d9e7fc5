"""The address of a signer: a scheme, where, and named values, in which secrets are references."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from core.errors import N_
from signing.errors import SignerAddressRefused

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Address:
    """`scheme:path?name=value` or `scheme+https://host/path?name=value`, read."""

    scheme: str
    url: str
    path: str
    values: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> "Address":
        """Read an address; raises SignerAddressRefused, also when secrets would travel in the clear."""
        scheme, _, rest = text.partition(":")
        kind, _, transport = scheme.partition("+")
        parts = urlsplit(f"{transport}:{rest}" if transport else rest)
        if parts.username or parts.password:
            raise SignerAddressRefused(reason=N_("it holds a password; write a reference to it"))
        if transport not in {"", "https"} and (
            transport != "http" or parts.hostname not in _LOOPBACK
        ):
            raise SignerAddressRefused(reason=N_("only https is used, and http within one machine"))
        values = dict(parse_qsl(parts.query, keep_blank_values=True))
        url = f"{transport}://{parts.netloc}{parts.path}".rstrip("/") if transport else ""
        return cls(kind, url, unquote(parts.path), values)

    def required(self, name: str) -> str:
        """A value that must be there; raises SignerAddressRefused."""
        found = self.values.get(name, "")
        if not found:
            raise SignerAddressRefused(reason=f"it lacks “{name}”")
        return found
