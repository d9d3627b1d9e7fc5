"""Tables of people who use a service without an account."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import Model, UtcDateTime
from core.ids import new_id


class GuestAccess(Model):
    """What somebody without an account asked for, and how he proves that it is his.

    `email` is folded. `fact_kind` is the profile's code of the second fact, `fact_hash` what is kept
    of it. The account of the kind guest is made when the first link is opened; it owns one dossier.
    It has ended once the dossier was taken over into an account of a person.
    """

    __tablename__ = "guest_access"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(index=True)
    fact_kind: Mapped[str]
    fact_hash: Mapped[str]
    service_key: Mapped[str]
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    language: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GuestLink(Model):
    """One mailed link; only the hash of its secret is kept. `tries` are wrong second facts so far."""

    __tablename__ = "guest_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    access_id: Mapped[UUID] = mapped_column(ForeignKey("guest_access.id"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
