"""Tables of how a department is run: former names, proposed roles, substitutes, the first start."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime, index_where
from core.ids import new_id


class FormerName(Model):
    """What an agency or a unit was called until a moment; since the last of them, as its row says."""

    __tablename__ = "former_name"
    __table_args__ = (Index(None, "place_id", "valid_until"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    place_id: Mapped[UUID]
    names: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    valid_until: Mapped[datetime] = mapped_column(UtcDateTime)


class GrantState(StrEnum):
    """How far a proposed role has come."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class GrantProposal(Model):
    """A role that one administrator proposes and another one decides; as `RoleGrant` otherwise.

    People are named by the ids of their actors.
    """

    __tablename__ = "grant_proposal"
    __table_args__ = (index_where("state = 'proposed'", "ix_grant_proposal_open", "proposed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str]
    agency_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    service: Mapped[str | None]
    queue: Mapped[str | None]
    valid_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str]
    state: Mapped[GrantState] = mapped_column(default=GrantState.PROPOSED)
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(default="")


class Substitution(Model):
    """Days, both counted, on which somebody is away; perhaps another one works for him.

    `queues` and `services` narrow what is passed on, empty lists do not; `signing` passes on what a
    director signs, too. People are named by the ids of their accounts.
    """

    __tablename__ = "substitution"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    substitute_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    queues: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    services: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    signing: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    named_by: Mapped[str]
    named_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FirstRun(Model):
    """How far the first start has come; one row. `left` names the steps that were passed over."""

    __tablename__ = "first_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    left: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
