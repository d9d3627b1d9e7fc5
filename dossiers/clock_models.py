"""Tables of the legal clock: when it stood, and every due date that was told before another."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, UtcDateTime
from core.ids import new_id
from workflows.vocabulary import DossierStatus


class DueCause(StrEnum):
    """Why a due date was changed."""

    RETURNED = "returned"
    CALENDAR = "calendar"
    EXTENDED = "extended"


class ClockPause(Model):
    """A time in which the authority waited for the applicant; without an end it still does."""

    __tablename__ = "clock_pause"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    status: Mapped[DossierStatus]
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DueChange(Model):
    """A due date that took the place of another (`NgayHenTraTruoc`, `NgayHenTraMoi` of the portal)."""

    __tablename__ = "due_change"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    before: Mapped[datetime] = mapped_column(UtcDateTime)
    after: Mapped[datetime] = mapped_column(UtcDateTime)
    cause: Mapped[DueCause]
    note: Mapped[str] = mapped_column(default="")
    by: Mapped[str]
