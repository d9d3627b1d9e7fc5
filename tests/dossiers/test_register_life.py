"""An entry of the register from its issue to its end: every step is dated, added and never altered."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from commands.sample.application import SERVICE
from commands.sample.people import first_agency
from core import clock
from core.clock import now, today
from core.database import transaction
from dossiers import register
from dossiers.errors import EntryNotValid, ReasonMissing
from dossiers.models import RegisterEntry
from dossiers.numbers.operations import reserve_number
from dossiers.operations.locking import lock_dossier
from dossiers.operations.proceedings import open_proceeding
from dossiers.register_entries import operations
from dossiers.register_entries.errors import DayWrong, GroundUnknown
from dossiers.register_entries.models import EntryState
from dossiers.register_entries.operations import Deed, lock_entry
from dossiers.register_entries.time_passing import let_time_pass
from tests.dossiers.registered import (
    REVOKED,
    changes,
    do,
    entry,
    published,
    ruled,
    settled,
)
from tests.engine.models import flows, mapping, model
from tests.engine.models import service as service_task
from workflows.queries import service

SUSPENDED = Deed(ground="false-papers", reason="Đang xác minh")
TAKEN_AWAY = model(
    '<startEvent id="s"/>'
    + service_task("withdraw", "register.withdraw", mapping({"reason": '="told"'}))
    + '<endEvent id="e"/>'
    + flows("s -> withdraw", "withdraw -> e"),
    process_id="taken_away",
)
NEW_FACTS = Deed(ground="new-facts", reason="Đổi tên thiết bị")


@pytest.fixture(autouse=True)
def first_of_june(installation: Flask) -> Iterator[None]:
    """A service with rules, on a day that every year has."""
    ruled()
    with clock.at(now().replace(year=2027, month=6, day=1, hour=3)):
        yield


def days_later(days: int) -> Any:
    return clock.shifted(timedelta(days=days))


def test_an_entry_is_valid_for_as_long_as_its_service_says(installation: Flask):
    found = entry(published())
    assert (found.state, found.issued_on, found.valid_until) == (
        "valid",
        date(2027, 6, 1),
        date(2032, 6, 1),
    )
    (issued,) = changes(found.id)
    assert (issued.kind, issued.on, issued.facts) == ("issued", date(2027, 6, 1), found.facts)


def test_it_counts_on_its_last_day_and_expires_on_the_next(installation: Flask):
    expiring = published()
    last = (date(2032, 6, 1) - date(2027, 6, 1)).days
    with days_later(last):
        let_time_pass()
        assert entry(expiring).state == "valid"
    with days_later(last + 1):
        assert register.state_of(entry(expiring)) is EntryState.EXPIRED
        let_time_pass()
        let_time_pass()
        found = entry(expiring)
        assert (found.state, register.ended_on(found)) == ("expired", date(2032, 6, 2))
        assert [each.kind for each in changes(expiring)] == ["issued", "expired"]
        with pytest.raises(EntryNotValid):
            do(expiring, operations.extend, Deed())


def test_new_facts_become_a_version_and_the_old_ones_are_kept(installation: Flask):
    amended = published(device_name="Máy A")
    facts = {"device_name": "Máy B", "no_such_fact": "x"}
    do(amended, operations.amend, facts, NEW_FACTS, holder_name="CÔNG TY MỚI")
    found = entry(amended)
    assert (found.facts["device_name"], found.facts_version) == ("Máy B", 2)
    assert "no_such_fact" not in found.facts
    assert found.organisation_name == "CÔNG TY MỚI"
    names = [each.facts["device_name"] for each in changes(amended)]
    assert names == ["Máy A", "Máy B"]
    assert [each.id for each in register.entries(text="may b")] == [amended]
    assert list(register.entries(text="máy a")) == []


def test_a_suspension_with_a_last_day_ends_by_itself(installation: Flask):
    suspended = published()
    do(suspended, operations.suspend, SUSPENDED, until=today() + timedelta(days=10))
    assert entry(suspended).state == "suspended"
    with days_later(10):
        let_time_pass()
        assert entry(suspended).state == "suspended"
    with days_later(11):
        assert register.state_of(entry(suspended)) is EntryState.VALID
        let_time_pass()
        assert entry(suspended).state == "valid"
        assert [each.kind for each in changes(suspended)] == ["issued", "suspended", "resumed"]


def test_a_suspension_without_a_day_lasts_until_somebody_resumes_it(installation: Flask):
    suspended = published()
    do(suspended, operations.suspend, SUSPENDED)
    with days_later(400):
        let_time_pass()
        assert entry(suspended).state == "suspended"
        do(suspended, operations.resume, Deed(reason="Đã xác minh"))
        assert entry(suspended).state == "valid"


def test_what_is_revoked_stays_revoked(installation: Flask):
    revoked = published()
    do(revoked, operations.revoke, REVOKED)
    found = entry(revoked)
    assert (found.state, found.withdrawal_reason) == ("withdrawn", "Giấy tờ giả")
    assert found.ended_at == found.withdrawn_at
    for deed in (operations.resume, operations.extend, operations.revoke, operations.reissue_same):
        with pytest.raises(EntryNotValid):
            do(revoked, deed, REVOKED)


def test_an_extension_begins_where_the_old_term_ends(installation: Flask):
    extended = published()
    do(extended, operations.extend, Deed())
    assert entry(extended).valid_until == date(2037, 6, 1)
    do(extended, operations.extend, Deed(), until=date(2040, 1, 31))
    assert entry(extended).valid_until == date(2040, 1, 31)
    with pytest.raises(DayWrong):
        do(extended, operations.extend, Deed(), until=date(2040, 1, 31))


def test_a_reissue_under_a_new_number_takes_the_place_of_the_old_entry(installation: Flask):
    old, dossier_id = published(), settled()
    with transaction():
        dossier = lock_dossier(dossier_id)
        number = reserve_number(dossier, service(SERVICE), first_agency())
        new = operations.reissue_as(lock_entry(old), dossier, number, "new-code", Deed()).id
    assert (entry(old).state, entry(old).replaced_by) == ("replaced", new)
    same = ("facts", "valid_until", "organisation_number")
    assert [getattr(entry(new), n) for n in same] == [getattr(entry(old), n) for n in same]
    assert [each.kind for each in changes(new)] == ["reissued"]
    assert number.state == "issued"


def test_a_reissue_under_the_same_number_is_noted(installation: Flask):
    lost = published()
    do(lost, operations.reissue_same, Deed(reason="Mất bản giấy"))
    assert entry(lost).state == "valid"
    assert [each.kind for each in changes(lost)] == ["issued", "reissued"]


@pytest.mark.parametrize(
    ("deed", "ground"),
    [(operations.revoke, ""), (operations.revoke, "new-facts"), (operations.suspend, "no-such")],
    ids=["none", "of another deed", "unknown"],
)
def test_a_ground_must_be_one_of_the_service_for_this_deed(
    installation: Flask, deed: Callable[..., None], ground: str
):
    found = published()
    with pytest.raises(GroundUnknown):
        do(found, deed, Deed(ground=ground, reason="x"))


def test_a_case_of_before_there_were_grounds_needs_none(installation: Flask):
    older = ruled("\nregister: {}\n", taken_away=TAKEN_AWAY)
    found = published()
    ruled()
    with transaction():
        open_proceeding(lock_entry(found), "taken_away", {}, version=older.version)
    assert (entry(found).state, entry(found).withdrawal_reason) == (EntryState.WITHDRAWN, "told")


def test_nothing_is_taken_away_without_a_reason(installation: Flask):
    found = published()
    with pytest.raises(ReasonMissing):
        do(found, operations.suspend, Deed(ground="false-papers"))
    with pytest.raises(DayWrong):
        do(found, operations.suspend, SUSPENDED, until=today() - timedelta(days=1))


def test_a_process_about_an_entry_revokes_it_and_its_case_is_on_record(installation: Flask):
    found = published()
    with transaction():
        about: RegisterEntry = lock_entry(found)
        version = service(SERVICE).version
        open_proceeding(about, "revocation", {}, version=version)
    revoked = changes(found)[-1]
    assert (revoked.kind, revoked.ground, revoked.note, revoked.reason) == (
        "revoked",
        "false-papers",
        "told",
        "internal",
    )
    assert revoked.dossier_id == entry(found).dossier_id


def test_an_unlimited_entry_never_expires(installation: Flask):
    ruled("")
    found: UUID = published()
    with days_later(36_500):
        let_time_pass()
        assert (entry(found).state, entry(found).valid_until) == ("valid", None)
