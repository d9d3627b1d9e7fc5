"""Tables of the register's life: changes, keys that must be unique, follow-ups, certified copies."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import JsonColumn, Model, UtcDateTime, index_where
from core.ids import new_id

STILL_DUE = "done_at IS NULL"


class EntryState(StrEnum):
    """Where an entry stands. `held` and `void` ones are from elsewhere and not public."""

    HELD = "held"
    VOID = "void"
    VALID = "valid"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REPLACED = "replaced"


class ChangeKind(StrEnum):
    """What was done to an entry."""

    ISSUED = "issued"
    AMENDED = "amended"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    EXTENDED = "extended"
    REISSUED = "reissued"
    REPLACED = "replaced"
    REVOKED = "revoked"
    EXPIRED = "expired"


class RegisterChange(Model):
    """One step in the life of an entry, as it stood afterwards. Rows are added and never altered.

    `on` is the legal day, `at` the moment it was written. `until` is to when it was suspended or
    extended. `ground` is a code of the service; `note` is public, `reason` is for staff and holder.
    `facts`, `holder_name` and `valid_until` are what the entry said from then on. `decision_number` is
    that of the decision, where the service keeps a book of those.
    """

    __tablename__ = "register_change"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("register_entry.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ChangeKind]
    on: Mapped[date] = mapped_column("on_day")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[date | None] = mapped_column("until_day")
    ground: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    decision_number: Mapped[str] = mapped_column(default="", server_default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    holder_name: Mapped[str]
    valid_until: Mapped[date | None]
    by: Mapped[str]
    dossier_id: Mapped[UUID | None]


class RegisterKey(Model):
    """What an entry, or a dossier about to become one, says that only one may say at a time.

    `key` is a keyed hash. `entry_id` is empty until the result is published.
    """

    __tablename__ = "register_key"
    __table_args__ = (Index(None, "dossier_id"), Index(None, "entry_id"))

    service_key: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_entry.id"))


class FollowUp(Model):
    """Something that is to follow an entry on a day: a case of its own, or an invitation.

    `name` is a key of the service's `follow_ups`; those that come again have further occurrences.
    """

    __tablename__ = "register_follow_up"
    __table_args__ = (index_where(STILL_DUE, "ix_register_follow_up_due", "due_on"),)

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("register_entry.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    occurrence: Mapped[int] = mapped_column(primary_key=True)
    due_on: Mapped[date]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(default="")
    instance_id: Mapped[UUID | None]


class CertifiedCopy(Model):
    """A sealed paper that says what the register held on a day. Until `ready_at` it is being made.

    `sequence` is the last change of the entry that it knows; `state` is where the entry stood.
    """

    __tablename__ = "certified_copy"
    __table_args__ = (Index(None, "entry_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("register_entry.id"))
    number_id: Mapped[UUID] = mapped_column(ForeignKey("book_number.id"))
    number: Mapped[str] = mapped_column(unique=True)
    check_code: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str]
    sequence: Mapped[int]
    state: Mapped[EntryState]
    state_on: Mapped[date]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    storage_key: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
