"""Tables of fees beside the orders: lines, exemptions, every movement of money, refunds, receipts.

Amounts are whole numbers in the smallest unit of their currency. People are ids of actors.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime, index_where
from core.ids import new_id


class ExemptionState(StrEnum):
    """How far an exemption has come; `by-rule` ones hold by themselves."""

    BY_RULE = "by-rule"
    ASKED = "asked"
    GRANTED = "granted"
    DENIED = "denied"


class MovementKind(StrEnum):
    """Why money came or went: a fee, one for a case that was over, too much, or given back."""

    FEE = "fee"
    LATE = "late"
    SURPLUS = "surplus"
    REFUND = "refund"


class MatterKind(StrEnum):
    """What a clerk must look at."""

    TARIFF_GAP = "tariff-gap"
    OTHER_AMOUNT = "other-amount"
    PAID_TWICE = "paid-twice"
    PAID_LATE = "paid-late"


class RefundState(StrEnum):
    """How far a refund has come."""

    ASKED = "asked"
    APPROVED = "approved"
    DENIED = "denied"
    DONE = "done"
    FAILED = "failed"


class RefundGround(StrEnum):
    """Why a fee is given back."""

    APPLICANT = "applicant"
    AGENCY_ERRED = "agency-erred"
    RULE = "rule"
    EXEMPTION = "exemption"
    NOT_OWED = "not-owed"


class FeeLine(Model):
    """One kind of fee in an order, with the line of the tariff by which it was taken.

    `amount` is null until an officer has said it. `fallback` tells by which rule it was taken where the
    tariff had no line; `exemption` what was taken off `full_amount`.
    """

    __tablename__ = "fee_line"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("payment_order.id"), index=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    position: Mapped[int]
    fee: Mapped[str]
    amount: Mapped[int | None] = mapped_column(BigInteger)
    full_amount: Mapped[int] = mapped_column(BigInteger)
    tariff_key: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    source: Mapped[str] = mapped_column(default="")
    verified: Mapped[bool] = mapped_column(default=False)
    fallback: Mapped[str] = mapped_column(default="")
    exemption: Mapped[str] = mapped_column(default="")


class FeeExemption(Model):
    """That somebody owes less: by rule, or asked for with a proof and decided by a clerk."""

    __tablename__ = "fee_exemption"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("payment_order.id"))
    exemption: Mapped[str]
    percent: Mapped[int]
    basis: Mapped[str]
    state: Mapped[ExemptionState]
    reason: Mapped[str] = mapped_column(default="")
    proof_id: Mapped[UUID | None]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(default="")


class FeeMovement(Model):
    """Money that came (above zero) or went (below): never changed, never removed.

    `day` is the legal date. The same transaction of the same order moves money of a kind once.
    """

    __tablename__ = "fee_movement"
    __table_args__ = (
        UniqueConstraint("order_id", "transaction_code", "kind"),
        Index(None, "agency_id", "day"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("payment_order.id"))
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    agency_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    day: Mapped[date]
    kind: Mapped[MovementKind]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    way: Mapped[str]
    transaction_code: Mapped[str]
    by: Mapped[str]


class FeeMatter(Model):
    """Something about a fee that a clerk must look at; open until `settled_at`."""

    __tablename__ = "fee_matter"
    __table_args__ = (
        UniqueConstraint("order_id", "transaction_code", "kind"),
        index_where("settled_at IS NULL", "ix_fee_matter_open", "agency_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("payment_order.id"))
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    agency_id: Mapped[UUID]
    kind: Mapped[MatterKind]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    transaction_code: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(default="")


class FeeRefund(Model):
    """That money is to be given back: asked, approved by another person, sent, done or failed.

    `reference` is what the payment platform knows it by. `matter_id` is set where money came that was
    no fee.
    """

    __tablename__ = "fee_refund"
    __table_args__ = (
        index_where("state IN ('asked', 'approved', 'failed')", "ix_fee_refund_open", "agency_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("payment_order.id"), index=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    agency_id: Mapped[UUID]
    matter_id: Mapped[UUID | None] = mapped_column(ForeignKey("fee_matter.id"))
    reference: Mapped[str] = mapped_column(unique=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    way: Mapped[str]
    transaction_code: Mapped[str]
    ground: Mapped[RefundGround]
    state: Mapped[RefundState] = mapped_column(default=RefundState.ASKED)
    reason: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FeeReceipt(Model):
    """A receipt (biên lai) from an agency's book: numbered without gaps, cancelled but never reused."""

    __tablename__ = "fee_receipt"
    __table_args__ = (UniqueConstraint("agency_id", "series", "year", "sequence"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[UUID]
    series: Mapped[str]
    year: Mapped[int]
    sequence: Mapped[int]
    number: Mapped[str]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("payment_order.id"), index=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    payer: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn)
    way: Mapped[str]
    issued_by: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    document_id: Mapped[UUID | None]
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by: Mapped[str | None]
    cancel_reason: Mapped[str] = mapped_column(default="")


class FeeReconciliation(Model):
    """A comparison of an agency's journal with the payment platform; `differences` once it is done."""

    __tablename__ = "fee_reconciliation"
    __table_args__ = (Index(None, "agency_id", "asked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[UUID]
    first: Mapped[date]
    last: Mapped[date]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    compared: Mapped[int] = mapped_column(default=0)
    differences: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)


class FeeWarning(Model):
    """That administrators were told of a day without a tariff line; each is told once."""

    __tablename__ = "fee_warning"

    key: Mapped[str] = mapped_column(primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
