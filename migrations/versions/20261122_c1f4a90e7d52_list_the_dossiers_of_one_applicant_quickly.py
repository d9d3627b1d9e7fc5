"""List the dossiers of one applicant quickly.

Revision ID: c1f4a90e7d52
Revises: b7d20c94e1f6
"""

from alembic import op

revision = "c1f4a90e7d52"
down_revision = "b7d20c94e1f6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_dossier_acting_for", table_name="dossier")
    op.create_index("ix_dossier_acting_for", "dossier", ["acting_for", "owner_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_dossier_acting_for", table_name="dossier")
    op.create_index("ix_dossier_acting_for", "dossier", ["acting_for", "id"])
