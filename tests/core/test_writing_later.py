"""Rows that wait for the session's flush go where the objects of the session go."""

import pytest

from core.audit import AuditEvent, AuditTag, note
from core.database import db, transaction

pytestmark = pytest.mark.usefixtures("bare_app")


class Tag(AuditTag):
    SEEN = "test:thing:seen"


def subjects() -> list[str]:
    return list(db.session.scalars(db.select(AuditEvent.subject).order_by(AuditEvent.subject)))


def test_what_waits_in_a_savepoint_goes_with_it_and_the_rest_stays():
    with transaction() as session:
        note(Tag.SEEN, actor="system", subject="before")
        with session.begin_nested() as part:
            note(Tag.SEEN, actor="system", subject="inside")
            part.rollback()
        note(Tag.SEEN, actor="system", subject="after")
    assert subjects() == ["after", "before"]


def test_what_waits_is_seen_by_the_next_read():
    with transaction():
        note(Tag.SEEN, actor="system", subject="one")
        note(Tag.SEEN, actor="system", subject="two")
        assert subjects() == ["one", "two"]
