"""files of documents that are gone."""

import sqlalchemy as sa
from alembic import op


revision = 'a71c0d5e9b34'
down_revision = '4078b6a7d7f5'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.add_column(sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True))
    # The files of dossiers that were pseudonymised went with them.
    op.execute(
        "UPDATE document SET erased_at = removed_at WHERE dossier_id IN "
        "(SELECT id FROM dossier WHERE pseudonymised_at IS NOT NULL)"
    )


def downgrade() -> None:
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_column('erased_at')
