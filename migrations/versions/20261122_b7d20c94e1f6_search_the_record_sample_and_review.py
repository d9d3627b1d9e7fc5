"""search the record, draw samples, review access

Revision ID: b7d20c94e1f6
Revises: a8e35c7b1d04
Create Date: 2026-11-22 04:04:00.000000

"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b7d20c94e1f6"
down_revision = "a8e35c7b1d04"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_SEARCHED = {
    "ix_audit_event_at": ["at", "id"],
    "ix_audit_event_actor": ["actor", "at", "id"],
    "ix_audit_event_subject": ["subject", "at", "id"],
    "ix_audit_event_tag": ["tag", "at", "id"],
    "ix_audit_event_agency": ["agency_id", "at", "id"],
    "ix_audit_event_chain": ["chain_id", "at", "id"],
}


def upgrade() -> None:
    """Index the record, note whose agency an event concerns, and add the auditor's tables."""
    op.add_column("audit_event", sa.Column("agency_id", sa.Uuid(), nullable=True))
    op.add_column("audit_event", sa.Column("relayed_at", _MOMENT, nullable=True))
    for room in ("dossier", "account"):
        op.execute(
            f"UPDATE audit_event SET agency_id = (SELECT agency_id FROM {room} "  # noqa: S608
            f"WHERE {room}.id = audit_event.chain_id) "
            f"WHERE chain_id IN (SELECT id FROM {room})"
        )
    for name, columns in _SEARCHED.items():
        op.create_index(name, "audit_event", columns)
    loose = sa.text("relayed_at IS NULL")
    op.create_index(
        "ix_audit_event_unrelayed",
        "audit_event",
        ["at", "id"],
        postgresql_where=loose,
        sqlite_where=loose,
    )
    _create_samples()
    _create_reviews()
    op.create_table(
        "audit_relay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("leased_until", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_relay")),
    )


def _create_samples() -> None:
    op.create_table(
        "audit_sample",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("service_key", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("drawn_by", sa.String(), nullable=False),
        sa.Column("drawn_at", _MOMENT, nullable=False),
        sa.Column("signed_by", sa.String(), nullable=True),
        sa.Column("signed_at", _MOMENT, nullable=True),
        sa.Column("conclusion", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_sample")),
    )
    op.create_index(op.f("ix_audit_sample_agency_id"), "audit_sample", ["agency_id"])
    op.create_table(
        "audit_sampled_dossier",
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column(
            "checks",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("checked_by", sa.String(), nullable=True),
        sa.Column("checked_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["audit_sample.id"], name=op.f("fk_audit_sampled_dossier_sample_id")
        ),
        sa.PrimaryKeyConstraint("sample_id", "position", name=op.f("pk_audit_sampled_dossier")),
    )


def _create_reviews() -> None:
    op.create_table(
        "access_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("signed_by", sa.String(), nullable=True),
        sa.Column("signed_at", _MOMENT, nullable=True),
        sa.Column("conclusion", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_review")),
    )
    op.create_index(op.f("ix_access_review_agency_id"), "access_review", ["agency_id"])
    op.create_table(
        "reviewed_grant",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reviewed_by", sa.String(), nullable=True),
        sa.Column("reviewed_at", _MOMENT, nullable=True),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["review_id"], ["access_review.id"], name=op.f("fk_reviewed_grant_review_id")
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["role_grant.id"], name=op.f("fk_reviewed_grant_grant_id")
        ),
        sa.PrimaryKeyConstraint("review_id", "grant_id", name=op.f("pk_reviewed_grant")),
    )
    waiting = sa.text("waiting")
    op.create_index(
        "ix_reviewed_grant_waiting",
        "reviewed_grant",
        ["review_id"],
        postgresql_where=waiting,
        sqlite_where=waiting,
    )


def downgrade() -> None:
    """Take all of it away again."""
    for table in (
        "audit_relay",
        "reviewed_grant",
        "access_review",
        "audit_sampled_dossier",
        "audit_sample",
    ):
        op.drop_table(table)
    for name in (*_SEARCHED, "ix_audit_event_unrelayed"):
        op.drop_index(name, "audit_event")
    with op.batch_alter_table("audit_event") as table:
        table.drop_column("relayed_at")
        table.drop_column("agency_id")
