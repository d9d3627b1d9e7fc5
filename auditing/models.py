"""Tables of the auditor's desk: samples, access reviews, and how far the log server was told."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime, index_where
from core.ids import new_id


class Inquiry(Model):
    """What samples and access reviews share: where, how often changed, and one sign-off for all of it.

    No agency is all of them. People are ids of actors.
    """

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[UUID | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    signed_by: Mapped[str | None]
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    conclusion: Mapped[str] = mapped_column(default="")


class Sample(Inquiry):
    """Dossiers drawn at random of those that were finished on certain days, both counted.

    The same seed draws the same dossiers of the same population again.
    """

    __tablename__ = "audit_sample"

    service_key: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    seed: Mapped[str]
    population: Mapped[int]
    drawn_by: Mapped[str]
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class SampledDossier(Model):
    """One dossier of a sample; `checks` maps a question of the checklist to yes, no or none."""

    __tablename__ = "audit_sampled_dossier"

    sample_id: Mapped[UUID] = mapped_column(ForeignKey("audit_sample.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID]
    checks: Mapped[dict[str, str]] = mapped_column(JsonColumn, default=dict)
    note: Mapped[str] = mapped_column(default="")
    checked_by: Mapped[str | None]
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Verdict(StrEnum):
    """What a reviewer says of a grant."""

    KEEP = "keep"
    WITHDRAW = "withdraw"


class Outcome(StrEnum):
    """What an administrator made of a grant that was marked."""

    WITHDRAWN = "withdrawn"
    KEPT = "kept"


class AccessReview(Inquiry):
    """All grants in an agency (null: that reach all agencies) on a day, judged one by one."""

    __tablename__ = "access_review"

    day: Mapped[date]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class ReviewedGrant(Model):
    """One grant of a review: the verdict on it, and what an administrator then did.

    `waiting` is true from the sign-off of a review that marked it until an administrator settled it.
    """

    __tablename__ = "reviewed_grant"
    __table_args__ = (index_where("waiting", "ix_reviewed_grant_waiting", "review_id"),)

    review_id: Mapped[UUID] = mapped_column(ForeignKey("access_review.id"), primary_key=True)
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("role_grant.id"), primary_key=True)
    verdict: Mapped[Verdict | None]
    reason: Mapped[str] = mapped_column(default="")
    reviewed_by: Mapped[str | None]
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[Outcome | None]
    answer: Mapped[str] = mapped_column(default="")
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Relay(Model):
    """Who sends the record to the log server now, and since when the record is sent; one row."""

    __tablename__ = "audit_relay"

    id: Mapped[int] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    holder: Mapped[str] = mapped_column(default="")
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
