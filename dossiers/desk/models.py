"""Tables of reception at the desk: who came, for whom, with which papers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime
from core.ids import new_id


class Standing(StrEnum):
    """How whoever submits stands to the owner of a dossier."""

    ONESELF = "oneself"
    REPRESENTATIVE = "representative"
    MANDATE = "mandate"
    RELATIVE = "relative"


class DeskReception(Model):
    """A dossier that a clerk of `agency_id` entered. `owner` and `submitter` are as they proved it:
    name, identity_number, address, phone, email. They give no account any right.

    `owner_mark` is the keyed hash of the owner's identity number, by which that person may claim the
    dossier; `fact` the slow hash of what is asked besides the code of who follows it without an
    account. `standing_paper` names the paper on which another submitter stands.
    """

    __tablename__ = "desk_reception"
    __table_args__ = (Index(None, "agency_id", "entered_at"),)

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    agency_id: Mapped[UUID]
    owner: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    submitter: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    standing: Mapped[Standing]
    standing_paper: Mapped[str] = mapped_column(default="")
    owner_mark: Mapped[bytes | None] = mapped_column(LargeBinary)
    fact_kind: Mapped[str] = mapped_column(default="")
    fact: Mapped[str] = mapped_column(default="")
    entered_by: Mapped[str]
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    accepted_by: Mapped[str | None]
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PaperComponent(Model):
    """What was brought on paper of one kind; `compared` tells that the clerk saw the original."""

    __tablename__ = "paper_component"
    __table_args__ = (UniqueConstraint("dossier_id", "document_type"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    document_type: Mapped[str]
    originals: Mapped[int] = mapped_column(default=0)
    copies: Mapped[int] = mapped_column(default=0)
    compared: Mapped[bool] = mapped_column(default=False)
    entered_by: Mapped[str]
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
