"""Tables of what is settled by decision, and of the proposals behind it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from administration.timeline import Ruling
from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime, index_where
from core.ids import new_id


class ProposalState(StrEnum):
    """How far a proposal has come."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class SettingSubject(Model):
    """What is settled: one key of one kind, in one agency or (all zeros) everywhere.

    Its row is locked while anything about it changes, and its id is a chain of the record.
    """

    __tablename__ = "setting_subject"
    __table_args__ = (UniqueConstraint("kind", "agency_id", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    agency_id: Mapped[UUID]
    key: Mapped[str]
    decisions: Mapped[int] = mapped_column(default=0)


class SettingProposal(Model):
    """A value proposed for days from `valid_from` to `valid_until`, both counted; null ends what holds.

    `position` counts the decisions of its subject in the order in which they were taken. People are
    named by the ids of their actors.
    """

    __tablename__ = "setting_proposal"
    __table_args__ = (
        UniqueConstraint("subject_id", "position"),
        index_where("state = 'proposed'", "ix_setting_proposal_open", "proposed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("setting_subject.id"))
    value: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    reason: Mapped[str]
    state: Mapped[ProposalState]
    position: Mapped[int | None]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(default="")

    @property
    def ruling(self) -> Ruling:
        """What it says, apart from how far it has come."""
        return Ruling(self.value, self.valid_from, self.valid_until)
