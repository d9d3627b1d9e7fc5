"""keep hand-overs between offices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '7b0e6f2c1a55'
down_revision = 'f0024a04344c'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hand_over',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('papers', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('from_agency_id', sa.Uuid(), nullable=False),
    sa.Column('from_unit_id', sa.Uuid(), nullable=True),
    sa.Column('from_person', sa.String(), nullable=False),
    sa.Column('to_agency_id', sa.Uuid(), nullable=False),
    sa.Column('to_unit_id', sa.Uuid(), nullable=True),
    sa.Column('to_person', sa.String(), nullable=False),
    sa.Column('handed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_hand_over_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_over'))
    )
    with op.batch_alter_table('hand_over', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hand_over_dossier_id_id'), ['dossier_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hand_over_to_agency_id_id'), ['to_agency_id', 'id'], unique=False)

    op.create_table('hand_over_answer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('hand_over_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['hand_over_id'], ['hand_over.id'], name=op.f('fk_hand_over_answer_hand_over_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_over_answer')),
    sa.UniqueConstraint('hand_over_id', 'kind', name=op.f('uq_hand_over_answer_hand_over_id_kind'))
    )


def downgrade() -> None:
    op.drop_table('hand_over_answer')
    with op.batch_alter_table('hand_over', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hand_over_to_agency_id_id'))
        batch_op.drop_index(batch_op.f('ix_hand_over_dossier_id_id'))

    op.drop_table('hand_over')
