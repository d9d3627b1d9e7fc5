"""keep reports, and why dossiers were late."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'c5e19d27f0ab'
down_revision = '6147aeb1107b'
branch_labels = None
depends_on = None

SCHEDULED = sa.text("scheduled")


def upgrade() -> None:
    op.create_table('report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('scheduled', sa.Boolean(), nullable=False),
    sa.Column('asked_by', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report'))
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_agency_id_id'), ['agency_id', 'id'], unique=False)
        batch_op.create_index('uq_report_scheduled', ['agency_id', 'kind', 'first_day', 'last_day'], unique=True, postgresql_where=SCHEDULED, sqlite_where=SCHEDULED)
    op.create_table('overdue_cause',
    sa.Column('dossier_id', sa.Uuid(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_overdue_cause_dossier_id')),
    sa.PrimaryKeyConstraint('dossier_id', name=op.f('pk_overdue_cause'))
    )


def downgrade() -> None:
    op.drop_table('overdue_cause')
    op.drop_table('report')
