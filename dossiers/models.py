"""Tables of the case."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import JsonColumn, Model, UtcDateTime, index_where
from core.ids import new_id
from workflows.vocabulary import DossierStatus

__all__ = [
    "BookNumber",
    "Counter",
    "DecisionReason",
    "Document",
    "DocumentState",
    "Dossier",
    "DossierStatus",
    "LegacyOrigin",
    "PaymentOrder",
    "Proceeding",
    "RegisterEntry",
    "StatusChange",
]


UNDER_THE_CLOCK = "status IN ('received', 'processing')"
MAY_EXPIRE = "state IN ('valid', 'suspended') AND valid_until IS NOT NULL"
MAY_RESUME = "state = 'suspended' AND suspended_until IS NOT NULL"
STILL_WHOLE = "pseudonymised_at IS NULL AND submitted_at IS NOT NULL"


class Dossier(Model):
    """One application, from its first draft.

    `reference` is ours and exists from the start; `code` is the national dossier code, given at
    reception. `service_version` is that of the first draft until the dossier is submitted, which pins
    it. `organisation_number` is what the applicant states; `acting_for` is the organisation for which
    it was begun, or the stated one if its applicant represented it on sending, else empty: only the
    latter gives colleagues any right. `mandate_id` is the mandate by which it was begun for its owner,
    or for `acting_for`; once that has ended, `mandate_confirmed_at` tells when they took it over.
    `submitted_by` is the id of the actor who sent it. Received, due, finished and delivered are four
    different moments (domain glossary). `time_limit` (`amount`, `unit`) is what the law gave the
    authority at reception; while the clock stands (`ClockPause`) `due_at` is the day promised before.
    `agency_id` and `unit_id` settle it; `receiving_agency_id` and `receiving_unit_id` took it in, null
    when they are the same.
    From `pseudonymised_at` on nothing in it tells of a person.
    """

    __tablename__ = "dossier"
    __table_args__ = (
        Index("ix_dossier_owner", "owner_id", "id"),
        Index("ix_dossier_agency", "agency_id", "id"),
        Index("ix_dossier_acting_for", "acting_for", "owner_id", "id"),
        index_where(UNDER_THE_CLOCK, "ix_dossier_under_the_clock", "due_at"),
        index_where(STILL_WHOLE, "ix_dossier_still_whole", "service_key", "agency_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str | None] = mapped_column(unique=True)
    legacy_code: Mapped[str | None] = mapped_column(unique=True, index=True)
    service_key: Mapped[str]
    service_version: Mapped[str]
    agency_id: Mapped[UUID]
    unit_id: Mapped[UUID | None]
    receiving_agency_id: Mapped[UUID | None]
    receiving_unit_id: Mapped[UUID | None]
    owner_id: Mapped[UUID]
    acting_for: Mapped[str] = mapped_column(default="")
    mandate_id: Mapped[UUID | None] = mapped_column(index=True)
    mandate_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by: Mapped[str | None]
    organisation_number: Mapped[str | None]
    organisation_name: Mapped[str | None]
    channel: Mapped[str] = mapped_column(default="online")
    language: Mapped[str]
    answers: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)
    instance_id: Mapped[UUID | None] = mapped_column(unique=True)
    status: Mapped[DossierStatus] = mapped_column(default=DossierStatus.DRAFT)
    status_sequence: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    time_limit: Mapped[dict[str, str] | None] = mapped_column(JsonColumn)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pseudonymised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy declares it so


class Proceeding(Model):
    """One running process and what it is about: a dossier, or an entry of the register.

    Every process instance that this room starts has exactly one row; task lists join on it.
    """

    __tablename__ = "proceeding"

    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(index=True)
    unit_id: Mapped[UUID | None]
    service_key: Mapped[str]
    service_version: Mapped[str]
    reference: Mapped[str]
    owner_id: Mapped[UUID]
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_entry.id"))


class LegacyOrigin(Model):
    """What an older system knew of a dossier that goes on here, and how it is to go on.

    `state` is a key of the service's `legacy_entry`, `said` the word that was used there. `applicant`
    holds name, email and phone as they stood there; they give nobody a right. `owner_id` is the
    account that is certainly the applicant's; `identity_hash` the keyed hash of the identity number by
    which its person may claim it. `officer` is the id of the actor who handled it. Until `released_at`
    the dossier is a draft of nobody.
    """

    __tablename__ = "legacy_origin"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    state: Mapped[str]
    said: Mapped[str]
    remark: Mapped[str]
    applicant: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    acting_for: Mapped[str]
    owner_id: Mapped[UUID | None]
    identity_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    officer: Mapped[str]
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StatusChange(Model):
    """One step in a dossier's life as the outside sees it.

    `position` numbers all changes for the feed's readers. A relay gives it after commit, so a reader
    who has seen position n has seen everything before n.
    """

    __tablename__ = "status_change"
    __table_args__ = (
        Index(
            "ix_status_change_unnumbered",
            "dossier_id",
            "sequence",
            postgresql_where=text("position IS NULL"),
            sqlite_where=text("position IS NULL"),
        ),
    )

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[DossierStatus]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    position: Mapped[int | None] = mapped_column(BigInteger, unique=True)


class DecisionReason(Model):
    """Why a decision table answered as it did, told in every language when it was asked.

    `rules` names what held, as `table#rule`. What was looked at may be personal, so it stands here
    and not in the audit chain.
    """

    __tablename__ = "decision_reason"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    element_id: Mapped[str]
    decision_id: Mapped[str]
    value: Mapped[str]
    rules: Mapped[list[str]] = mapped_column(JsonColumn)
    explanation: Mapped[dict[str, str]] = mapped_column(JsonColumn)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DocumentState(StrEnum):
    """Whether the file of a document passed its check."""

    CHECKING = "checking"
    THERE = "there"
    REFUSED = "refused"


class Document(Model):
    """A file of a dossier: a component sent by the applicant, or a paper made by the authority.

    A `confidential` one is opened by whose dossier it is, and by who works a task that reads its kind.
    Equal files of a dossier share one `storage_key`. From `erased_at` on the file is gone.
    Nobody opens one whose `state` is not `there`. `findings` tells of one that was changed what was
    taken out (`removed`) and how it was `sent`, of one that was `refused` why (`code`, `params`).
    """

    __tablename__ = "document"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    document_type: Mapped[str]
    origin: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str] = mapped_column(index=True)
    confidential: Mapped[bool] = mapped_column(default=False, server_default=false())
    added_by: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[DocumentState] = mapped_column(
        default=DocumentState.THERE, server_default=DocumentState.THERE.value
    )
    findings: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)

    # Only where a query has read it along: nothing is asked behind anybody's back.
    dossier: Mapped[Dossier] = relationship(viewonly=True, lazy="raise")


class PaymentOrder(Model):
    """A fee that the applicant owes; its reference is what the payment platform knows it by.

    `state` is a word of `dossiers.fees.states`. `way` is how it is paid: by the `gateway`, or at
    the desk in `cash` or by `transfer`. An order that takes the place of another has the other's
    `claim_id` (that of the first one is null); only one of a claim is paid.
    """

    __tablename__ = "payment_order"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    amount: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str] = mapped_column(default="created")
    checkout_url: Mapped[str | None]
    transaction_code: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim_id: Mapped[UUID | None]
    way: Mapped[str] = mapped_column(default="gateway", server_default="gateway")
    note: Mapped[str] = mapped_column(default="", server_default="")


class Counter(Model):
    """A gap-free counter, such as the dossier codes of one agency on one day."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class BookNumber(Model):
    """A number taken from an agency's book. It is never given twice, whatever becomes of it.

    `period` is the year of a book that begins anew with each, else empty. `purpose` is `result`,
    `copy` for a certified copy, or `decision` for one about an entry. `state` is `reserved`, `issued`
    once it is used, or `void`; `reason` says what hinders a reserved one, or why it is void.
    """

    __tablename__ = "book_number"
    __table_args__ = (UniqueConstraint("agency_id", "book", "period", "sequence"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[UUID]
    book: Mapped[str]
    period: Mapped[str] = mapped_column(default="", server_default="")
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str] = mapped_column(default="result", server_default="result")
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    state: Mapped[str] = mapped_column(default="reserved")
    reason: Mapped[str | None]
    reserved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by: Mapped[str | None]


class RegisterEntry(Model):
    """A published result. `facts` are public by law; `check_code` is what the QR code carries.

    `state` is one of `register_entries.models.EntryState`; `ended_at` is when it ceased for good.
    `valid_until` is its last day, `suspended_until` the last day of a suspension that has one.
    `facts_version` counts what was amended; `search_text` is what the public finds it by.
    """

    __tablename__ = "register_entry"
    __table_args__ = (
        index_where(MAY_EXPIRE, "ix_register_entry_expiring", "valid_until"),
        index_where(MAY_RESUME, "ix_register_entry_resuming", "suspended_until"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[UUID]
    service_key: Mapped[str]
    service_version: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    number: Mapped[str] = mapped_column(unique=True)
    check_code: Mapped[str] = mapped_column(unique=True)
    organisation_number: Mapped[str] = mapped_column(index=True)
    organisation_name: Mapped[str]
    holder_number_public: Mapped[bool] = mapped_column(default=True, server_default=true())
    facts: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
    facts_version: Mapped[int] = mapped_column(default=1, server_default="1")
    search_text: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(default="valid")
    issued_on: Mapped[date]
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[date | None]
    suspended_until: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaced_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawal_reason: Mapped[str | None]
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy declares it so
