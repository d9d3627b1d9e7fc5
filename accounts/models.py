"""Tables of people, organisations and the keys they sign in with."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime
from core.ids import new_id


class Agency(Model):
    """A body that settles dossiers.

    `abbreviation` ends the numbers that it gives, such as HN; `names` maps a language to the
    official name.
    """

    __tablename__ = "agency"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    abbreviation: Mapped[str] = mapped_column(unique=True)
    names: Mapped[dict[str, str]] = mapped_column(JsonColumn)


class Account(Model):
    """Somebody who can sign in. `login` is stored folded; `kind` is a value of `actor.Kind`."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    login: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    email: Mapped[str | None]
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="vi")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    tokens_valid_from: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoleGrant(Model):
    """A role of an account, in one agency or (agency_id null) in all, for a time."""

    __tablename__ = "role_grant"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Membership(Model):
    """An account's part in an organisation, known by its enterprise number."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "organisation_number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    organisation_number: Mapped[str]
    role: Mapped[str]


class BrowserSession(Model):
    """One signed-in browser. Only the hash of its opaque token is kept."""

    __tablename__ = "browser_session"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user_agent: Mapped[str]


class ClientCredential(Model):
    """What a program signs in with: a secret (hashed) or a public key (PEM), and its scopes.

    `job_kinds` and `message_names` are those of the engine that it may work and publish. The account
    `contact_id` is that of the person who looks after it; null requests are without limit.
    """

    __tablename__ = "client_credential"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    client_id: Mapped[str] = mapped_column(unique=True)
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    public_key: Mapped[str | None]
    scopes: Mapped[list[str]] = mapped_column(JsonColumn)
    job_kinds: Mapped[list[str]] = mapped_column(JsonColumn, server_default="[]")
    message_names: Mapped[list[str]] = mapped_column(JsonColumn, server_default="[]")
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    requests_per_minute: Mapped[int | None]
    requests_per_day: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
