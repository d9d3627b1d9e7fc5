"""What follows an entry by itself, once each: a case of its own, or an invitation to its holder."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.clock import now
from core.database import db, transaction
from dossiers.models import Proceeding
from dossiers.operations.legacy import release_licence
from dossiers.register_entries import follow_ups as planned
from dossiers.register_entries import operations
from dossiers.register_entries.operations import Deed
from dossiers.register_entries.time_passing import let_time_pass
from tests.dossiers.registered import REVOKED, do, entry, follow_ups, published, ruled
from tests.dossiers.test_numbers import at_once
from tests.dossiers.test_register_unique import licence


@pytest.fixture(autouse=True)
def first_of_june(installation: Flask) -> Iterator[None]:
    ruled()
    with clock.at(now().replace(year=2027, month=6, day=1, hour=3)):
        yield


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is mailed to whom."""
    sent: list[Any] = []
    monkeypatch.setattr(planned, "write", lambda *mail: sent.append(mail))
    return sent


def on(day: date) -> Any:
    return clock.at(now().replace(year=day.year, month=day.month, day=day.day))


def cases(entry_id: Any) -> int:
    """How many proceedings are about an entry."""
    of_entry = select(func.count()).where(Proceeding.entry_id == entry_id)
    return db.session.scalar(of_entry) or 0


def test_they_are_planned_when_the_entry_is_issued(installation: Flask):
    due = {key: each.due_on for key, each in follow_ups(published()).items()}
    assert due == {
        ("renewal", 1): date(2032, 4, 2),
        ("look_again", 1): date(2029, 6, 1),
        ("after_half_a_year", 1): date(2027, 12, 1),
    }


def test_a_case_begins_on_its_day_and_only_once(installation: Flask):
    found = published()
    with on(date(2027, 11, 30)):
        assert let_time_pass() == 0
    with on(date(2027, 12, 1)):
        assert let_time_pass() == 1
        assert let_time_pass() == 0
    done = follow_ups(found)["after_half_a_year", 1]
    assert (done.outcome, cases(found)) == ("begun", 1)
    assert db.session.scalars(select(Proceeding.instance_id)).one() == done.instance_id


def test_two_servers_at_once_begin_one_case(each_database: str, installation: Flask):
    found = published()

    def pass_time() -> int:
        with on(date(2027, 12, 1)):
            return let_time_pass()

    at_once(installation, pass_time, pass_time)
    assert cases(found) == 1


def test_a_crash_in_the_middle_leaves_it_to_be_done(
    installation: Flask, monkeypatch: pytest.MonkeyPatch
):
    found = published()

    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with on(date(2027, 12, 1)):
        with monkeypatch.context() as broken:
            broken.setattr(planned, "record", crash)
            assert let_time_pass() == 0
        assert cases(found) == 0
        assert let_time_pass() == 1
        assert cases(found) == 1


def test_what_comes_again_is_planned_anew(installation: Flask):
    found = published()
    with on(date(2029, 6, 2)):
        let_time_pass()
    assert follow_ups(found)["look_again", 2].due_on == date(2031, 6, 1)


def test_the_holder_is_invited_in_time(installation: Flask, mails: list[Any]):
    found = entry(published())
    with on(date(2032, 4, 2)):
        let_time_pass()
        let_time_pass()
    ((account, subject, text),) = mails
    assert account.login == "saomai"
    assert found.number in subject
    assert "01/06/2032" in text
    assert f"/results/{found.id}" in text


def test_an_extension_moves_the_invitation(installation: Flask, mails: list[Any]):
    found = published()
    do(found, operations.extend, Deed())
    with on(date(2032, 4, 2)):
        let_time_pass()
    assert mails == []
    with on(date(2037, 4, 2)):
        let_time_pass()
    assert len(mails) == 1


def test_nothing_follows_an_entry_that_has_ended(installation: Flask):
    found = published()
    do(found, operations.revoke, REVOKED)
    with on(date(2040, 1, 1)):
        let_time_pass()
    assert cases(found) == 0
    assert {each.outcome for each in follow_ups(found).values()} == {"dropped"}


def test_an_old_licence_is_followed_from_its_release_on(installation: Flask):
    held = licence("7/cũ", date(2024, 3, 1))
    assert follow_ups(held) == {}
    with transaction():
        release_licence(held, owner_id=None, by="x")
    due = {key: each.due_on for key, each in follow_ups(held).items()}
    assert due == {
        ("renewal", 1): date(2029, 3, 1) - timedelta(days=60),
        ("look_again", 1): date(2028, 3, 1),
    }
