"""Incidents with one cause have one fingerprint, whatever the instance."""

import hashlib
import re

_VARYING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


def fingerprint(place: str, message: str) -> str:
    """A short hash of where it happened and what was said, without numbers and identifiers."""
    text = f"{place}\n{_VARYING.sub('#', message)}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
