"""Tables of petitions and of ratings."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, UtcDateTime, index_where
from core.ids import new_id

WAITING = "state IN ('sent', 'asked')"


class PetitionState(StrEnum):
    """Where a petition stands; `asked` waits for its sender."""

    SENT = "sent"
    ASKED = "asked"
    REFUSED = "refused"
    ANSWERED = "answered"


class Reopened(StrEnum):
    """How an upheld petition reopened its case."""

    DOSSIER = "dossier"
    CORRECTION = "correction"


class Petition(Model):
    """A petition about a dossier, or about a service or an agency at large.

    It is the sender's account's, or else of whoever has the link whose hash is kept. `unit_id` is
    where it is handled: away from whom it concerns (`PetitionConcern`), None where only those see it
    who are there for the whole agency. The terms are moments; those of asking and answering begin anew
    when the sender has replied. What was reopened is named by `reopened_as` and `reopened_id`.
    """

    __tablename__ = "petition"
    __table_args__ = (
        Index(None, "dossier_id"),
        Index(None, "sender_id", "id"),
        index_where(WAITING, "ix_petition_waiting", "agency_id", "id"),
        index_where("published_at IS NOT NULL", "ix_petition_published", "published_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[UUID]
    unit_id: Mapped[UUID | None]
    service_key: Mapped[str]
    dossier_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossier.id"))
    sender_id: Mapped[UUID | None]
    name: Mapped[str]
    email: Mapped[str]
    language: Mapped[str]
    secret_hash: Mapped[bytes | None] = mapped_column(unique=True)
    text: Mapped[str]
    may_be_published: Mapped[bool]
    state: Mapped[PetitionState] = mapped_column(default=PetitionState.SENT)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    refuse_until: Mapped[datetime] = mapped_column(UtcDateTime)
    ask_until: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_until: Mapped[datetime] = mapped_column(UtcDateTime)
    publish_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    question: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(default="")
    upheld: Mapped[bool | None]
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened_as: Mapped[Reopened | None]
    reopened_id: Mapped[UUID | None]
    published_text: Mapped[str] = mapped_column(default="")
    published_answer: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    emptied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy declares it so


class PetitionConcern(Model):
    """Somebody whom a petition concerns, by the id of the actor: he neither sees nor answers it."""

    __tablename__ = "petition_concern"

    petition_id: Mapped[UUID] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)


class Rating(Model):
    """How the applicant found the settling of his dossier, said once after the result.

    `value` is a key of the profile's ratings; `disliked` is what the profile said of it then.
    """

    __tablename__ = "rating"
    __table_args__ = (Index(None, "agency_id", "rated_at"),)

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    agency_id: Mapped[UUID]
    service_key: Mapped[str]
    value: Mapped[str]
    disliked: Mapped[bool]
    text: Mapped[str]
    rated_by: Mapped[str]
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)
