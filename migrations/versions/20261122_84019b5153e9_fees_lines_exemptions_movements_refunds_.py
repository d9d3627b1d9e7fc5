"""Fees: lines, exemptions, movements, refunds, receipts."""

from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql

from core.database import UtcDateTime
from workflows.profiles import read_profile

revision = "84019b5153e9"
down_revision = "e6c02b5e85aa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fee_reconciliation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column(
            "differences", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_reconciliation")),
    )
    with op.batch_alter_table("fee_reconciliation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_fee_reconciliation_agency_id_asked_at"),
            ["agency_id", "asked_at"],
            unique=False,
        )

    op.create_table(
        "fee_warning",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "first", name=op.f("pk_fee_warning")),
    )

    op.create_table(
        "fee_exemption",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("exemption", sa.String(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proof_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_fee_exemption_dossier_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["payment_order.id"], name=op.f("fk_fee_exemption_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_exemption")),
    )
    with op.batch_alter_table("fee_exemption", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_fee_exemption_dossier_id"), ["dossier_id"], unique=False
        )

    op.create_table(
        "fee_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fee", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("full_amount", sa.BigInteger(), nullable=False),
        sa.Column("tariff_key", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("fallback", sa.String(), nullable=False),
        sa.Column("exemption", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_fee_line_dossier_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["payment_order.id"], name=op.f("fk_fee_line_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_line")),
    )
    with op.batch_alter_table("fee_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fee_line_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fee_line_order_id"), ["order_id"], unique=False)

    op.create_table(
        "fee_matter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("transaction_code", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_fee_matter_dossier_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["payment_order.id"], name=op.f("fk_fee_matter_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_matter")),
        sa.UniqueConstraint(
            "order_id",
            "transaction_code",
            "kind",
            name=op.f("uq_fee_matter_order_id_transaction_code_kind"),
        ),
    )
    with op.batch_alter_table("fee_matter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fee_matter_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(
            "ix_fee_matter_open",
            ["agency_id"],
            unique=False,
            postgresql_where=sa.text("settled_at IS NULL"),
            sqlite_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "fee_movement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("transaction_code", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_fee_movement_dossier_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["payment_order.id"], name=op.f("fk_fee_movement_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_movement")),
        sa.UniqueConstraint(
            "order_id",
            "transaction_code",
            "kind",
            name=op.f("uq_fee_movement_order_id_transaction_code_kind"),
        ),
    )
    with op.batch_alter_table("fee_movement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_fee_movement_agency_id_day"), ["agency_id", "day"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_fee_movement_dossier_id"), ["dossier_id"], unique=False
        )

    op.create_table(
        "fee_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column(
            "lines", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(), nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_fee_receipt_dossier_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["payment_order.id"], name=op.f("fk_fee_receipt_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_receipt")),
        sa.UniqueConstraint(
            "agency_id",
            "series",
            "year",
            "sequence",
            name=op.f("uq_fee_receipt_agency_id_series_year_sequence"),
        ),
    )
    with op.batch_alter_table("fee_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fee_receipt_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fee_receipt_order_id"), ["order_id"], unique=False)

    op.create_table(
        "fee_refund",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("transaction_code", sa.String(), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_fee_refund_dossier_id")
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["fee_matter.id"], name=op.f("fk_fee_refund_matter_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["payment_order.id"], name=op.f("fk_fee_refund_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_refund")),
        sa.UniqueConstraint("reference", name=op.f("uq_fee_refund_reference")),
    )
    with op.batch_alter_table("fee_refund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fee_refund_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(
            "ix_fee_refund_open",
            ["agency_id"],
            unique=False,
            postgresql_where=sa.text("state IN ('asked', 'approved', 'failed')"),
            sqlite_where=sa.text("state IN ('asked', 'approved', 'failed')"),
        )
        batch_op.create_index(batch_op.f("ix_fee_refund_order_id"), ["order_id"], unique=False)

    with op.batch_alter_table("payment_order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claim_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("way", sa.String(), server_default="gateway", nullable=False))
        batch_op.add_column(sa.Column("note", sa.String(), server_default="", nullable=False))

    _carry_over()


def downgrade() -> None:
    with op.batch_alter_table("payment_order", schema=None) as batch_op:
        batch_op.drop_column("note")
        batch_op.drop_column("way")
        batch_op.drop_column("claim_id")

    with op.batch_alter_table("fee_refund", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fee_refund_order_id"))
        batch_op.drop_index(
            "ix_fee_refund_open",
            postgresql_where=sa.text("state IN ('asked', 'approved', 'failed')"),
            sqlite_where=sa.text("state IN ('asked', 'approved', 'failed')"),
        )
        batch_op.drop_index(batch_op.f("ix_fee_refund_dossier_id"))

    op.drop_table("fee_refund")
    with op.batch_alter_table("fee_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fee_receipt_order_id"))
        batch_op.drop_index(batch_op.f("ix_fee_receipt_dossier_id"))

    op.drop_table("fee_receipt")
    with op.batch_alter_table("fee_movement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fee_movement_dossier_id"))
        batch_op.drop_index(batch_op.f("ix_fee_movement_agency_id_day"))

    op.drop_table("fee_movement")
    with op.batch_alter_table("fee_matter", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_fee_matter_open",
            postgresql_where=sa.text("settled_at IS NULL"),
            sqlite_where=sa.text("settled_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_fee_matter_dossier_id"))

    op.drop_table("fee_matter")
    with op.batch_alter_table("fee_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fee_line_order_id"))
        batch_op.drop_index(batch_op.f("ix_fee_line_dossier_id"))

    op.drop_table("fee_line")
    with op.batch_alter_table("fee_exemption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fee_exemption_dossier_id"))

    op.drop_table("fee_exemption")

    op.drop_table("fee_warning")
    with op.batch_alter_table("fee_reconciliation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fee_reconciliation_agency_id_asked_at"))

    op.drop_table("fee_reconciliation")


