"""Secrets that were refused once: a job tries many times, and services lock after a few."""

import hashlib

from core.errors import N_
from signing.errors import SignerUnavailable


class WrongSecret:
    """Remembers, without keeping it, the last secret that was refused."""

    def __init__(self) -> None:
        self._refused = b""

    def look(self, secret: str) -> None:
        """Raises SignerUnavailable for a secret that was refused before."""
        if _digest(secret) == self._refused:
            raise self.error()

    def refused(self, secret: str) -> SignerUnavailable:
        """Remember a secret; the error to raise."""
        self._refused = _digest(secret)
        return self.error()

    @staticmethod
    def error() -> SignerUnavailable:
        """What is told, the first time and later."""
        return SignerUnavailable(reason=N_("the PIN is wrong; it is not tried twice"))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
