"""Tables of enquiries and of what was answered."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, UtcDateTime
from core.ids import new_id


class EnquiryState(StrEnum):
    """What the source has said so far."""

    ASKED = "asked"
    ANSWERED = "answered"
    UNAVAILABLE = "unavailable"


class Source(StrEnum):
    """Where what was asked for came from in the end."""

    DATA = "data"
    PAPER = "paper"


class DataEnquiry(Model):
    """That another system was asked something about somebody, why, and by which right.

    `kind` is a kind of document that the service calls confidential. From `paper_asked_at` on the
    applicant is asked for the paper instead. With `closed_at` the process has gone on, with what
    `source` names; null is neither. What was answered stands in `SealedAnswer`.
    """

    __tablename__ = "data_enquiry"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    instance_id: Mapped[UUID]
    kind: Mapped[str]
    purpose: Mapped[str]
    legal_basis: Mapped[str]
    state: Mapped[EnquiryState] = mapped_column(default=EnquiryState.ASKED)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paper_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    source: Mapped[Source | None]


class SealedAnswer(Model):
    """What was answered, sealed for this one row; `delivered_by` is the id of the program.

    The row goes when the dossier is pseudonymised.
    """

    __tablename__ = "sealed_answer"

    enquiry_id: Mapped[UUID] = mapped_column(ForeignKey("data_enquiry.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    delivered_by: Mapped[str]
    delivered_at: Mapped[datetime] = mapped_column(UtcDateTime)