_ORDER = sa.table(
    "payment_order",
    sa.column("id", sa.Uuid()),
    sa.column("dossier_id", sa.Uuid()),
    sa.column("amount", sa.BigInteger()),
    sa.column("currency", sa.String()),
    sa.column("state", sa.String()),
    sa.column("transaction_code", sa.String()),
    sa.column("paid_at", UtcDateTime()),
)
_DOSSIER = sa.table("dossier", sa.column("id", sa.Uuid()), sa.column("agency_id", sa.Uuid()))
_MOVEMENT = sa.table(
    "fee_movement",
    sa.column("id", sa.Uuid()),
    sa.column("order_id", sa.Uuid()),
    sa.column("dossier_id", sa.Uuid()),
    sa.column("agency_id", sa.Uuid()),
    sa.column("at", UtcDateTime()),
    sa.column("day", sa.Date()),
    sa.column("kind", sa.String()),
    sa.column("amount", sa.BigInteger()),
    sa.column("currency", sa.String()),
    sa.column("way", sa.String()),
    sa.column("transaction_code", sa.String()),
    sa.column("by", sa.String()),
)


def _carry_over() -> None:
    """What came before is in the journal, too; what an older system took is not ours."""
    zone = ZoneInfo(read_profile(current_app.extensions["motcua.settings"].profile).time_zone)
    asked = sa.select(_ORDER, _DOSSIER.c.agency_id).join(
        _DOSSIER, _DOSSIER.c.id == _ORDER.c.dossier_id
    )
    rows = (
        op.get_bind()
        .execute(asked.where(_ORDER.c.paid_at.is_not(None), _ORDER.c.transaction_code.is_not(None)))
        .all()
    )
    moved = [
        {
            "id": uuid4(),
            "order_id": row.id,
            "dossier_id": row.dossier_id,
            "agency_id": row.agency_id,
            "at": row.paid_at,
            "day": row.paid_at.astimezone(zone).date(),
            "kind": "late" if row.state == "paid-late" else "fee",
            "amount": row.amount,
            "currency": row.currency,
            "way": "gateway",
            "transaction_code": row.transaction_code,
            "by": "system",
        }
        for row in rows
    ]
    if moved:
        op.bulk_insert(_MOVEMENT, moved)
