"""Passwords and PINs by reference: `env:NAME` or `file:/path`, never themselves in the key table."""

import os
from pathlib import Path

from signing.errors import SecretMissing


def secret(reference: str) -> str:
    """What a reference leads to; a file's last line break is no part of it. Raises SecretMissing."""
    kind, _, place = reference.partition(":")
    found = os.environ.get(place) if kind == "env" else _content(place) if kind == "file" else None
    if not found:
        raise SecretMissing(reference=reference if kind in {"env", "file"} else "pin-source")
    return found


def _content(path: str) -> str | None:
    try:
        return Path(path).read_text("utf-8").rstrip("\r\n")
    except (OSError, ValueError):
        return None
