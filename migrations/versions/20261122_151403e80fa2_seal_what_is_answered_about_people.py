"""Seal what is answered about people, and know which papers are confidential."""

import sqlalchemy as sa
from alembic import op

revision = "151403e80fa2"
down_revision = "6e462de8087b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; no paper so far is confidential."""
    op.create_table(
        "data_enquiry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paper_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_data_enquiry_dossier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_enquiry")),
    )
    op.create_index(op.f("ix_data_enquiry_dossier_id"), "data_enquiry", ["dossier_id"])
    op.create_table(
        "sealed_answer",
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("delivered_by", sa.String(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["data_enquiry.id"], name=op.f("fk_sealed_answer_enquiry_id")
        ),
        sa.PrimaryKeyConstraint("enquiry_id", name=op.f("pk_sealed_answer")),
    )
    with op.batch_alter_table("document") as batch:
        batch.add_column(
            sa.Column("confidential", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("document") as batch:
        batch.drop_column("confidential")
    op.drop_table("sealed_answer")
    op.drop_table("data_enquiry")
