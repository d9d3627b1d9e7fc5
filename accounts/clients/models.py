"""Tables of programs that call us, beside `ClientCredential`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import Model, UtcDateTime
from core.ids import new_id


class ClientKey(Model):
    """A public key (PEM) with which a program may sign its assertions, for a time.

    `key_id` is the `kid` that the program names; an algorithm of JSON Web Signatures goes with it.
    """

    __tablename__ = "client_key"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    credential_id: Mapped[UUID] = mapped_column(ForeignKey("client_credential.id"))
    key_id: Mapped[str]
    algorithm: Mapped[str]
    public_key: Mapped[str]
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    added_by: Mapped[str]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("credential_id", "key_id"),)


class UsedAssertion(Model):
    """An assertion that was accepted: until it expires, its `jti` is not accepted again."""

    __tablename__ = "client_assertion"

    client_id: Mapped[str] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ClientQuota(Model):
    """How many requests of a window (`minute` or `day`) the server processes have taken for a client.

    A process takes some at a time and spends them in memory.
    """

    __tablename__ = "client_quota"

    client_id: Mapped[str] = mapped_column(primary_key=True)
    span: Mapped[str] = mapped_column(primary_key=True)
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    taken: Mapped[int]


class ClientUsage(Model):
    """Requests of a client on one day of UTC (as 2026-11-22), and how many of them were refused."""

    __tablename__ = "client_usage"

    client_id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    calls: Mapped[int]
    errors: Mapped[int]


class ClientCall(Model):
    """One of the last requests of a client. `route` has no values; `problem` is the code of an error.

    `detail` says more than was answered, for the integrator alone: why an assertion was refused.
    """

    __tablename__ = "client_call"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    method: Mapped[str]
    route: Mapped[str]
    status: Mapped[int]
    problem: Mapped[str]
    detail: Mapped[str]

    __table_args__ = (Index(None, "client_id", "id"),)
