"""What the policy costs in a list of a million dossiers, beside a condition written by hand."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any
from uuid import UUID

from sqlalchemy import event, select, text

from accounts.actor import Actor
from accounts.queries import actor
from bench.http_rows import furnished_house
from bench.measuring import Row, at_most, interleaved, per_call
from core.database import Model, db
from dossiers import queries
from dossiers.models import Dossier
from tests.servers import running_postgres

MANY, PAGE, CALLS = 1_000_000, 50, 20
# Every hundredth is the clerk's agency's, every ten-thousandth the applicant's own.
_DOSSIERS = {
    "postgresql": """
        INSERT INTO dossier (id, reference, service_key, service_version, agency_id, owner_id,
            acting_for, channel, language, answers, status, status_sequence, version, created_at,
            submitted_at)
        SELECT gen_random_uuid(), 'B' || number, 'two-tasks', 'v',
            CASE WHEN number % 100 = 0 THEN CAST(:agency AS uuid) ELSE gen_random_uuid() END,
            CASE WHEN number % 10000 = 0 THEN CAST(:owner AS uuid) ELSE gen_random_uuid() END,
            CASE WHEN number % 5000 = 1 THEN :organisation ELSE '' END, 'online', 'vi', '{}',
            'processing', 1, 1, now(), now()
        FROM generate_series(1, :count) number""",
    "sqlite": """
        WITH RECURSIVE series(number) AS
            (SELECT 1 UNION ALL SELECT number + 1 FROM series WHERE number < :count)
        INSERT INTO dossier (id, reference, service_key, service_version, agency_id, owner_id,
            acting_for, channel, language, answers, status, status_sequence, version, created_at,
            submitted_at)
        SELECT lower(hex(randomblob(16))), 'B' || number, 'two-tasks', 'v',
            CASE WHEN number % 100 = 0 THEN :agency ELSE lower(hex(randomblob(16))) END,
            CASE WHEN number % 10000 = 0 THEN :owner ELSE lower(hex(randomblob(16))) END,
            CASE WHEN number % 5000 = 1 THEN :organisation ELSE '' END, 'online', 'vi', '{}',
            'processing', 1, 1, datetime('now'), datetime('now')
        FROM series""",
}
ORGANISATION = "0315123453"


def rows() -> list[Row]:
    """Lists of a clerk and of an applicant on both databases."""
    with running_postgres() as postgres, postgres.database(Model.metadata) as url:
        return [*list_rows("SQLite", ""), *list_rows("PostgreSQL", url)]


def list_rows(name: str, url: str) -> list[Row]:
    """One page of each, newest first."""
    with ExitStack() as stack:
        house = stack.enter_context(furnished_house(url))
        stack.enter_context(house.app.app_context())
        clerk, owner = _actor(house.desk_clerk.actor_id), _actor(house.owner.actor_id)
        (agency_id,) = {grant.agency_id for grant in clerk.grants}
        assert agency_id is not None
        assert owner.account_id is not None
        db.session.rollback()
        _fill(agency_id, owner.account_id)
        return [
            _row(name, "a clerk", clerk, lambda: Dossier.agency_id == agency_id),
            _row(name, "an applicant", owner, lambda: Dossier.owner_id == owner.account_id),
        ]


def _row(database: str, who: str, reader: Actor, by_hand: Callable[[], Any]) -> Row:
    lists: dict[str, Callable[[], Sequence[Dossier]]] = {
        "policy": lambda: queries.dossiers(visible_to=reader, limit=PAGE),
        "hand": lambda: _page(by_hand()),
    }
    assert [each.id for each in lists["policy"]()] == [each.id for each in lists["hand"]()]
    assert lists["policy"]()
    assert _statements(lists["policy"]) == 1
    measured = interleaved(
        {
            name: lambda ask=ask: per_call(lambda: _anew(ask), CALLS)  # type: ignore[misc]
            for name, ask in lists.items()
        }
    )
    title = f"page of {MANY:,} dossiers for {who}, {database}"
    ratio = measured["policy"] / measured["hand"]
    return at_most(title, measured["policy"], "condition written by hand", ratio, 1.2)


def _page(condition: Any) -> Sequence[Dossier]:
    plain = select(Dossier).where(condition, Dossier.submitted_at.is_not(None))
    return db.session.scalars(plain.order_by(Dossier.id.desc()).limit(PAGE)).all()


def _anew(ask: Callable[[], Sequence[Dossier]]) -> None:
    ask()
    db.session.expunge_all()


def _statements(ask: Callable[[], object]) -> int:
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    ask()
    return len([each for each in seen if not each.startswith("BEGIN")])


def _fill(agency_id: UUID, owner_id: UUID) -> None:
    with db.engine.begin() as connection:
        postgres = connection.dialect.name == "postgresql"
        connection.execute(
            text(_DOSSIERS[connection.dialect.name]),
            {
                "agency": str(agency_id) if postgres else agency_id.hex,
                "owner": str(owner_id) if postgres else owner_id.hex,
                "organisation": ORGANISATION,
                "count": MANY,
            },
        )
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _actor(actor_id: str) -> Actor:
    found = actor(actor_id)
    assert found is not None
    return found


if __name__ == "__main__":
    for row in rows():
        print(row.name, row.value, round(row.ratio, 2), row.goal, row.ok)
