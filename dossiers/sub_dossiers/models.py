"""The table of sub-dossiers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.database import JsonColumn, Model, UtcDateTime, index_where


class SubDossier(Model):
    """That a dossier is part of another one.

    `lead_instance_id` is the process that waits for the answer. `answer` is what the participating
    agency said, null until `answered_at`.
    """

    __tablename__ = "sub_dossier"
    __table_args__ = (
        index_where("answered_at IS NULL", "ix_sub_dossier_unanswered", "dossier_id"),
    )

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    lead_instance_id: Mapped[UUID]
    question: Mapped[str]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
