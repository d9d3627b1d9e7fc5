"""Tables of what people prove themselves with, besides the password of their account."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import Model, UtcDateTime
from core.ids import new_id


class ExternalIdentity(Model):
    """Who an account is at an identity provider: the pair of issuer and subject, never an e-mail.

    `sealed_number` is the identity number that the provider told, sealed; `number_hash` its keyed hash.
    """

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), Index(None, "account_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    provider: Mapped[str]
    issuer: Mapped[str]
    subject: Mapped[str]
    sealed_number: Mapped[bytes | None] = mapped_column(LargeBinary)
    number_hash: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class ProvidedGrant(Model):
    """A role that an identity provider's groups gave: it goes when the group goes."""

    __tablename__ = "provided_grant"

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("role_grant.id"), primary_key=True)
    identity_id: Mapped[UUID] = mapped_column(ForeignKey("external_identity.id"), index=True)


class SecondFactor(Model):
    """An authenticator of codes that change (RFC 6238). It counts once `confirmed_at` is set.

    `last_step` is the latest half minute whose code was accepted: no code is accepted twice.
    """

    __tablename__ = "second_factor"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sealed_seed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Model):
    """A code for the day the authenticator is lost; it works once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailedLink(Model):
    """A secret sent by e-mail, good for one purpose and one use. `address` is where it went."""

    __tablename__ = "mailed_link"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    purpose: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    address: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AttemptCount(Model):
    """How often something was tried since the window opened; `key` is a hash of what and by whom."""

    __tablename__ = "attempt_count"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    number: Mapped[int]


class KnownBrowser(Model):
    """A browser with which somebody has signed in before; only the hash of its mark is kept."""

    __tablename__ = "known_browser"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    mark_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
