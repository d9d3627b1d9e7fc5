"""Tables of people, organisations and the keys they sign in with."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime
from core.ids import new_id


def _another(column: str) -> ForeignKey:
    """A reference within one table. It may point forward while rows of a backup are put back."""
    return ForeignKey(column, deferrable=True, initially="DEFERRED")


class MembershipState(StrEnum):
    """pending -> active | refused; only an active one gives rights."""

    PENDING = "pending"
    ACTIVE = "active"
    REFUSED = "refused"


class MembershipBasis(StrEnum):
    """How it was proven that somebody belongs to an organisation."""

    ENTERED = "entered"
    CLAIMED = "claimed"
    REGISTER = "register"
    DOCUMENT = "document"
    INVITATION = "invitation"


class Agency(Model):
    """A body that settles dossiers.

    `abbreviation` ends the numbers that it gives, such as HN; `names` maps a language to the
    official name. One that was closed has its end in `valid_until` and its `successor_id`; without a
    `valid_from` it has been there since ever.
    """

    __tablename__ = "agency"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    abbreviation: Mapped[str] = mapped_column(unique=True)
    names: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    valid_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    successor_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy declares it so


class Unit(Model):
    """A department of an agency; departments stand below departments (`parent_id`).

    A unit that was dissolved has its end in `valid_until` and, if one took over, its `successor_id`.
    """

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("agency_id", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    parent_id: Mapped[UUID | None] = mapped_column(_another("unit.id"), index=True)
    code: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    successor_id: Mapped[UUID | None] = mapped_column(_another("unit.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy declares it so


class Queue(Model):
    """A queue of tasks, in one agency or (agency_id null) in all; `code` is what processes call it.

    `work_rule` is a value of `work_rules.WorkRule`; `last_given` is the id of the actor who was given
    the newest task by it.
    """

    __tablename__ = "queue"
    __table_args__ = (
        UniqueConstraint("agency_id", "code"),
        Index(
            "uq_queue_of_all",
            "code",
            unique=True,
            postgresql_where=text("agency_id IS NULL"),
            sqlite_where=text("agency_id IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))
    code: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    work_rule: Mapped[str] = mapped_column(default="pull")
    last_given: Mapped[str] = mapped_column(default="", server_default="")
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy declares it so


class Account(Model):
    """Somebody who can sign in. `login` is stored folded; `kind` is a value of `actor.Kind`.

    `agency_id` is the agency that employs somebody of the staff; null is for the authority as a whole.
    From `emptied_at` on nothing in it tells who it was.
    """

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
    emptied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agency_id: Mapped[UUID | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class RoleGrant(Model):
    """A role of an account for a time, in one agency or (agency_id null) in all.

    `unit_id` and `service` (its key) narrow it further; null does not. `queue` is the one that the
    account works, null for the one named like the role.
    """

    __tablename__ = "role_grant"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    service: Mapped[str | None]
    queue: Mapped[str | None]
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy declares it so


class Membership(Model):
    """An account's part in an organisation, known by its enterprise number.

    `role` is a value of `actor.OrganisationRole`, `state` one of `MembershipState`. `basis` tells how
    it was proven. A membership that ended keeps its row; only one of a person in an organisation
    has not ended.
    """

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "ix_membership_standing",
            "account_id",
            "organisation_number",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index(None, "organisation_number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    organisation_number: Mapped[str]
    role: Mapped[str]
    state: Mapped[MembershipState] = mapped_column(
        default=MembershipState.ACTIVE, server_default=MembershipState.ACTIVE.value
    )
    basis: Mapped[MembershipBasis] = mapped_column(
        default=MembershipBasis.ENTERED, server_default=MembershipBasis.ENTERED.value
    )
    document_reference: Mapped[str | None]
    reason: Mapped[str | None]
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=now)
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    valid_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BrowserSession(Model):
    """One signed-in browser. Only the hash of its opaque token is kept.

    `proven_at` is when its owner last proved who he is, `assurance` how well (1 password, 2 two
    factors, or what an identity provider vouched for); `identity_id` and `provider_session` name
    the identity and the provider's own session behind it.
    """

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
    assurance: Mapped[int] = mapped_column(default=1, server_default="1")
    proven_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    identity_id: Mapped[UUID | None] = mapped_column(ForeignKey("external_identity.id"))
    provider_session: Mapped[str | None]


class ClientCredential(Model):
    """What a program signs in with: a secret (hashed) or a public key (PEM), and its scopes.

    `job_kinds` and `message_names` are those of the engine that it may work and publish. The account
    `contact_id` is that of the person who looks after it; null requests are without limit. A program
    of an organisation does what the membership `membership_id` allows, as long as that lasts, until
    `valid_until`.
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
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"), index=True)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
