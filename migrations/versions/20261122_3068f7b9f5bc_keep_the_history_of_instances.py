"""Keep the history of instances and what operators propose."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '3068f7b9f5bc'
down_revision = 'a59128801d71'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('engine_history',
    sa.Column('instance_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('element_id', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('details', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    sa.Column('contents', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('instance_id', 'seq', name=op.f('pk_engine_history'))
    )
    op.create_table('engine_intervention',
    sa.Column('instance_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('token', sa.Integer(), nullable=False),
    sa.Column('element_id', sa.String(), nullable=False),
    sa.Column('target_id', sa.String(), nullable=False),
    sa.Column('variables', sa.LargeBinary(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('proposed_by', sa.String(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('instance_id', 'id', name=op.f('pk_engine_intervention'))
    )
    with op.batch_alter_table('engine_intervention', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_engine_intervention_state_id'), ['state', 'id'], unique=False)

    with op.batch_alter_table('engine_instance', schema=None) as batch_op:
        batch_op.add_column(sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('engine_instance', schema=None) as batch_op:
        batch_op.drop_column('suspended_at')

    with op.batch_alter_table('engine_intervention', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_engine_intervention_state_id'))

    op.drop_table('engine_intervention')
    op.drop_table('engine_history')
