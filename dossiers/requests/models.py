"""The table of requests."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime
from core.ids import new_id


class RequestKind(StrEnum):
    """What is asked: a supplement of the applicant, all else of whoever decides."""

    SUPPLEMENT = "supplement"
    WITHDRAWAL = "withdrawal"
    CORRECTION = "correction"
    EXTENSION = "extension"
    STOP = "stop"
    REFUSAL = "refusal"


class RequestState(StrEnum):
    """Where a request stands. It lapses when the dossier is over before it was answered."""

    ASKED = "asked"
    GRANTED = "granted"
    DENIED = "denied"
    FULFILLED = "fulfilled"
    LAPSED = "lapsed"
    TAKEN_BACK = "taken-back"


_STANDING: Final = text("state = 'asked'")


class DossierRequest(Model):
    """One request about a dossier; of a kind, one stands at a time.

    `round` counts those of its kind from 1. `what` holds, by kind: `items` and `basis` of a
    supplement, and the `enquiry` in whose place it asks; `fields`, `granted` and `changes` of a
    correction; `old_due`, `new_due` of an extension; `basis` of a stop or a refusal. `reason` is the
    asker's, `answer` that of who answered. People are ids of actors. Reasons and `what` are emptied
    when the dossier is pseudonymised.
    """

    __tablename__ = "dossier_request"
    __table_args__ = (
        Index(None, "dossier_id", "id"),
        Index(
            "uq_dossier_request_standing",
            "dossier_id",
            "kind",
            unique=True,
            postgresql_where=_STANDING,
            sqlite_where=_STANDING,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    kind: Mapped[RequestKind]
    round: Mapped[int]
    state: Mapped[RequestState] = mapped_column(default=RequestState.ASKED)
    reason: Mapped[str]
    what: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    asked_by: Mapped[str]
    by_applicant: Mapped[bool]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    answer_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy declares it so
