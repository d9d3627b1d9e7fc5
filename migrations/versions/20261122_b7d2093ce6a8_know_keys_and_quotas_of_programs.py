"""know keys and quotas of programs."""

import sqlalchemy as sa
from alembic import op

revision = 'b7d2093ce6a8'
down_revision = 'a1c4be07d5f3'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('client_key',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('credential_id', sa.Uuid(), nullable=False),
    sa.Column('key_id', sa.String(), nullable=False),
    sa.Column('algorithm', sa.String(), nullable=False),
    sa.Column('public_key', sa.String(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['credential_id'], ['client_credential.id'], name=op.f('fk_client_key_credential_id_client_credential')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_key')),
    sa.UniqueConstraint('credential_id', 'key_id', name=op.f('uq_client_key_credential_id_key_id'))
    )
    op.create_table('client_assertion',
    sa.Column('client_id', sa.String(), nullable=False),
    sa.Column('jti', sa.String(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('client_id', 'jti', name=op.f('pk_client_assertion'))
    )
    with op.batch_alter_table('client_assertion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_client_assertion_expires_at'), ['expires_at'], unique=False)

    op.create_table('client_quota',
    sa.Column('client_id', sa.String(), nullable=False),
    sa.Column('span', sa.String(), nullable=False),
    sa.Column('begins_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('client_id', 'span', 'begins_at', name=op.f('pk_client_quota'))
    )
    op.create_table('client_usage',
    sa.Column('client_id', sa.String(), nullable=False),
    sa.Column('day', sa.String(), nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('errors', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('client_id', 'day', name=op.f('pk_client_usage'))
    )
    op.create_table('client_call',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('client_id', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('method', sa.String(), nullable=False),
    sa.Column('route', sa.String(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_call'))
    )
    with op.batch_alter_table('client_call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_client_call_client_id_id'), ['client_id', 'id'], unique=False)

    with op.batch_alter_table('client_credential', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contact_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('requests_per_minute', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('requests_per_day', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_client_credential_contact_id'), ['contact_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_client_credential_contact_id_account'), 'account', ['contact_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('client_credential', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_client_credential_contact_id_account'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_client_credential_contact_id'))
        batch_op.drop_column('requests_per_day')
        batch_op.drop_column('requests_per_minute')
        batch_op.drop_column('contact_id')

    with op.batch_alter_table('client_call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_client_call_client_id_id'))

    op.drop_table('client_call')
    op.drop_table('client_usage')
    op.drop_table('client_quota')
    with op.batch_alter_table('client_assertion', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_client_assertion_expires_at'))

    op.drop_table('client_assertion')
    op.drop_table('client_key')
