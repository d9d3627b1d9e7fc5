"""archived documents."""

import sqlalchemy as sa
from alembic import op


revision = 'b4d1f06a93c8'
down_revision = 'e3a94c1b7d25'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('archived_document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('storage_key', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['document.id'], name=op.f('fk_archived_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archived_document'))
    )
    with op.batch_alter_table('archived_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_archived_document_storage_key'), ['storage_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_archived_document_until'), ['until'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('archived_document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_archived_document_until'))
        batch_op.drop_index(batch_op.f('ix_archived_document_storage_key'))

    op.drop_table('archived_document')
