"""Secrets that are long and random: session tokens and secrets of programs.

They cannot be guessed, so a fast hash is enough to keep them.
"""

import hashlib
import secrets

BYTES = 32


def new_secret() -> str:
    """A fresh secret of 256 random bits, safe in a cookie or a header."""
    return secrets.token_urlsafe(BYTES)


def digest(secret: str) -> bytes:
    """How a secret is stored and looked up."""
    return hashlib.sha256(secret.encode()).digest()
