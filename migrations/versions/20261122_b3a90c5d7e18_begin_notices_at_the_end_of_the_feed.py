"""begin notices to applicants at the end of the feed: nobody is told of what is long past."""

import sqlalchemy as sa
from alembic import op

revision = 'b3a90c5d7e18'
down_revision = '7e2209cb540c'
branch_labels = None
depends_on = None

CURSOR = "applicant-notices"


def upgrade() -> None:
    op.execute(
        sa.text(
            "INSERT INTO counter (name, value) "
            "SELECT :cursor, position FROM status_change "
            "WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1"
        ).bindparams(cursor=CURSOR)
    )


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM counter WHERE name = :cursor").bindparams(cursor=CURSOR))
