"""Tables of escalation: that a stage of a due date was reached, and who was told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, UtcDateTime, index_where
from core.ids import new_id

NOT_YET_MAILED = "by_mail AND mailed_at IS NULL"
NOT_YET_READ = "read_at IS NULL"


class Escalation(Model):
    """A stage that a dossier, or one of its tasks, has reached for one due date.

    `subject_id` is the task's id, or the dossier's where no task is meant. The row is what makes a
    stage happen once: another due date is another row.
    """

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("subject_id", "stage", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    subject_id: Mapped[UUID]
    task_id: Mapped[UUID | None]
    stage: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class EscalationNotice(Model):
    """Somebody who was told, by the id of the actor; `mailed_at` and `read_at` are null until then."""

    __tablename__ = "escalation_notice"
    __table_args__ = (
        index_where(NOT_YET_MAILED, "ix_escalation_notice_to_mail", "person"),
        index_where(NOT_YET_READ, "ix_escalation_notice_unread", "person"),
    )

    escalation_id: Mapped[UUID] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    by_mail: Mapped[bool]
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
