"""keep drafts and owners of tasks, and waits that are over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'a59128801d71'
down_revision = 'b3a95e0f4c18'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('client_credential', schema=None) as batch_op:
        batch_op.add_column(sa.Column('job_kinds', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('message_names', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), server_default='[]', nullable=False))

    with op.batch_alter_table('engine_message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('why', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('late_for', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('late_element', sa.String(), server_default='', nullable=False))
        batch_op.create_index(batch_op.f('ix_engine_message_expires_at'), ['expires_at'], unique=False)

    with op.batch_alter_table('engine_subscription', schema=None) as batch_op:
        batch_op.add_column(sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index(batch_op.f('ix_engine_subscription_kind_name_correlation_key'))
        batch_op.create_index(batch_op.f('ix_engine_subscription_kind_name_correlation_key_id'), ['kind', 'name', 'correlation_key', 'id'], unique=False)

    with op.batch_alter_table('engine_task', schema=None) as batch_op:
        batch_op.add_column(sa.Column('owner', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('delegation', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('draft', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True))
        batch_op.add_column(sa.Column('draft_version', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('draft_by', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('draft_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('engine_task', schema=None) as batch_op:
        batch_op.drop_column('draft_at')
        batch_op.drop_column('draft_by')
        batch_op.drop_column('draft_version')
        batch_op.drop_column('draft')
        batch_op.drop_column('delegation')
        batch_op.drop_column('owner')

    with op.batch_alter_table('engine_subscription', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_engine_subscription_kind_name_correlation_key_id'))
        batch_op.create_index(batch_op.f('ix_engine_subscription_kind_name_correlation_key'), ['kind', 'name', 'correlation_key'], unique=False)
        batch_op.drop_column('closed_at')

    with op.batch_alter_table('engine_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_engine_message_expires_at'))
        batch_op.drop_column('late_element')
        batch_op.drop_column('late_for')
        batch_op.drop_column('why')

    with op.batch_alter_table('client_credential', schema=None) as batch_op:
        batch_op.drop_column('message_names')
        batch_op.drop_column('job_kinds')
