"""run a department: names of before, proposed roles, substitutes, the first start

Revision ID: f4c81a5d9e30
Revises: e2b95f0d7c46
Create Date: 2026-11-22 03:25:00.000000

"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "f4c81a5d9e30"
down_revision = "e2b95f0d7c46"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    _widen()
    op.execute("UPDATE queue SET work_rule = 'pull'")
    op.create_table(
        "former_name",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("names", _JSON, nullable=False),
        sa.Column("valid_until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_name")),
    )
    op.create_index(
        op.f("ix_former_name_place_id_valid_until"), "former_name", ["place_id", "valid_until"]
    )
    op.create_table(
        "grant_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("service", sa.String(), nullable=True),
        sa.Column("queue", sa.String(), nullable=True),
        sa.Column("valid_from", _MOMENT, nullable=True),
        sa.Column("valid_until", _MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_grant_proposal_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_proposal")),
    )
    op.create_index(op.f("ix_grant_proposal_account_id"), "grant_proposal", ["account_id"])
    op.create_index(
        "ix_grant_proposal_open",
        "grant_proposal",
        ["proposed_at"],
        postgresql_where=sa.text("state = 'proposed'"),
        sqlite_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "substitution",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("substitute_id", sa.Uuid(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("queues", _JSON, nullable=False),
        sa.Column("services", _JSON, nullable=False),
        sa.Column("signing", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("named_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_substitution_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["account.id"], name=op.f("fk_substitution_substitute_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
    )
    op.create_index(op.f("ix_substitution_account_id"), "substitution", ["account_id"])
    op.create_index(op.f("ix_substitution_substitute_id"), "substitution", ["substitute_id"])
    op.create_table(
        "first_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("left", _JSON, nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_first_run_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_run")),
    )


def _widen() -> None:
    op.add_column("agency", sa.Column("valid_from", _MOMENT, nullable=True))
    op.add_column("agency", sa.Column("valid_until", _MOMENT, nullable=True))
    op.add_column("agency", sa.Column("successor_id", sa.Uuid(), nullable=True))
    op.add_column("agency", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("account", sa.Column("agency_id", sa.Uuid(), nullable=True))
    op.add_column("account", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_index(op.f("ix_account_agency_id"), "account", ["agency_id"])
    op.add_column("queue", sa.Column("last_given", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    for table in ("first_run", "substitution", "grant_proposal", "former_name"):
        op.drop_table(table)
    op.drop_column("queue", "last_given")
    op.drop_index(op.f("ix_account_agency_id"), "account")
    op.drop_column("account", "version")
    op.drop_column("account", "agency_id")
    for column in ("version", "successor_id", "valid_until", "valid_from"):
        op.drop_column("agency", column)
