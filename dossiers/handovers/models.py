"""Tables of hand-overs between offices and people. Rows are only ever added."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime
from core.ids import new_id


class AnswerKind(StrEnum):
    """What became of a hand-over: open -> acknowledged -> returned, or open -> misrouted."""

    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    MISROUTED = "misrouted"


class HandOver(Model):
    """A dossier, or papers of it, sent to another place or person.

    `from_unit_id` and `to_unit_id` are null for the agency as a whole; `to_person` is the id of the
    actor it is meant for, empty for whoever works there. `papers` are their names at that moment.
    `due_at` is until when it is to come back. Purpose and papers are emptied with the dossier.
    """

    __tablename__ = "hand_over"
    __table_args__ = (
        Index(None, "dossier_id", "id"),
        Index(None, "to_agency_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    purpose: Mapped[str]
    papers: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    from_agency_id: Mapped[UUID]
    from_unit_id: Mapped[UUID | None]
    from_person: Mapped[str]
    to_agency_id: Mapped[UUID]
    to_unit_id: Mapped[UUID | None]
    to_person: Mapped[str] = mapped_column(default="")
    handed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HandOverAnswer(Model):
    """What the receiver did with a hand-over; `by` is the id of an actor, `reason` is emptied later."""

    __tablename__ = "hand_over_answer"
    __table_args__ = (UniqueConstraint("hand_over_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    hand_over_id: Mapped[UUID] = mapped_column(ForeignKey("hand_over.id"))
    kind: Mapped[AnswerKind]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    reason: Mapped[str] = mapped_column(default="")
