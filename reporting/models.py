"""Tables of reports: what was asked for and made, and why dossiers were late."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime
from core.ids import new_id


class ReportKind(StrEnum):
    """What a report is about."""

    SETTLEMENT = "settlement"
    OVERDUE = "overdue"
    QUALITY = "quality"
    WORKLOAD = "workload"


class Report(Model):
    """A report of an agency about some days, both counted. `content` is null until it is made.

    `done` of `total` dossiers are looked at so far. One that was made by the calendar (`scheduled`)
    is made once. `content` holds tables without words of any language.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index(None, "agency_id", "id"),
        Index(
            "uq_report_scheduled",
            *("agency_id", "kind", "first_day", "last_day"),
            unique=True,
            postgresql_where=text("scheduled"),
            sqlite_where=text("scheduled"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[UUID]
    kind: Mapped[ReportKind]
    first_day: Mapped[date]
    last_day: Mapped[date]
    scheduled: Mapped[bool] = mapped_column(default=False)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content: Mapped[list[dict[str, Any]] | None] = mapped_column(JsonColumn)


class OverdueCause(Model):
    """Why a dossier was or is late, by a code of the profile; who said so, by the id of the actor."""

    __tablename__ = "overdue_cause"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    cause: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
