"""Settle things by decision.

Revision ID: 20d445dc21f8
Revises: c4d81f60a2e7
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20d445dc21f8"
down_revision = "c4d81f60a2e7"
branch_labels = None
depends_on = None

OPEN = "state = 'proposed'"


def upgrade() -> None:
    op.create_table(
        "setting_subject",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_subject")),
        sa.UniqueConstraint(
            "kind", "agency_id", "key", name=op.f("uq_setting_subject_kind_agency_id_key")
        ),
    )
    op.create_table(
        "setting_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["setting_subject.id"],
            name=op.f("fk_setting_proposal_subject_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_proposal")),
        sa.UniqueConstraint(
            "subject_id", "position", name=op.f("uq_setting_proposal_subject_id_position")
        ),
    )
    op.create_index(
        "ix_setting_proposal_open",
        "setting_proposal",
        ["proposed_at"],
        postgresql_where=sa.text(OPEN),
        sqlite_where=sa.text(OPEN),
    )


def downgrade() -> None:
    op.drop_table("setting_proposal")
    op.drop_table("setting_subject")
