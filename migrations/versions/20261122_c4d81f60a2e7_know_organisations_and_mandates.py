"""know organisations, their members and mandates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'c4d81f60a2e7'
down_revision = '5d0e7c31b9f2'
branch_labels = None
depends_on = None

STANDING = sa.text('ended_at IS NULL')
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table('organisation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('looked_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('number', name=op.f('uq_organisation_number'))
    )
    op.create_table('organisation_invitation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_number', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('invited', sa.String(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('invited_by', sa.String(), nullable=False),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_organisation_invitation_token_hash'))
    )
    with op.batch_alter_table('organisation_invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_invitation_organisation_number'), ['organisation_number'], unique=False)

    op.create_table('mandate',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('principal_account_id', sa.Uuid(), nullable=True),
    sa.Column('principal_organisation', sa.String(), nullable=True),
    sa.Column('principal_name', sa.String(), nullable=False),
    sa.Column('agent_account_id', sa.Uuid(), nullable=False),
    sa.Column('services', JSON, nullable=False),
    sa.Column('actions', JSON, nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proof', sa.String(), nullable=False),
    sa.Column('document_reference', sa.String(), nullable=True),
    sa.Column('given_by', sa.String(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_by', sa.String(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revocation_reason', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['agent_account_id'], ['account.id'], name=op.f('fk_mandate_agent_account_id')),
    sa.ForeignKeyConstraint(['principal_account_id'], ['account.id'], name=op.f('fk_mandate_principal_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate'))
    )
    with op.batch_alter_table('mandate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mandate_agent_account_id'), ['agent_account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mandate_principal_account_id'), ['principal_account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mandate_principal_organisation'), ['principal_organisation'], unique=False)

    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state', sa.String(length=40), nullable=False, server_default='active'))
        batch_op.add_column(sa.Column('basis', sa.String(length=40), nullable=False, server_default='entered'))
        batch_op.add_column(sa.Column('document_reference', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('reason', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('decided_by', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('valid_from', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('valid_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_membership_account_id_organisation_number'), type_='unique')
        batch_op.create_index('ix_membership_standing', ['account_id', 'organisation_number'], unique=True, postgresql_where=STANDING, sqlite_where=STANDING)
        batch_op.create_index(batch_op.f('ix_membership_organisation_number'), ['organisation_number'], unique=False)

    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mandate_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('mandate_confirmed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('submitted_by', sa.String(), nullable=True))
        batch_op.create_index(batch_op.f('ix_dossier_mandate_id'), ['mandate_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dossier_mandate_id'))
        batch_op.drop_column('submitted_by')
        batch_op.drop_column('mandate_confirmed_at')
        batch_op.drop_column('mandate_id')

    op.execute("DELETE FROM membership WHERE ended_at IS NOT NULL OR state <> 'active'")
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_membership_organisation_number'))
        batch_op.drop_index('ix_membership_standing', postgresql_where=STANDING, sqlite_where=STANDING)
        batch_op.create_unique_constraint(batch_op.f('uq_membership_account_id_organisation_number'), ['account_id', 'organisation_number'])
        for name in ('ended_at', 'valid_until', 'valid_from', 'decided_at', 'decided_by', 'asked_at', 'reason', 'document_reference', 'basis', 'state'):
            batch_op.drop_column(name)

    op.drop_table('mandate')
    op.drop_table('organisation_invitation')
    op.drop_table('organisation')
