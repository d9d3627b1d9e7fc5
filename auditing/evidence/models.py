"""The table of cases that were exported as evidence."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import Model, UtcDateTime
from core.ids import new_id


class EvidenceExport(Model):
    """A case as one archive, asked for with a purpose: made by a job, kept for some days.

    `whole` is as the authority has the case; else it is as whoever asked may see it. Until `ready_at`
    it is being made; from `swept_at` on its file is gone.
    """

    __tablename__ = "evidence_export"
    __table_args__ = (Index(None, "dossier_id"), Index(None, "expires_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    whole: Mapped[bool]
    language: Mapped[str]
    purpose: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(default="")
    swept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
