"""Tables of uploads that are not over: what was announced, and the pieces that came."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, UtcDateTime
from core.ids import new_id


class Upload(Model):
    """A file that comes piece by piece; it becomes the document of the same `id`.

    `owner` is the id of the actor who sends it. `length` are the bytes announced, `received` those that
    came.
    """

    __tablename__ = "upload"
    __table_args__ = (Index(None, "owner"), Index(None, "expires_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    owner: Mapped[str]
    document_type: Mapped[str]
    file_name: Mapped[str]
    length: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UploadPiece(Model):
    """The bytes of an upload from `start` on; where they are in quarantine."""

    __tablename__ = "upload_piece"

    upload_id: Mapped[UUID] = mapped_column(
        ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True
    )
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    storage_key: Mapped[str]
