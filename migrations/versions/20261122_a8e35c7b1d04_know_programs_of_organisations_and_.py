"""know programs of organisations and webhooks

Revision ID: a8e35c7b1d04
Revises: f4c81a5d9e30
Create Date: 2026-11-22 03:58:00.000000

"""

import sqlalchemy as sa
from alembic import op

revision = "a8e35c7b1d04"
down_revision = "f4c81a5d9e30"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what a program of an organisation has, and the tables of webhooks."""
    _widen()
    op.create_table(
        "webhook",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("acting_for", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("former_secret", sa.LargeBinary(), nullable=True),
        sa.Column("former_until", _MOMENT, nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("failing_since", _MOMENT, nullable=True),
        sa.Column("disabled_at", _MOMENT, nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("removed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_webhook_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_acting_for"), "webhook", ["acting_for"])
    op.create_table(
        "webhook_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_attempt_webhook_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempt")),
    )
    op.create_index(op.f("ix_webhook_attempt_at"), "webhook_attempt", ["at"])
    op.create_index(
        op.f("ix_webhook_attempt_webhook_id_id"), "webhook_attempt", ["webhook_id", "id"]
    )


def _widen() -> None:
    with op.batch_alter_table("client_credential") as table:
        table.add_column(sa.Column("membership_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("valid_until", _MOMENT, nullable=True))
        table.create_foreign_key(
            op.f("fk_client_credential_membership_id"), "membership", ["membership_id"], ["id"]
        )
        table.create_index(op.f("ix_client_credential_membership_id"), ["membership_id"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("webhook_attempt")
    op.drop_table("webhook")
    with op.batch_alter_table("client_credential") as table:
        table.drop_constraint(op.f("fk_client_credential_membership_id"), type_="foreignkey")
        table.drop_index(op.f("ix_client_credential_membership_id"))
        table.drop_column("valid_until")
        table.drop_column("membership_id")
