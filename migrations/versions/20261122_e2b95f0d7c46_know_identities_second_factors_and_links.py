"""know identities, second factors and links

Revision ID: e2b95f0d7c46
Revises: 20d445dc21f8
Create Date: 2026-11-22 03:10:00.000000

"""

import sqlalchemy as sa
from alembic import op

revision = "e2b95f0d7c46"
down_revision = "20d445dc21f8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "external_identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sealed_number", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_external_identity_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_external_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_external_identity_account_id"), "external_identity", ["account_id"])
    op.create_table(
        "provided_grant",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["role_grant.id"], name=op.f("fk_provided_grant_grant_id")
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["external_identity.id"], name=op.f("fk_provided_grant_identity_id")
        ),
        sa.PrimaryKeyConstraint("grant_id", name=op.f("pk_provided_grant")),
    )
    op.create_index(op.f("ix_provided_grant_identity_id"), "provided_grant", ["identity_id"])
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint(
            "account_id", "code_hash", name=op.f("uq_recovery_code_account_id_code_hash")
        ),
    )
    op.create_table(
        "mailed_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mailed_link_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_mailed_link_secret_hash")),
    )
    op.create_index(op.f("ix_mailed_link_account_id"), "mailed_link", ["account_id"])
    op.create_table(
        "attempt_count",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt_count")),
    )
    op.create_index(op.f("ix_attempt_count_opened_at"), "attempt_count", ["opened_at"])
    op.create_table(
        "known_browser",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("mark_hash", sa.LargeBinary(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_known_browser_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "mark_hash", name=op.f("pk_known_browser")),
    )
    with op.batch_alter_table("browser_session") as batch:
        batch.add_column(sa.Column("assurance", sa.Integer(), server_default="1", nullable=False))
        batch.add_column(sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("identity_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("provider_session", sa.String(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_browser_session_identity_id"), "external_identity", ["identity_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("browser_session") as batch:
        batch.drop_constraint(op.f("fk_browser_session_identity_id"), type_="foreignkey")
        batch.drop_column("provider_session")
        batch.drop_column("identity_id")
        batch.drop_column("proven_at")
        batch.drop_column("assurance")
    for table in (
        "known_browser",
        "attempt_count",
        "mailed_link",
        "recovery_code",
        "second_factor",
        "provided_grant",
        "external_identity",
    ):
        op.drop_table(table)
