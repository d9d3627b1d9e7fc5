"""Keys that hardware keeps (PKCS#11): a card, a token, a security module, or SoftHSM.

    pkcs11:token=motcua;object=seal?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/pin

The address is that of RFC 7512; `serial` may name the token and `id` the key. The hardware sees a
digest of 32 bytes: elliptic curves by the raw mechanism, which all have, RSA by PKCS#1 v1.5.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote, unquote_to_bytes

from pkcs11 import Mechanism, PKCS11Error

from core.errors import N_
from signing.errors import SignerAddressRefused, SignerUnavailable
from signing.keys import AnyKey
from signing.providers.address import Address, pairs
from signing.providers.answers import Request, Signed
from signing.providers.at_once import AtOnce
from signing.providers.tokens import Token, token

# RFC 8017 section 9.2: what says, before the digest, that it is one of SHA-256.
_SHA256_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")


class Hardware(AtOnce):
    """Signs with one key of one token."""

    def __init__(self, address: Address) -> None:
        attributes = pairs(address.path, ";")
        self._label, self._number = _named(address)
        self._token: Token = token(
            address.required("module-path"),
            attributes.get("token", ""),
            attributes.get("serial", ""),
            address.required("pin-source"),
        )

    def start(self, key: AnyKey, requests: Sequence[Request]) -> Signed:
        """The signatures; raises SignerUnavailable and SecretMissing."""
        with self._token.lock:
            return Signed(tuple(self._signature(key, each.digest) for each in requests))

    def _signature(self, key: AnyKey, digest: bytes) -> bytes:
        try:
            return self._asked(key, digest)
        except PKCS11Error:
            return self._asked_again(key, digest)

    def _asked_again(self, key: AnyKey, digest: bytes) -> bytes:
        """The token was pulled, restarted, or shut our session: once more from the beginning."""
        try:
            self._token.begin_anew()
            return self._asked(key, digest)
        except PKCS11Error as error:
            raise SignerUnavailable(reason=_told(error)) from error

    def _asked(self, key: AnyKey, digest: bytes) -> bytes:
        held = self._token.key(self._label, self._number)
        if key.of_rsa:
            return bytes(held.sign(_SHA256_INFO + digest, mechanism=Mechanism.RSA_PKCS))
        return bytes(held.sign(digest, mechanism=Mechanism.ECDSA))


def _named(address: Address) -> tuple[str, bytes]:
    """The label and the id of the key; an id is bytes, so it is decoded apart."""
    raw = dict(each.partition("=")[::2] for each in address.path.split(";"))
    if not raw.keys() & {"token", "serial"}:
        raise SignerAddressRefused(reason=N_("it names no token"))
    if not raw.keys() & {"object", "id"}:
        raise SignerAddressRefused(reason=N_("it names no key"))
    return unquote(raw.get("object", "")), unquote_to_bytes(raw.get("id", ""))


def _told(error: PKCS11Error) -> str:
    return f"{type(error).__name__} {error}".strip()
