"""Tables of the record's seals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime
from core.ids import new_id


class RecordSeal(Model):
    """One seal; `statement` is what is signed (see `statements`). Numbers have no gap.

    Signature (CMS) and token (RFC 3161) are null until the job has made them; `locked` says whether the
    copy cannot be deleted.
    """

    __tablename__ = "record_seal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends: Mapped[int]
    tree: Mapped[bytes] = mapped_column(LargeBinary)
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes | None] = mapped_column(LargeBinary)
    token: Mapped[bytes | None] = mapped_column(LargeBinary)
    copied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    locked: Mapped[bool] = mapped_column(default=False)


class SealedEnd(Model):
    """Where a chain ended when it was sealed; `place` is its number among the leaves of that tree."""

    __tablename__ = "record_sealed_end"
    __table_args__ = (Index("ix_record_sealed_end_chain", "chain_id", "position"),)

    seal: Mapped[int] = mapped_column(ForeignKey("record_seal.number"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    chain_id: Mapped[UUID]
    position: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class RecordCheck(Model):
    """One time the whole record was followed through its seals, by a job; `found` are the flaws.

    Each flaw has `flaw`, `chain`, `position`, `since` and `seal`, as `verifying.Found` has them.
    """

    __tablename__ = "record_check"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    events: Mapped[int] = mapped_column(default=0)
    chains: Mapped[int] = mapped_column(default=0)
    seals: Mapped[int] = mapped_column(default=0)
    found: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)
