"""files that wait for their check."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = "5d2e8b7c4f10"
down_revision = "1cb760945978"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch_op:
        # Documents of before came in only after they were inspected: they are there.
        batch_op.add_column(
            sa.Column("state", sa.String(length=40), server_default="there", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "findings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_column("findings")
        batch_op.drop_column("state")
