"""Tables of migrations."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import JsonColumn, Model, UtcDateTime


class MigrationState(StrEnum):
    """Of one instance: waiting -> migrated | refused | untouched (it had ended, or moved on before)."""

    WAITING = "waiting"
    MIGRATED = "migrated"
    REFUSED = "refused"
    UNTOUCHED = "untouched"


class Migration(Model):
    """Many instances going over to another version. `release` is what the starter calls the target."""

    __tablename__ = "engine_migration"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_definition_id: Mapped[str]
    target_definition_id: Mapped[str]
    process_id: Mapped[str]
    mapping: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    renew: Mapped[list[str]] = mapped_column(JsonColumn)
    release: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MigrationItem(Model):
    """One instance of a migration; `remarks` say why it was refused."""

    __tablename__ = "engine_migration_item"

    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    migration_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]
    remarks: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "migration_id", "state"),)
