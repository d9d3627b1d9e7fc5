"""Know which dossiers are parts of others."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "6147aeb1107b"
down_revision = "7b0e6f2c1a55"
branch_labels = None
depends_on = None

_UNANSWERED = sa.text("answered_at IS NULL")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sub_dossier",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("lead_instance_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column(
            "answer", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_sub_dossier_dossier_id")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["dossier.id"], name=op.f("fk_sub_dossier_lead_id")),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_sub_dossier")),
    )
    op.create_index(op.f("ix_sub_dossier_lead_id"), "sub_dossier", ["lead_id"])
    op.create_index(
        "ix_sub_dossier_unanswered",
        "sub_dossier",
        ["dossier_id"],
        postgresql_where=_UNANSWERED,
        sqlite_where=_UNANSWERED,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("sub_dossier")
