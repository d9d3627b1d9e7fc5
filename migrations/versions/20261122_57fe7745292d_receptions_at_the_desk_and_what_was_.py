"""Receptions at the desk and what was brought on paper."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "57fe7745292d"
down_revision = "6c47a27b3c72"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_reception",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column(
            "owner", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "submitter", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("standing", sa.String(length=40), nullable=False),
        sa.Column("standing_paper", sa.String(), nullable=False),
        sa.Column("owner_mark", sa.LargeBinary(), nullable=True),
        sa.Column("fact_kind", sa.String(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.String(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_desk_reception_dossier_id")
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_desk_reception")),
    )
    with op.batch_alter_table("desk_reception", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_desk_reception_agency_id_entered_at"),
            ["agency_id", "entered_at"],
            unique=False,
        )

    op.create_table(
        "paper_component",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("document_type", sa.String(), nullable=False),
        sa.Column("originals", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_paper_component_dossier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_component")),
        sa.UniqueConstraint(
            "dossier_id", "document_type", name=op.f("uq_paper_component_dossier_id_document_type")
        ),
    )


def downgrade() -> None:
    op.drop_table("paper_component")
    with op.batch_alter_table("desk_reception", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_desk_reception_agency_id_entered_at"))

    op.drop_table("desk_reception")
