"""cases exported as evidence, and checks of the record."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = 'c58e2f71d0a6'
down_revision = '5d2e8b7c4f10'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('evidence_export',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=False),
    sa.Column('whole', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('asked_by', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('swept_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_evidence_export_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_export'))
    )
    with op.batch_alter_table('evidence_export', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_export_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_export_expires_at'), ['expires_at'], unique=False)

    op.create_table('record_check',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('asked_by', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('events', sa.Integer(), nullable=False),
    sa.Column('chains', sa.Integer(), nullable=False),
    sa.Column('seals', sa.Integer(), nullable=False),
    sa.Column('found', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_check'))
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_storage_key'), ['storage_key'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_storage_key'))

    op.drop_table('record_check')
    with op.batch_alter_table('evidence_export', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_export_expires_at'))
        batch_op.drop_index(batch_op.f('ix_evidence_export_dossier_id'))

    op.drop_table('evidence_export')
