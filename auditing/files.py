"""Events as files: a table for spreadsheets, and JSON lines for programs."""

import csv
import io
from collections.abc import Iterable
from typing import Any, Final

import orjson

from core.audit import AuditEvent

COLUMNS: Final = (
    "at",
    "actor",
    "tag",
    "subject",
    "chain",
    "position",
    "agency",
    "details",
    "hash",
)
# A cell that begins so is run as a formula by spreadsheets; a quote before it makes it text.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(events: Iterable[AuditEvent]) -> bytes:
    """A table with a head, in UTF-8; no cell of it is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for event in events:
        told = told_event(event)
        writer.writerow([_cell(told[name]) for name in COLUMNS])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_json_lines(events: Iterable[AuditEvent]) -> bytes:
    """One object a line."""
    return b"".join(orjson.dumps(told_event(each)) + b"\n" for each in events)


def told_event(event: AuditEvent) -> dict[str, Any]:
    """An event as it leaves the house; hash in hexadecimal digits."""
    return {
        "id": str(event.id),
        "at": event.at.isoformat(),
        "actor": event.actor,
        "tag": event.tag,
        "subject": event.subject,
        "chain": str(event.chain_id),
        "position": event.position,
        "agency": str(event.agency_id) if event.agency_id else None,
        "details": event.details,
        "hash": event.hash.hex() if event.hash else None,
    }


def _cell(value: Any) -> str:
    text = (
        "" if value is None else value if isinstance(value, str) else orjson.dumps(value).decode()
    )
    return "'" + text if text.startswith(_FORMULA) else text
