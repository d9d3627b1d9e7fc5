"""Know units and queues of agencies; let a grant be narrowed to a unit, a service and a queue."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '5d0e7c31b9f2'
down_revision = 'b7d2093ce6a8'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('unit',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('names', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('successor_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_unit_agency_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['unit.id'], name=op.f('fk_unit_parent_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['successor_id'], ['unit.id'], name=op.f('fk_unit_successor_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('agency_id', 'code', name=op.f('uq_unit_agency_id_code'))
    )
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_parent_id'), ['parent_id'], unique=False)

    op.create_table('queue',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('agency_id', sa.Uuid(), nullable=True),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('names', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('work_rule', sa.String(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_queue_agency_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_queue')),
    sa.UniqueConstraint('agency_id', 'code', name=op.f('uq_queue_agency_id_code'))
    )
    with op.batch_alter_table('queue', schema=None) as batch_op:
        batch_op.create_index('uq_queue_of_all', ['code'], unique=True, postgresql_where=sa.text('agency_id IS NULL'), sqlite_where=sa.text('agency_id IS NULL'))

    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.add_column(sa.Column('unit_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('service', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('queue', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default='1', nullable=False))
        batch_op.create_foreign_key(batch_op.f('fk_role_grant_unit_id'), 'unit', ['unit_id'], ['id'])

    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.add_column(sa.Column('unit_id', sa.Uuid(), nullable=True))

    with op.batch_alter_table('proceeding', schema=None) as batch_op:
        batch_op.add_column(sa.Column('unit_id', sa.Uuid(), nullable=True))

    # The role's own word follows with the next version: servers of the last one still read it.
    op.execute("UPDATE role_grant SET queue = 'device-officer' WHERE role = 'device-officer'")


def downgrade() -> None:
    with op.batch_alter_table('proceeding', schema=None) as batch_op:
        batch_op.drop_column('unit_id')

    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.drop_column('unit_id')

    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_role_grant_unit_id'), type_='foreignkey')
        batch_op.drop_column('version')
        batch_op.drop_column('queue')
        batch_op.drop_column('service')
        batch_op.drop_column('unit_id')

    with op.batch_alter_table('queue', schema=None) as batch_op:
        batch_op.drop_index('uq_queue_of_all', postgresql_where=sa.text('agency_id IS NULL'), sqlite_where=sa.text('agency_id IS NULL'))

    op.drop_table('queue')
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_parent_id'))

    op.drop_table('unit')
