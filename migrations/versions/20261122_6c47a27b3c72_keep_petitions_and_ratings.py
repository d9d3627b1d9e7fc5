"""keep petitions and ratings."""

import sqlalchemy as sa
from alembic import op


revision = '6c47a27b3c72'
down_revision = 'c5e19d27f0ab'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('petition',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('service_key', sa.String(), nullable=False),
    sa.Column('dossier_id', sa.Uuid(), nullable=True),
    sa.Column('sender_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('secret_hash', sa.LargeBinary(), nullable=True),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('may_be_published', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('refuse_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ask_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('publish_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reply', sa.String(), nullable=False),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('upheld', sa.Boolean(), nullable=True),
    sa.Column('closed_by', sa.String(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reopened_as', sa.String(length=40), nullable=True),
    sa.Column('reopened_id', sa.Uuid(), nullable=True),
    sa.Column('published_text', sa.String(), nullable=False),
    sa.Column('published_answer', sa.String(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('emptied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_petition_dossier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_petition')),
    sa.UniqueConstraint('reference', name=op.f('uq_petition_reference')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_petition_secret_hash'))
    )
    with op.batch_alter_table('petition', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_petition_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index('ix_petition_published', ['published_at'], unique=False, postgresql_where=sa.text('published_at IS NOT NULL'), sqlite_where=sa.text('published_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_petition_sender_id_id'), ['sender_id', 'id'], unique=False)
        batch_op.create_index('ix_petition_waiting', ['agency_id', 'id'], unique=False, postgresql_where=sa.text("state IN ('sent', 'asked')"), sqlite_where=sa.text("state IN ('sent', 'asked')"))

    op.create_table('rating',
    sa.Column('dossier_id', sa.Uuid(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('service_key', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('disliked', sa.Boolean(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('rated_by', sa.String(), nullable=False),
    sa.Column('rated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_rating_dossier_id')),
    sa.PrimaryKeyConstraint('dossier_id', name=op.f('pk_rating'))
    )
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rating_agency_id_rated_at'), ['agency_id', 'rated_at'], unique=False)

    op.create_table('petition_concern',
    sa.Column('petition_id', sa.Uuid(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_petition_concern_petition_id')),
    sa.PrimaryKeyConstraint('petition_id', 'person', name=op.f('pk_petition_concern'))
    )


def downgrade() -> None:
    op.drop_table('petition_concern')
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rating_agency_id_rated_at'))

    op.drop_table('rating')
    with op.batch_alter_table('petition', schema=None) as batch_op:
        batch_op.drop_index('ix_petition_waiting', postgresql_where=sa.text("state IN ('sent', 'asked')"), sqlite_where=sa.text("state IN ('sent', 'asked')"))
        batch_op.drop_index(batch_op.f('ix_petition_sender_id_id'))
        batch_op.drop_index('ix_petition_published', postgresql_where=sa.text('published_at IS NOT NULL'), sqlite_where=sa.text('published_at IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_petition_dossier_id'))

    op.drop_table('petition')
