"""let events begin processes."""

import sqlalchemy as sa
from alembic import op

revision = 'a1c4be07d5f3'
down_revision = '63f671287227'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('engine_start_event',
    sa.Column('process_id', sa.String(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('definition_id', sa.String(), nullable=False),
    sa.Column('element_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('process_id', name=op.f('pk_engine_start_event')),
    sa.UniqueConstraint('id', name=op.f('uq_engine_start_event_id'))
    )
    with op.batch_alter_table('engine_start_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_engine_start_event_kind_name'), ['kind', 'name'], unique=False)

    op.create_table('engine_start_key',
    sa.Column('process_id', sa.String(), nullable=False),
    sa.Column('correlation_key', sa.String(), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('process_id', 'correlation_key', name=op.f('pk_engine_start_key')),
    sa.UniqueConstraint('instance_id', name=op.f('uq_engine_start_key_instance_id'))
    )


def downgrade() -> None:
    op.drop_table('engine_start_key')
    with op.batch_alter_table('engine_start_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_engine_start_event_kind_name'))

    op.drop_table('engine_start_event')
