"""Count the changes of samples and access reviews."""

import sqlalchemy as sa
from alembic import op

revision = "f5b43bf77068"
down_revision = "43348725ae4b"
branch_labels = None
depends_on = None

TABLES = ("access_review", "audit_sample")


def upgrade() -> None:
    """Begin to count."""
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(
                sa.Column("version", sa.Integer(), server_default="1", nullable=False)
            )


def downgrade() -> None:
    """Forget the counts."""
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("version")
