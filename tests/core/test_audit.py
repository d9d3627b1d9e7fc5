"""The audit chain shows the first event that was altered, removed, added or moved."""

from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from core.audit import AuditEvent, AuditTag, append, first_broken, note, seal
from core.database import db, transaction
from core.ids import new_id


class Tag(AuditTag):
    DEED = "core:test:deed"


@pytest.fixture(autouse=True)
def app(bare_app):
    return bare_app


@pytest.fixture
def chain() -> UUID:
    chain = new_id()
    with transaction():
        for number in range(5):
            append(Tag.DEED, actor="x", subject="s", chain=chain, details={"number": number})
    return chain


def tamper(chain: UUID, position: int, **values) -> None:
    with transaction() as session:
        session.execute(
            update(AuditEvent)
            .where(AuditEvent.chain_id == chain, AuditEvent.position == position)
            .values(**values)
        )
        session.expire_all()


def broken_position(chain: UUID) -> int | None:
    with transaction():
        found = first_broken(chain)
        return found.position if found else None


def test_an_untouched_chain_holds(chain):
    assert broken_position(chain) is None


@pytest.mark.parametrize(
    "change", [{"actor": "y"}, {"details": {"number": 9}}, {"tag": "other"}, {"subject": "t"}]
)
def test_an_altered_event_is_named(chain, change):
    tamper(chain, 3, **change)
    assert broken_position(chain) == 3


def test_a_removed_event_is_noticed_at_the_next_one(chain):
    with transaction() as session:
        session.execute(
            delete(AuditEvent).where(AuditEvent.chain_id == chain, AuditEvent.position == 2)
        )
    assert broken_position(chain) == 3


def test_details_can_be_erased_by_law_and_the_chain_still_holds(chain):
    tamper(chain, 2, details=None, salt=None)
    assert broken_position(chain) is None


def test_looks_are_chained_later_in_the_order_in_which_they_happened(chain):
    with transaction():
        note(Tag.DEED, actor="looker", subject="s", chain=chain)
        note(Tag.DEED, actor="looker", subject="s", chain=chain)
    with transaction():
        assert seal(chain) == 2
    positions = db.session.scalars(
        select(AuditEvent.position).where(AuditEvent.chain_id == chain).order_by(AuditEvent.at)
    ).all()
    assert positions == [1, 2, 3, 4, 5, 6, 7]
    db.session.rollback()
    assert broken_position(chain) is None
