"""Tables of the store: what is kept for whom, and every time it was used again."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, UtcDateTime, index_where
from core.ids import new_id

TO_BE_WARNED = "warned_at IS NULL AND deleted_at IS NULL AND valid_until IS NOT NULL"


class SignatureState(StrEnum):
    """What its seal or signature was found to be when the document came into the store."""

    VALID = "valid"
    DOUBTFUL = "doubtful"
    NONE = "none"


class Holding(Model):
    """A document that is kept for its owner: of a person, or (`acting_for`) of an organisation.

    `document_type` is a code of the profile's table `document-types`. It came of a document of a
    dossier, and perhaps of an entry of the register; its file is a copy of its own, known by `sha256`.
    What is hidden is not offered; of what is deleted the file is gone.
    """

    __tablename__ = "holding"
    __table_args__ = (
        Index(None, "owner_id"),
        Index(None, "acting_for"),
        index_where(TO_BE_WARNED, "ix_holding_to_be_warned", "valid_until"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID]
    acting_for: Mapped[str] = mapped_column(default="")
    document_type: Mapped[str]
    issuer: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    signature: Mapped[SignatureState]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    storage_key: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    document_id: Mapped[UUID] = mapped_column(unique=True)
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_entry.id"))
    added_by: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HoldingUse(Model):
    """One time a document of the store was used in a dossier, which has a copy of its own."""

    __tablename__ = "holding_use"
    __table_args__ = (Index(None, "holding_id"), Index(None, "dossier_id"))

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    holding_id: Mapped[UUID] = mapped_column(ForeignKey("holding.id"))
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    agency_id: Mapped[UUID]
    used_by: Mapped[str]
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
