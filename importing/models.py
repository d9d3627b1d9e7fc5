"""Tables of imports: the file's rows, what became of each, and mappings to be used again."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime
from core.ids import new_id


class ImportState(StrEnum):
    """How far an import has come, in this order; at its end it is released or taken back."""

    UPLOADED = "uploaded"
    CHECKED = "checked"
    RUNNING = "running"
    IMPORTED = "imported"
    RELEASING = "releasing"
    RELEASED = "released"
    TAKING_BACK = "taking-back"
    TAKEN_BACK = "taken-back"


class RowState(StrEnum):
    """What became of a row; a faulty one was left out, a failed one was refused when it was made."""

    WAITING = "waiting"
    FAULTY = "faulty"
    FAILED = "failed"
    MADE = "made"
    RELEASED = "released"
    TAKEN_BACK = "taken-back"


class ImportRun(Model):
    """One file on its way in. `columns` are its headers, `mapping` is a `mapping.Mapping` as JSON.

    `sort` is a key of `sorts.SORTS`; `service` the key of the service that licences are of. People are
    named by the ids of their actors.
    """

    __tablename__ = "import_run"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    sort: Mapped[str]
    service: Mapped[str] = mapped_column(default="")
    state: Mapped[ImportState] = mapped_column(default=ImportState.UPLOADED)
    file_name: Mapped[str]
    file_hash: Mapped[str]
    columns: Mapped[list[str]] = mapped_column(JsonColumn)
    mapping: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    rows: Mapped[int]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    started_by: Mapped[str | None]
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(default="")


class ImportRow(Model):
    """One row of a file, counted from 1 below the header; `cells` stand in the order of the columns.

    `problems` are `problems.Problem` as JSON, `made` says what was made, as its sort wrote it.
    """

    __tablename__ = "import_row"
    __table_args__ = (Index(None, "import_id", "state", "number"),)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    cells: Mapped[list[str]] = mapped_column(JsonColumn)
    state: Mapped[RowState] = mapped_column(default=RowState.WAITING)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)
    made: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)


class ImportedKey(Model):
    """By what a row that was made is known: its key of old, or file and row. Each is made once."""

    __tablename__ = "imported_key"

    sort: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id"), index=True)
    number: Mapped[int]


class ImportMapping(Model):
    """A mapping under a name, for the next file of the same sort."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("sort", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    sort: Mapped[str]
    name: Mapped[str]
    mapping: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
