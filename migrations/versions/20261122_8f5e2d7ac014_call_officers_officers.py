"""call officers officers: grants of 0.2 still held the word of one service's queue."""

from alembic import op

revision = '8f5e2d7ac014'
down_revision = 'c31f0fb686dd'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE role_grant SET role = 'officer' WHERE role = 'device-officer'")


def downgrade() -> None:
    """Version 0.3 reads both words."""
