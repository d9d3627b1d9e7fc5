"""Which certificates of the development authority were revoked: those of compromised keys."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
from cryptography.x509 import ReasonFlags


@dataclass(frozen=True)
class Mark:
    """A revoked certificate: its serial number, since when, and why (RFC 5280 section 5.3.1)."""

    serial: int
    at: datetime
    reason: ReasonFlags = ReasonFlags.key_compromise


class RevokedKeys:
    """Reads the states of the key table (see signing.key_table) each time it is asked."""

    def __init__(self, table: Path) -> None:
        self._table = table

    def find(self, serial: int) -> Mark | None:
        """The mark of a certificate; None for one that was never revoked."""
        return next((mark for mark in self.all() if mark.serial == serial), None)

    def all(self) -> list[Mark]:
        """Every mark, by serial number."""
        found = (_mark(path) for path in self._table.glob("*/*/[!.]*.json"))
        return sorted((mark for mark in found if mark), key=lambda mark: mark.serial)


def _mark(path: Path) -> Mark | None:
    told = orjson.loads(path.read_bytes())
    if told.get("state") != "compromised":
        return None
    return Mark(
        int(path.stem, 16), datetime.fromisoformat(told["changed_at"]).replace(microsecond=0)
    )
