"""choose many results to sign at once; await signatures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '1cb760945978'
down_revision = 'a71c0d5e9b34'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sitting',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proven_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('assurance', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sitting'))
    )
    with op.batch_alter_table('sitting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sitting_by_id'), ['by', 'id'], unique=False)

    op.create_table('signature_order',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('part', sa.String(), nullable=False),
    sa.Column('kid', sa.String(), nullable=False),
    sa.Column('form', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('document_sha256', sa.String(), nullable=False),
    sa.Column('prepared_key', sa.String(), nullable=True),
    sa.Column('prepared_sha256', sa.String(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('transaction', sa.String(), nullable=False),
    sa.Column('signature', sa.LargeBinary(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_again_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signed_key', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_signature_order_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature_order'))
    )
    with op.batch_alter_table('signature_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signature_order_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index('ix_signature_order_place', ['instance_id', 'place', 'part'], unique=True)
        batch_op.create_index('ix_signature_order_transaction', ['kid', 'transaction'], unique=False)

    op.create_table('sitting_item',
    sa.Column('sitting_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('element_id', sa.String(), nullable=False),
    sa.Column('seen', sa.String(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('problem', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_sitting_item_dossier_id')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_sitting_item_sitting_id')),
    sa.PrimaryKeyConstraint('sitting_id', 'number', name=op.f('pk_sitting_item'))
    )
    with op.batch_alter_table('sitting_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sitting_item_instance_id'), ['instance_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sitting_item_sitting_id_state_number'), ['sitting_id', 'state', 'number'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('sitting_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sitting_item_sitting_id_state_number'))
        batch_op.drop_index(batch_op.f('ix_sitting_item_instance_id'))

    op.drop_table('sitting_item')
    with op.batch_alter_table('signature_order', schema=None) as batch_op:
        batch_op.drop_index('ix_signature_order_transaction')
        batch_op.drop_index('ix_signature_order_place')
        batch_op.drop_index(batch_op.f('ix_signature_order_dossier_id'))

    op.drop_table('signature_order')
    with op.batch_alter_table('sitting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sitting_by_id'))

    op.drop_table('sitting')
