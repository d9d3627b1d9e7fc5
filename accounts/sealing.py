"""Small secrets that must be read again, such as seeds of authenticators: sealed, never in the clear.

AES-GCM under a key derived from the installation's secret key. A seal names its key, so that the
secret key can be changed: the former one opens, the current one seals. It also names its purpose:
what was sealed for one place in the database opens in no other.
"""

import hashlib
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from accounts.errors import SealUnknown

FORM: Final = b"\x01"
KEY_ID_BYTES: Final = 8
NONCE_BYTES: Final = 12
_HEAD: Final = len(FORM) + KEY_ID_BYTES


class Sealer:
    """Seals under the first secret key, opens what was sealed under any of them."""

    def __init__(self, *secret_keys: str) -> None:
        derived = [_derived(secret) for secret in secret_keys]
        self._keys = {_key_id(key): AESGCM(key) for key in reversed(derived)}
        self._current = _key_id(derived[0])

    def seal(self, text: str, *, purpose: str) -> bytes:
        """The text, unreadable: 1 byte form, 8 bytes key id, 12 bytes nonce, then ciphertext."""
        head, nonce = FORM + self._current, os.urandom(NONCE_BYTES)
        bound = head + purpose.encode()
        return head + nonce + self._keys[self._current].encrypt(nonce, text.encode(), bound)

    def open(self, sealed: bytes, *, purpose: str) -> str:
        """The text of a seal; raises SealUnknown for an unknown key, another purpose, a changed bit."""
        head, nonce, rest = _parts(bytes(sealed))
        key = self._keys.get(head[len(FORM) :])
        if key is None or not head.startswith(FORM):
            raise SealUnknown
        try:
            return key.decrypt(nonce, rest, head + purpose.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise SealUnknown from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether it was sealed under the key of today; otherwise seal it anew."""
        return _parts(bytes(sealed))[0] == FORM + self._current


def _parts(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    return sealed[:_HEAD], sealed[_HEAD : _HEAD + NONCE_BYTES], sealed[_HEAD + NONCE_BYTES :]


def _derived(secret: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"motcua: sealing of small secrets")
    return kdf.derive(secret.encode())


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"motcua: key id" + key).digest()[:KEY_ID_BYTES]
