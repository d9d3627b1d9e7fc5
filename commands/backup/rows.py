"""Rows of a table as JSON lines that every database can read back.

The archive remembers the kind of each column, not its type in one database or one version of the
code: `uuid`, `moment` (ISO 8601, UTC), `date`, `bytes` (Base64), `json` and so on.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    TableClause,
    Uuid,
    column,
    insert,
    select,
    table,
)
from sqlalchemy.types import TypeEngine

from core.database import JsonColumn, UtcDateTime

BATCH = 500


@dataclass(frozen=True)
class Kind:
    """How one kind of value is stored, and how it is read back from JSON."""

    stored_as: TypeEngine[Any]
    read: Callable[[Any], Any]


def _as_is(value: Any) -> Any:
    return value


KINDS: Mapping[str, Kind] = {
    "uuid": Kind(Uuid(), UUID),
    "moment": Kind(UtcDateTime(), datetime.fromisoformat),
    "date": Kind(Date(), date.fromisoformat),
    "bytes": Kind(LargeBinary(), base64.b64decode),
    "json": Kind(JsonColumn, _as_is),
    "boolean": Kind(Boolean(), _as_is),
    "integer": Kind(BigInteger(), _as_is),
    "real": Kind(Float(), _as_is),
    "text": Kind(String(), _as_is),
}
_KIND_OF_TYPE: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Uuid, "uuid"),
    (UtcDateTime, "moment"),
    (Date, "date"),
    (LargeBinary, "bytes"),
    (JSON, "json"),
    (Boolean, "boolean"),
    (Integer, "integer"),
    (Float, "real"),
    (String, "text"),
)


def kinds_of(model: Table) -> dict[str, str]:
    """The kind of each column; raises TypeError for a type that no archive can hold yet."""
    return {name: _kind(found.type) for name, found in model.columns.items()}


def dumped(connection: Connection, model: Table) -> Iterator[bytes]:
    """The table's rows in the order of its key, one JSON array a line."""
    source = _portable(model.name, kinds_of(model))
    key = [source.columns[part.name] for part in model.primary_key]
    rows = connection.execute(
        select(*source.columns).order_by(*key), execution_options={"yield_per": BATCH}
    )
    for row in rows:
        yield json.dumps(list(row), default=_plain).encode() + b"\n"


def load(
    connection: Connection, name: str, kinds: Mapping[str, str], lines: Iterable[bytes]
) -> int:
    """Insert dumped rows into the table of that name; returns how many they were."""
    target, count = _portable(name, kinds), 0
    rows = (_row(kinds, line) for line in lines)
    while batch := list(islice(rows, BATCH)):
        connection.execute(insert(target), batch)
        count += len(batch)
    return count


def _kind(given: TypeEngine[Any]) -> str:
    for known, kind in _KIND_OF_TYPE:
        if isinstance(given, known):
            return kind
    raise TypeError(f"no portable kind for {given!r}")


def _portable(name: str, kinds: Mapping[str, str]) -> TableClause:
    return table(name, *(column(field, KINDS[kind].stored_as) for field, kind in kinds.items()))


def _row(kinds: Mapping[str, str], line: bytes) -> dict[str, Any]:
    values = json.loads(line)
    return {
        name: None if value is None else KINDS[kind].read(value)
        for (name, kind), value in zip(kinds.items(), values, strict=True)
    }


def _plain(value: Any) -> str:
    match value:
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode()
        case UUID():
            return str(value)
    raise TypeError(f"{type(value).__name__} cannot stand in a backup")
