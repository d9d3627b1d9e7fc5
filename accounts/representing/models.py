"""Tables of organisations, invitations to them, and mandates."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime
from core.ids import new_id


class Organisation(Model):
    """An organisation for which somebody acts, or wants to. Its row is the lock of its members.

    `name` is the register's, empty until it has been asked.
    """

    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    looked_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Invitation(Model):
    """A way into an organisation for one person: whoever has the link and this login or e-mail."""

    __tablename__ = "organisation_invitation"
    __table_args__ = (Index(None, "organisation_number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_number: Mapped[str]
    role: Mapped[str]
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invited: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    invited_by: Mapped[str]
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Mandate(Model):
    """What a person or an organisation (the principal) lets somebody (the agent) do in its name.

    Exactly one of `principal_account_id` and `principal_organisation` is filled. `services` empty
    means every service; `actions` are values of `policy.Action`. `proof` is `given` when the
    principal gave it here himself, `paper` when a clerk entered it, with `document_reference`.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        Index(None, "agent_account_id"),
        Index(None, "principal_account_id"),
        Index(None, "principal_organisation"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    principal_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    principal_organisation: Mapped[str | None]
    principal_name: Mapped[str]
    agent_account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    services: Mapped[list[str]] = mapped_column(JsonColumn)
    actions: Mapped[list[str]] = mapped_column(JsonColumn)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proof: Mapped[str]
    document_reference: Mapped[str | None]
    given_by: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    revoked_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revocation_reason: Mapped[str | None]
