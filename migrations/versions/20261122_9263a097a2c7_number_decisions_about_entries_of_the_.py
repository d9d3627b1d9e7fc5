"""Number decisions about entries of the register."""

import sqlalchemy as sa
from alembic import op


revision = "9263a097a2c7"
down_revision = "151403e80fa2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("register_change", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("decision_number", sa.String(), server_default="", nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("register_change", schema=None) as batch_op:
        batch_op.drop_column("decision_number")
