"""let people use services without an account."""

import sqlalchemy as sa
from alembic import op

revision = '7e2209cb540c'
down_revision = 'f5b43bf77068'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('guest_access',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('fact_kind', sa.String(), nullable=False),
    sa.Column('fact_hash', sa.String(), nullable=False),
    sa.Column('service_key', sa.String(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_guest_access_account_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_guest_access_agency_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guest_access')),
    sa.UniqueConstraint('account_id', name=op.f('uq_guest_access_account_id'))
    )
    with op.batch_alter_table('guest_access', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guest_access_email'), ['email'], unique=False)

    op.create_table('guest_link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('access_id', sa.Uuid(), nullable=False),
    sa.Column('secret_hash', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['access_id'], ['guest_access.id'], name=op.f('fk_guest_link_access_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guest_link')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_guest_link_secret_hash'))
    )
    with op.batch_alter_table('guest_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guest_link_access_id'), ['access_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_guest_link_expires_at'), ['expires_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('guest_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guest_link_expires_at'))
        batch_op.drop_index(batch_op.f('ix_guest_link_access_id'))

    op.drop_table('guest_link')
    with op.batch_alter_table('guest_access', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guest_access_email'))

    op.drop_table('guest_access')
