"""A search of the record reads one index, newest first, whichever way it is narrowed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actor import Actor, Grant, Kind, Role
from auditing.searching import Search, events, statement
from core.audit import AuditEvent
from core.clock import now, today
from core.database import db, transaction
from core.ids import new_id

AGENCY, CHAIN = new_id(), new_id()
AUDITOR = Actor("account:x", Kind.STAFF, "X", grants=frozenset({Grant(Role.AUDITOR)}))
SEARCHES = {
    "everything": (Search(), "ix_audit_event_at"),
    "actor": (Search(actor="account:1"), "ix_audit_event_actor"),
    "subject": (Search(subject="s:1"), "ix_audit_event_subject"),
    "tag": (Search(tags=("a:b:1",)), "ix_audit_event_tag"),
    "agency": (Search(agency_id=AGENCY), "ix_audit_event_agency"),
    "chain": (Search(chain=CHAIN), "ix_audit_event_chain"),
    "days": (Search(first_day=today()), "ix_audit_event_at"),
}


@pytest.fixture
def record(bare_app: Flask) -> list[dict[str, Any]]:
    """Six thousand events of three people, a minute apart."""
    begun = now()
    rows = [
        {
            "chain_id": CHAIN if place % 3 == 1 else new_id(),
            "id": new_id(),
            "at": begun - timedelta(minutes=place // 2),
            "tag": f"a:b:{place % 3}",
            "actor": f"account:{place % 3}",
            "subject": f"s:{place % 3}",
            "salt": b"",
            "details_hash": b"",
            "agency_id": AGENCY if place % 3 == 1 else None,
        }
        for place in range(6000)
    ]
    with transaction() as session:
        session.execute(insert(AuditEvent), rows)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE audit_event" if _on_postgres() else "ANALYZE"))
    return rows


@pytest.mark.parametrize("name", SEARCHES)
def test_a_page_is_read_from_the_index_in_order(
    each_database: str, record: list[dict[str, Any]], name: str
):
    search, index = SEARCHES[name]
    after = (record[100]["at"], record[100]["id"])
    asked = statement(search, visible_to=AUDITOR, after=after).limit(51)
    explain = "EXPLAIN " if _on_postgres() else "EXPLAIN QUERY PLAN "
    dialect = postgresql.dialect() if _on_postgres() else sqlite.dialect()
    told = asked.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    plan = "\n".join(map(str, db.session.execute(text(explain + str(told).replace(":", r"\:")))))
    assert index in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_pages_follow_each_other_without_gap_or_repetition(
    each_database: str, record: list[dict[str, Any]]
):
    seen: list[UUID] = []
    after = None
    tags = ("a:b:1", "a:b:2")
    while page := events(Search(tags=tags), visible_to=AUDITOR, after=after, limit=701):
        seen += [each.id for each in page]
        after = (page[-1].at, page[-1].id)
    wanted = sorted(((row["at"], row["id"]) for row in record if row["tag"] in tags), reverse=True)
    assert seen == [place[1] for place in wanted]


def _on_postgres() -> bool:
    return db.engine.dialect.name == "postgresql"
