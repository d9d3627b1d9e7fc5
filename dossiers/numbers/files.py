"""A book as a table for spreadsheets."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from core.clock import zone
from dossiers.numbers.queries import NumberLine

COLUMNS: Final = (
    "sequence",
    "number",
    "purpose",
    "state",
    "dossier",
    "reserved_at",
    "used_at",
    "voided_at",
    "voided_by",
    "reason",
)
# A cell that begins so is run as a formula by spreadsheets; a quote before it makes it text.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(lines: Iterable[NumberLine]) -> bytes:
    """A table with a head, in UTF-8, moments in the zone of the place; no cell of it is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow(map(_cell, _told(line)))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _told(line: NumberLine) -> tuple[str | None, ...]:
    number = line.number
    return (
        str(number.sequence),
        number.number,
        number.purpose,
        number.state,
        line.reference,
        _moment(number.reserved_at),
        _moment(number.used_at),
        _moment(number.voided_at),
        number.voided_by,
        number.reason,
    )


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(zone()).isoformat(timespec="seconds") if moment else None


def _cell(text: str | None) -> str:
    said = text or ""
    return "'" + said if said.startswith(_FORMULA) else said
