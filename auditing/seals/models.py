"""Tables of the record's seals."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, UtcDateTime


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
