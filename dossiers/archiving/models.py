"""Table of archived documents."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, UtcDateTime


class ArchivedDocument(Model):
    """A sealed document with the proofs that its signatures need later; it begins with the document.

    `id` is the document's, which stays as it was handed out. Nothing is stored before `made_at`;
    `until` is when the certificate of its last timestamp ends, `ordered_at` when it was last asked for.
    """

    __tablename__ = "archived_document"

    id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    storage_key: Mapped[str] = mapped_column(default="", index=True)
    sha256: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
