"""One external action is one transaction: all of it is kept, or nothing."""

import pytest

from core.audit import SYSTEM_CHAIN, AuditEvent, AuditTag, note
from core.database import after_commit, db, transaction


class Tag(AuditTag):
    DEED = "core:test:deed"


@pytest.fixture(autouse=True)
def app(each_database, bare_app):
    return bare_app


def deeds() -> int:
    found = db.session.query(AuditEvent).filter_by(chain_id=SYSTEM_CHAIN).count()
    db.session.rollback()
    return found


def do_something() -> None:
    note(Tag.DEED, actor="system", subject="test")


def test_what_a_transaction_changed_is_there_afterwards():
    with transaction():
        do_something()
    assert deeds() == 1


def test_an_error_takes_everything_back():
    with pytest.raises(ZeroDivisionError), transaction():
        do_something()
        raise ZeroDivisionError
    assert deeds() == 0


def test_a_transaction_can_follow_a_mere_read():
    assert deeds() == 0
    db.session.query(AuditEvent).first()
    with transaction():
        do_something()
    assert deeds() == 1


def test_an_operation_that_opens_its_own_transaction_is_caught():
    with transaction(), pytest.raises(RuntimeError, match="already open"), transaction():
        pass


def test_who_asked_is_called_back_once_and_only_after_the_commit():
    called = []

    def wake() -> None:
        called.append(deeds())

    with transaction():
        do_something()
        after_commit(wake)
        after_commit(wake)
        assert called == []
    assert called == [1]


def test_nobody_is_called_back_when_nothing_was_committed():
    called = []
    with pytest.raises(ZeroDivisionError), transaction():
        after_commit(lambda: called.append(1))
        raise ZeroDivisionError
    assert called == []
