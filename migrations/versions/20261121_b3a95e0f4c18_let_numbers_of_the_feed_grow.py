"""Let numbers of the feed grow."""

import sqlalchemy as sa
from alembic import op


revision = 'b3a95e0f4c18'
down_revision = '6c1f0b7d2a94'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('counter', schema=None) as batch_op:
        batch_op.alter_column('value', existing_type=sa.Integer(), type_=sa.BigInteger())
    with op.batch_alter_table('status_change', schema=None) as batch_op:
        batch_op.alter_column('position', existing_type=sa.Integer(), type_=sa.BigInteger())


def downgrade() -> None:
    with op.batch_alter_table('status_change', schema=None) as batch_op:
        batch_op.alter_column('position', existing_type=sa.BigInteger(), type_=sa.Integer())
    with op.batch_alter_table('counter', schema=None) as batch_op:
        batch_op.alter_column('value', existing_type=sa.BigInteger(), type_=sa.Integer())
