"""What became of the instances of a migration, and where instances stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from core.database import db
from engine.errors import MigrationNotFound
from engine.migration.models import Migration, MigrationItem, MigrationState
from engine.migration.remarks import Remark

_migration: Any = Migration.__table__
_item: Any = MigrationItem.__table__


@dataclass(frozen=True)
class ItemView:
    """What became of one instance."""

    instance_id: UUID
    state: str
    remarks: Sequence[Remark]
    done_at: datetime | None


@dataclass(frozen=True)
class MigrationReport:
    """A migration as it stands. `counts` has every state; together they are all its instances."""

    id: UUID
    source_definition_id: str
    target_definition_id: str
    process_id: str
    release: str
    actor: str
    reason: str
    started_at: datetime
    counts: Mapping[str, int]

    @property
    def is_done(self) -> bool:
        """Whether no instance waits any more."""
        return not self.counts[MigrationState.WAITING]


_TOLD = frozenset(MigrationReport.__dataclass_fields__)


def migration_report(migration_id: UUID, *, visible_to: ColumnElement[bool]) -> MigrationReport:
    """How far a migration is; raises MigrationNotFound."""
    query = select(_migration).where(_migration.c.id == migration_id, visible_to)
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise MigrationNotFound()
    told = {
        name: row._mapping[name]
        for name in MigrationReport.__dataclass_fields__
        if name != "counts"
    }
    return MigrationReport(**told, counts=_counts(migration_id))


def _counts(migration_id: UUID) -> dict[str, int]:
    query = (
        select(_item.c.state, func.count())
        .where(_item.c.migration_id == migration_id)
        .group_by(_item.c.state)
    )
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {str(state): found.get(state, 0) for state in MigrationState}


def migration_items(
    migration_id: UUID,
    *,
    visible_to: ColumnElement[bool],
    state: str = "",
    after: UUID | None = None,
    limit: int = 50,
) -> list[ItemView]:
    """What became of each instance, by its id; only those in one state if that is given."""
    query = (
        select(_item.c.instance_id, _item.c.state, _item.c.remarks, _item.c.done_at)
        .join(_migration, _migration.c.id == _item.c.migration_id)
        .where(_item.c.migration_id == migration_id, visible_to)
    )
    if state:
        query = query.where(_item.c.state == state)
    if after is not None:
        query = query.where(_item.c.instance_id > after)
    rows = db.session.execute(query.order_by(_item.c.instance_id).limit(limit))
    return [
        ItemView(row.instance_id, row.state, [Remark(**each) for each in row.remarks], row.done_at)
        for row in rows
    ]
