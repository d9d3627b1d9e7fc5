"""Tell for whom a dossier is made."""

import sqlalchemy as sa
from alembic import op


revision = '6c1f0b7d2a94'
down_revision = 'ff615b4e522c'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.add_column(sa.Column('acting_for', sa.String(), nullable=False, server_default=''))
        batch_op.create_index('ix_dossier_acting_for', ['acting_for', 'id'], unique=False)
        batch_op.drop_index(batch_op.f('ix_dossier_organisation_number'))
    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.alter_column('acting_for', server_default=None)
    op.execute(
        "UPDATE dossier SET acting_for = organisation_number WHERE submitted_at IS NOT NULL AND EXISTS"
        " (SELECT 1 FROM membership WHERE membership.account_id = dossier.owner_id"
        " AND membership.organisation_number = dossier.organisation_number)"
    )


def downgrade() -> None:
    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f('ix_dossier_organisation_number'), ['organisation_number'], unique=False
        )
        batch_op.drop_index('ix_dossier_acting_for')
        batch_op.drop_column('acting_for')
