"""Signatures by the convention "Standard Webhooks" (v1: HMAC-SHA256 over id, moment and body)."""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable
from typing import Final

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


def new_secret() -> str:
    """A fresh secret in the form that libraries for receivers expect."""
    return PREFIX + base64.b64encode(os.urandom(SECRET_BYTES)).decode()


def headers(message_id: str, seconds: int, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """The three headers of a message; one signature for each secret that holds now."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signature(message_id, seconds, body, s) for s in secrets),
    }


def signature(message_id: str, seconds: int, body: bytes, secret: str) -> str:
    """`v1,` and the MAC in base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{seconds}.".encode() + body
    mac = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(mac).decode()}"
