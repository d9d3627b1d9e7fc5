"""Short texts that can be compared but not read, such as a date of birth.

There are so few of them that even a slow hash is undone by trying them all. So they are hashed under
a key that is not in the database first, and slowly after that: who has stolen the rows can try
nothing, and who has stolen the key as well still needs time for each.
"""

import hashlib
import hmac
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from accounts import passwords

_SEPARATOR: Final = "$"
_KEY_ID_LENGTH: Final = 16


class KeyedHash:
    """Hashes under the first secret key, compares under any of them."""

    def __init__(self, *secret_keys: str) -> None:
        derived = [_derived(secret) for secret in secret_keys]
        self._keys = {_key_id(key): key for key in reversed(derived)}
        self._current = _key_id(derived[0])

    def kept(self, text: str, *, purpose: str) -> str:
        """What may be stored of a text; `purpose` is part of it, so equal texts do not look alike."""
        slow = passwords.slow_hash(self._under(self._current, text, purpose))
        return f"{self._current}{_SEPARATOR}{slow}"

    def matches(self, kept: str, text: str, *, purpose: str) -> bool:
        """Whether it was this text; never for one that was hashed under a key not known here."""
        key_id, _, slow = kept.partition(_SEPARATOR)
        if key_id not in self._keys:
            return False
        return passwords.slow_matches(slow, self._under(key_id, text, purpose))

    def mark(self, text: str, *, purpose: str) -> bytes:
        """A fast hash to find a text by, for texts of which there are many."""
        return bytes.fromhex(self._under(self._current, text, purpose))

    def marks(self, text: str, *, purpose: str) -> list[bytes]:
        """The marks that a text may have been given, under every key."""
        return [bytes.fromhex(self._under(key_id, text, purpose)) for key_id in self._keys]

    def _under(self, key_id: str, text: str, purpose: str) -> str:
        told = f"{len(purpose)}:{purpose}{text}".encode()
        return hmac.new(self._keys[key_id], told, hashlib.sha256).hexdigest()


def _derived(secret: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"motcua: hashing of short texts")
    return kdf.derive(secret.encode())


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"motcua: key id" + key).hexdigest()[:_KEY_ID_LENGTH]
