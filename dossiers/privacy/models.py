"""Tables of legal holds and of the copies that people ask for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import Model, UtcDateTime
from core.ids import new_id


class LegalHold(Model):
    """Why a dossier must be kept whole, whatever its retention term says, until it is lifted.

    People are named by the ids of their actors. Reasons are emptied when the dossier is pseudonymised.
    """

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index(None, "dossier_id"),
        Index(
            "uq_legal_hold_standing",
            "dossier_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
            sqlite_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    reason: Mapped[str]
    placed_by: Mapped[str]
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    lifting_reason: Mapped[str] = mapped_column(default="")
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SubjectExport(Model):
    """A copy of everything kept about a person, asked for by himself: one ZIP, for some days.

    Until `ready_at` it is being made; from `swept_at` on its file is gone.
    """

    __tablename__ = "subject_export"
    __table_args__ = (Index(None, "account_id"), Index(None, "expires_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    language: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(default="")
    swept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
