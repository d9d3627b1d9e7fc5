"""The record of who did what: one row per event, hash-chained per dossier.

The chain holds only salted hashes of the details. Details may be erased later, by law, and the chain
still proves that nothing was altered, removed or reordered.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

import orjson
from sqlalchemy import Index, LargeBinary, UniqueConstraint, bindparam, insert, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import (
    JsonColumn,
    Model,
    UtcDateTime,
    db,
    index_where,
    remembered,
    write_later,
)
from core.ids import new_id

SYSTEM_CHAIN = UUID(int=0)
FIRST_HASH = bytes(32)
_ENDS = "ends of audit chains"


End: TypeAlias = tuple[int, bytes]
BEGINNING: End = (0, FIRST_HASH)


class AuditTag(StrEnum):
    """Base of each room's audit words; a value reads `room:subject:deed`."""


class AuditEvent(Model):
    """One deed. `position` is null until the event is chained (looks and refusals are, by a job).

    `agency_id` is only a way to find events: the agency of the dossier or of the person concerned, if
    known. `relayed_at` is when a log server took it. Neither is part of the chain.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("chain_id", "position"),
        Index(
            "ix_audit_event_loose",
            "chain_id",
            postgresql_where=text("position IS NULL"),
            sqlite_where=text("position IS NULL"),
        ),
        Index("ix_audit_event_at", "at", "id"),
        Index("ix_audit_event_actor", "actor", "at", "id"),
        Index("ix_audit_event_subject", "subject", "at", "id"),
        Index("ix_audit_event_tag", "tag", "at", "id"),
        Index("ix_audit_event_agency", "agency_id", "at", "id"),
        Index("ix_audit_event_chain", "chain_id", "at", "id"),
        index_where("relayed_at IS NULL", "ix_audit_event_unrelayed", "at", "id"),
    )

    chain_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    position: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    tag: Mapped[str]
    actor: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    details_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    agency_id: Mapped[UUID | None]
    relayed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass
class NewEvent:
    """An event that is about to be written; its attributes are the columns of the table."""

    chain_id: UUID
    id: UUID
    at: datetime
    tag: str
    actor: str
    subject: str
    details: dict[str, Any] | None
    salt: bytes
    details_hash: bytes
    agency_id: UUID | None = None
    position: int | None = None
    hash: bytes | None = None


_event_table: Any = AuditEvent.__table__
_INSERT = insert(_event_table)
_END = (
    select(_event_table.c.position, _event_table.c.hash)
    .where(_event_table.c.chain_id == bindparam("of_chain"), _event_table.c.position.is_not(None))
    .order_by(_event_table.c.position.desc())
    .limit(1)
)


def append(
    tag: AuditTag,
    *,
    actor: str,
    subject: str,
    chain: UUID,
    details: dict[str, Any] | None = None,
    agency_id: UUID | None = None,
) -> None:
    """Record a deed and chain it; the row that the chain belongs to must be locked."""
    ends: dict[UUID, End] = remembered().setdefault(_ENDS, {})
    position, previous = ends.get(chain) or _end_of(chain)
    event = _event(tag, actor, subject, chain, details)
    event.agency_id = agency_id
    event.position = position + 1
    event.hash = chained_hash(event, previous)
    ends[chain] = (event.position, event.hash)
    _insert(event)


def begin(chain: UUID) -> None:
    """Note that this transaction made the row of a chain: it has no event yet."""
    remembered().setdefault(_ENDS, {})[chain] = BEGINNING


def note(
    tag: AuditTag,
    *,
    actor: str,
    subject: str,
    chain: UUID = SYSTEM_CHAIN,
    details: dict[str, Any] | None = None,
    agency_id: UUID | None = None,
) -> None:
    """Record a look or a refusal without a lock; `seal` chains it later."""
    event = _event(tag, actor, subject, chain, details)
    event.agency_id = agency_id
    _insert(event)


def seal(chain: UUID) -> int:
    """Chain the loose events of a chain, oldest first; returns how many. Its row must be locked."""
    remembered().pop(_ENDS, None)
    loose = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.chain_id == chain, AuditEvent.position.is_(None))
        .order_by(AuditEvent.at, AuditEvent.id)
    ).all()
    position, previous = _end_of(chain)
    for event in loose:
        position += 1
        event.position = position
        event.hash = previous = chained_hash(event, previous)
    return len(loose)


def erase_details(chain: UUID) -> int:
    """Erase what the events of a chain tell beyond who did what and when; returns of how many.

    Their hashes stay, and so the chain. Its row must be locked.
    """
    return _erase(_event_table.c.chain_id == chain)


def erase_details_about(subject: str) -> int:
    """The same for all events about a subject, whatever chain they are in; returns of how many."""
    return _erase(_event_table.c.subject == subject)


def _erase(chosen: Any) -> int:
    told = update(_event_table).where(chosen, _event_table.c.salt.is_not(None))
    db.session.flush()
    erased = told.values(details=None, salt=None)
    return int(db.session.connection().execute(erased).rowcount)


def loose_chains() -> Sequence[UUID]:
    """The chains that have events which are not chained yet."""
    return db.session.scalars(
        select(AuditEvent.chain_id).where(AuditEvent.position.is_(None)).distinct()
    ).all()


def first_broken(chain: UUID) -> AuditEvent | None:
    """The first event of a chain that was altered, or stands in the wrong place; None when it holds."""
    previous, expected = FIRST_HASH, 1
    events = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.chain_id == chain, AuditEvent.position.is_not(None))
        .order_by(AuditEvent.position)
    )
    for event in events:
        chained = event.hash == chained_hash(event, previous)
        if event.position != expected or not chained or not details_hold(event):
            return event
        previous, expected = event.hash or FIRST_HASH, expected + 1
    return None


def chained_hash(event: AuditEvent | NewEvent, previous: bytes) -> bytes:
    """SHA-256 over the previous hash and this event's canonical JSON, details only by their hash."""
    canonical = orjson.dumps(
        {
            "chain": event.chain_id,
            "id": event.id,
            "position": event.position,
            "at": event.at.isoformat(),
            "tag": event.tag,
            "actor": event.actor,
            "subject": event.subject,
            "details": event.details_hash.hex(),
        },
        option=orjson.OPT_SORT_KEYS,
    )
    return hashlib.sha256(previous + canonical).digest()


def _event(
    tag: AuditTag, actor: str, subject: str, chain: UUID, details: dict[str, Any] | None
) -> NewEvent:
    salt = os.urandom(16)
    return NewEvent(
        chain_id=chain,
        id=new_id(),
        at=now(),
        tag=str(tag),
        actor=actor,
        subject=subject,
        details=details,
        salt=salt,
        details_hash=_details_hash(salt, details),
    )


def _details_hash(salt: bytes, details: dict[str, Any] | None) -> bytes:
    return hashlib.sha256(salt + details_text(details)).digest()


def details_text(details: dict[str, Any] | None) -> bytes:
    """Details as they are hashed: JSON with sorted keys."""
    return orjson.dumps(details, option=orjson.OPT_SORT_KEYS)


def details_hold(event: AuditEvent) -> bool:
    """Whether the details are those that were recorded, or were erased."""
    return event.salt is None or event.details_hash == _details_hash(event.salt, event.details)


def _end_of(chain: UUID) -> End:
    row = db.session.connection().execute(_END, {"of_chain": chain}).one_or_none()
    return (row.position, row.hash) if row is not None else BEGINNING


def _insert(event: NewEvent) -> None:
    write_later(_INSERT, vars(event))
