"""keep what is asked about dossiers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'e6c02b5e85aa'
down_revision = 'ec4f1f1aa7ba'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('dossier_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('what', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('asked_by', sa.String(), nullable=False),
    sa.Column('by_applicant', sa.Boolean(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('answered_by', sa.String(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_dossier_request_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier_request'))
    )
    with op.batch_alter_table('dossier_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dossier_request_dossier_id_id'), ['dossier_id', 'id'], unique=False)
        batch_op.create_index('uq_dossier_request_standing', ['dossier_id', 'kind'], unique=True, postgresql_where=sa.text("state = 'asked'"), sqlite_where=sa.text("state = 'asked'"))


def downgrade() -> None:
    with op.batch_alter_table('dossier_request', schema=None) as batch_op:
        batch_op.drop_index('uq_dossier_request_standing', postgresql_where=sa.text("state = 'asked'"), sqlite_where=sa.text("state = 'asked'"))
        batch_op.drop_index(batch_op.f('ix_dossier_request_dossier_id_id'))

    op.drop_table('dossier_request')
