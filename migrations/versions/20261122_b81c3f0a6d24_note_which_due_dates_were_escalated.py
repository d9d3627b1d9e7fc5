"""note which due dates were escalated, and who was told."""

import sqlalchemy as sa
from alembic import op

revision = 'b81c3f0a6d24'
down_revision = '84019b5153e9'
branch_labels = None
depends_on = None

TO_MAIL = sa.text("by_mail AND mailed_at IS NULL")
UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.create_table('escalation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_escalation_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation')),
    sa.UniqueConstraint('subject_id', 'stage', 'due_at', name=op.f('uq_escalation_subject_id_stage_due_at'))
    )
    with op.batch_alter_table('escalation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_escalation_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_escalation_dossier_id'), ['dossier_id'], unique=False)
    op.create_table('escalation_notice',
    sa.Column('escalation_id', sa.Uuid(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('by_mail', sa.Boolean(), nullable=False),
    sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['escalation_id'], ['escalation.id'], name=op.f('fk_escalation_notice_escalation_id')),
    sa.PrimaryKeyConstraint('escalation_id', 'person', name=op.f('pk_escalation_notice'))
    )
    with op.batch_alter_table('escalation_notice', schema=None) as batch_op:
        batch_op.create_index('ix_escalation_notice_to_mail', ['person'], unique=False, postgresql_where=TO_MAIL, sqlite_where=TO_MAIL)
        batch_op.create_index('ix_escalation_notice_unread', ['person'], unique=False, postgresql_where=UNREAD, sqlite_where=UNREAD)


def downgrade() -> None:
    op.drop_table('escalation_notice')
    op.drop_table('escalation')
