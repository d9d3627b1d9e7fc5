"""Keyed hashes in the place of what tells who somebody is: one person, one pseudonym.

HMAC-SHA-256 under a key derived from the installation's secret key. Without the key a pseudonym can
neither be read nor guessed; with it, whoever suspects a name can try it. After a change of the secret
key the same person gets another pseudonym, so that persons who appear on both sides of the change are
counted twice; pseudonyms of before cannot be joined to anything any more.
"""

import hmac
import unicodedata
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARK: Final = "~"
_DIGITS: Final = 32


class Pseudonyms:
    """Gives pseudonyms under one secret key."""

    def __init__(self, secret_key: str) -> None:
        kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"motcua: pseudonyms")
        self._key = kdf.derive(secret_key.encode())

    def of_text(self, text: str) -> str:
        """Of what somebody wrote, 128 bits in hexadecimal; typing habits make no difference."""
        return MARK + self._digest("text", " ".join(unicodedata.normalize("NFKC", text).split()))

    def of_account(self, account_id: UUID) -> UUID:
        """In the place of the id of an account, in the form of an id (RFC 9562, version 8).

        Nobody's, all zeros, stays nobody's.
        """
        if not account_id.int:
            return account_id
        number = int(self._digest("account", str(account_id)), 16)
        number = number & ~(0xF << 76) | 0x8 << 76
        return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)

    def of_actor(self, actor_id: str) -> str:
        """In the place of the id of an actor; programs and the system are no persons."""
        kind, _, identity = actor_id.partition(":")
        if kind != "account":
            return actor_id
        return f"account:{self.of_account(UUID(identity))}"

    def _digest(self, sort: str, text: str) -> str:
        said = f"{sort}:{text.casefold()}".encode()
        return hmac.digest(self._key, said, "sha256").hex()[:_DIGITS]


def is_pseudonym(text: str) -> bool:
    """Whether a text was replaced already: to be pseudonymised twice must change nothing."""
    digits = text.removeprefix(MARK)
    return text.startswith(MARK) and len(digits) == _DIGITS and set(digits) <= _HEXADECIMAL


_HEXADECIMAL: Final = frozenset("0123456789abcdef")
