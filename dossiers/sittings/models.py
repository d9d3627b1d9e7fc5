"""Tables of sittings: what a leader chose to sign at once, and what became of each."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime
from core.ids import new_id


class SittingState(StrEnum):
    """open -> running -> done; running -> paused -> running. Open and paused ones may be cancelled."""

    OPEN = "open"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    """waiting -> decided -> signed. Skipped could not be decided; excluded was left out."""

    WAITING = "waiting"
    EXCLUDED = "excluded"
    DECIDED = "decided"
    SIGNED = "signed"
    SKIPPED = "skipped"


class Sitting(Model):
    """What one leader (`by`, an actor's id) signs in one go.

    `proven_at` and `assurance` are the proof under which it was confirmed last; `problem` says why it
    is paused, as `problem_of` words an error.
    """

    __tablename__ = "sitting"
    __table_args__ = (Index(None, "by", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    by: Mapped[str]
    language: Mapped[str]
    state: Mapped[SittingState] = mapped_column(default=SittingState.OPEN)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proven_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assurance: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)


class SittingItem(Model):
    """One task of a sitting, counted from 1; `seen` is the fingerprint of the case looked at."""

    __tablename__ = "sitting_item"
    __table_args__ = (
        Index(None, "sitting_id", "state", "number"),
        Index(None, "instance_id"),
    )

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[UUID]
    instance_id: Mapped[UUID]
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    reference: Mapped[str]
    element_id: Mapped[str]
    seen: Mapped[str]
    state: Mapped[ItemState] = mapped_column(default=ItemState.WAITING)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
