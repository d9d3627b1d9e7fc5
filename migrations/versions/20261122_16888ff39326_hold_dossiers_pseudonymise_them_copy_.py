"""Hold dossiers, pseudonymise them, copy them for their people."""

import sqlalchemy as sa
from alembic import op


revision = '16888ff39326'
down_revision = 'b3a90c5d7e18'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('legal_hold',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('placed_by', sa.String(), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifting_reason', sa.String(), nullable=False),
    sa.Column('lifted_by', sa.String(), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_legal_hold_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_hold'))
    )
    with op.batch_alter_table('legal_hold', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_legal_hold_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index('uq_legal_hold_standing', ['dossier_id'], unique=True, postgresql_where=sa.text('lifted_at IS NULL'), sqlite_where=sa.text('lifted_at IS NULL'))

    op.create_table('subject_export',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('swept_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_subject_export_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subject_export'))
    )
    with op.batch_alter_table('subject_export', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subject_export_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subject_export_expires_at'), ['expires_at'], unique=False)

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('emptied_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pseudonymised_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_dossier_still_whole', ['service_key', 'agency_id'], unique=False, postgresql_where=sa.text('pseudonymised_at IS NULL AND submitted_at IS NOT NULL'), sqlite_where=sa.text('pseudonymised_at IS NULL AND submitted_at IS NOT NULL'))



def downgrade() -> None:
    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.drop_index('ix_dossier_still_whole', postgresql_where=sa.text('pseudonymised_at IS NULL AND submitted_at IS NOT NULL'), sqlite_where=sa.text('pseudonymised_at IS NULL AND submitted_at IS NOT NULL'))
        batch_op.drop_column('pseudonymised_at')

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_column('emptied_at')

    with op.batch_alter_table('subject_export', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subject_export_expires_at'))
        batch_op.drop_index(batch_op.f('ix_subject_export_account_id'))

    op.drop_table('subject_export')
    with op.batch_alter_table('legal_hold', schema=None) as batch_op:
        batch_op.drop_index('uq_legal_hold_standing', postgresql_where=sa.text('lifted_at IS NULL'), sqlite_where=sa.text('lifted_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_legal_hold_dossier_id'))

    op.drop_table('legal_hold')
