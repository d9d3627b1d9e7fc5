"""Bringing a key: its certificate into the table, once a trial has shown that both belong together."""

import os
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from core.errors import N_
from signing.desk import SigningDesk
from signing.errors import KeyRefused
from signing.key_table import Entry
from signing.keys import AnyKey, RemoteKey
from signing.providers import Answer, Request, Signed, Waiting, provider_of
from signing.providers.address import Address
from signing.providers.software import PKCS12, pkcs12_key
from signing.signatures import checked
from signing.standing import require_standing

Wait = Callable[[AnyKey, Waiting], Answer]
_DIGEST_BYTES = 32


def read_key(provider: str, certificate: Path | None) -> RemoteKey:
    """A key by its address and the file with its certificates, PEM or DER, the signer's first.

    A PKCS#12 file holds them itself. Raises KeyRefused, SignerAddressRefused or SecretMissing.
    """
    address = Address.of(provider)
    if certificate is None and address.scheme != PKCS12:
        raise KeyRefused(reason=N_("its certificate is missing"))
    try:
        content = _pem(certificate) if certificate else pkcs12_key(address).certificates_pem()
        return RemoteKey.from_pem(content, provider)
    except (OSError, ValueError, TypeError) as error:
        raise KeyRefused(reason=str(error)) from error


def register(desk: SigningDesk, place: str, key: RemoteKey, wait: Wait) -> None:
    """File a key that may sign and has just signed; `wait` waits for a person to approve the trial.

    Raises KeyRefused, KeyMayNotSign, RevocationUnknown, SignatureDoesNotMatch, SecretMissing or
    SignerUnavailable.
    """
    desk.believing.require(require_standing(Entry(key, provider=key.provider)))
    digest = os.urandom(_DIGEST_BYTES)
    request = Request(digest, "Motcua: trial signature", digest.hex())
    answer = provider_of(key).start(key, [request])
    if isinstance(answer, Waiting):
        answer = wait(key, answer)
    if not isinstance(answer, Signed):
        raise KeyRefused(reason=N_("the trial signature was not approved"))
    checked(key.certificate, digest, answer.signature)
    desk.table.register(place, key, key.provider)


def _pem(path: Path) -> bytes:
    content = path.read_bytes()
    if b"-----BEGIN" in content:
        return content
    return x509.load_der_x509_certificate(content).public_bytes(Encoding.PEM)
