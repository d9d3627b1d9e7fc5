"""What only one standing entry may say: told before sending, refused under lock, free at its end."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from commands.sample.application import DONG_XANH, SAO_MAI, SERVICE
from commands.sample.dossiers import _actor, attach, draft
from commands.sample.people import first_agency
from core import clock
from core.clock import now
from core.database import db, transaction
from dossiers import operations as cases
from dossiers import queries
from dossiers.models import Dossier
from dossiers.operations.legacy import Licence, enter_licence, release_licence
from dossiers.operations.locking import lock_dossier
from dossiers.register_entries import catching_up, operations
from dossiers.register_entries.about import in_the_way
from dossiers.register_entries.actions import claim_keys
from dossiers.register_entries.errors import EntryNotTheirs, EntryStands
from dossiers.register_entries.operations import Deed
from dossiers.register_entries.uniqueness import release_unused
from engine.errors import BpmnError
from tests.dossiers.registered import (
    REVOKED,
    RULES,
    do,
    entry,
    publish,
    published,
    ruled,
    settled,
)
from tests.dossiers.test_numbers import at_once
from workflows.queries import service


@pytest.fixture(autouse=True)
def with_rules(installation: Flask) -> None:
    ruled()


def tried(dossier_id: Any) -> str:
    """Whether a dossier's result was published."""
    try:
        publish(dossier_id)
    except BpmnError as error:
        return error.code
    return "published"


def send(answers: dict[str, Any], login: str = "saomai") -> None:
    begun = draft(login, answers)
    for kind in service(SERVICE).required_documents(answers):
        attach(begun, kind, _actor(login))
    with transaction():
        cases.submit(begun.id, actor=_actor(login), language="vi")


def test_what_was_published_before_there_was_a_rule_comes_to_count(
    each_database: str, installation: Flask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(catching_up, "MOST_AT_ONCE", 2)
    ruled("\nregister: {}\n")
    older = [published(device_name=f"device {number}") for number in range(3)]
    do(older[0], operations.revoke, Deed(reason="x"))
    ruled()
    looked_at = [catching_up.let_older_entries_hold_their_keys() for _ in range(3)]
    assert looked_at == [2, 1, 0]
    again = [tried(settled(answers={**SAO_MAI, "device_name": f"device {n}"})) for n in range(3)]
    assert again == ["published", "not-unique", "not-unique"]


def test_of_two_at_once_one_is_published(each_database: str, installation: Flask):
    two = [settled(), settled()]
    outcomes = at_once(installation, *(lambda each=each: tried(each) for each in two))
    assert sorted(outcomes) == ["not-unique", "published"]


def test_a_second_one_is_refused_before_it_is_sent_whatever_its_case_and_spaces(
    installation: Flask,
):
    number = entry(published(device_name="Máy Đo  A")).number
    with pytest.raises(EntryStands) as caught:
        send({**SAO_MAI, "device_name": "máy đo a"})
    assert caught.value.params == {
        "number": number,
        "message": "Thiết bị này đã có số công bố.",
    }
    send({**SAO_MAI, "device_name": "Máy đo B"})


def test_a_rule_that_only_warns_lets_one_send_but_not_publish(installation: Flask):
    ruled(RULES.replace("      message:", "      before_submission: warn\n      message:"))
    published()
    send(SAO_MAI)
    (told,) = in_the_way(db.session.get_one(Dossier, settled()), service(SERVICE))
    assert (told.rule, told.refuses) == ("one_device", False)
    assert tried(settled()) == "not-unique"


def test_others_may_have_the_same_device(installation: Flask):
    published()
    assert tried(settled("dongxanh", {**DONG_XANH, "device_name": SAO_MAI["device_name"]})) == (
        "published"
    )


def test_what_was_revoked_stands_in_nobodys_way(installation: Flask):
    do(published(), operations.revoke, REVOKED)
    assert tried(settled()) == "published"


def test_what_has_expired_stands_in_nobodys_way_even_before_anybody_noted_it(
    installation: Flask,
):
    published()
    with clock.shifted(timedelta(days=6 * 366)):
        assert tried(settled()) == "published"


def test_a_dossier_that_is_being_settled_holds_its_place_until_it_is_over(installation: Flask):
    first = settled()
    with transaction():
        claim_keys(lock_dossier(first), service(SERVICE))
    assert tried(settled()) == "not-unique"
    with transaction():
        release_unused(first)
    assert tried(settled()) == "published"


def test_a_suspended_entry_still_stands(installation: Flask):
    do(published(), operations.suspend, Deed(ground="false-papers", reason="x"))
    assert tried(settled()) == "not-unique"


def test_an_amendment_cannot_say_what_another_entry_says(installation: Flask):
    published(device_name="A")
    other = published(device_name="B")
    amended = Deed(ground="new-facts")
    with pytest.raises(EntryStands):
        do(other, operations.amend, {"device_name": "A"}, amended)
    assert entry(other).facts["device_name"] == "B"
    do(other, operations.amend, {"device_name": "C"}, amended)
    assert tried(settled(answers={**SAO_MAI, "device_name": "B"})) == "published"
    assert tried(settled(answers={**SAO_MAI, "device_name": "C"})) == "not-unique"


def licence(number: str, issued: date) -> Any:
    facts = {"device_name": SAO_MAI["device_name"]}
    paper = Licence(number, issued, SAO_MAI["organisation_number"], "Sao Mai", facts)
    with transaction():
        return enter_licence(paper, service(SERVICE), first_agency(), by="x").id


def test_licences_of_an_older_system_count_once_they_are_released(installation: Flask):
    held = licence("7/cũ", now().date() - timedelta(days=100))
    assert tried(settled(answers={**SAO_MAI, "device_name": "other"})) == "published"
    with transaction():
        release_licence(held, owner_id=None, by="x")
    assert entry(held).valid_until is not None
    assert tried(settled()) == "not-unique"


def test_two_old_licences_that_say_the_same_are_both_lawful(installation: Flask):
    two = [licence(f"{n}/cũ", now().date() - timedelta(days=100)) for n in (7, 8)]
    for each in two:
        with transaction():
            release_licence(each, owner_id=None, by="x")
    do(two[0], operations.revoke, REVOKED)
    assert tried(settled()) == "not-unique"
    do(two[1], operations.revoke, REVOKED)
    assert tried(settled()) == "published"


ABOUT = RULES.replace("  reissue:", "  about: {number: =device_models}\n  reissue:").replace(
    "register:\n", "register:\n  about: {number: =device_models}\n", 1
)


def test_a_dossier_that_changes_an_entry_is_not_in_its_own_way(installation: Flask):
    number = entry(published()).number
    ruled(ABOUT)
    send({**SAO_MAI, "device_models": number})


@pytest.mark.parametrize("whose", ["nobody's", "another's", "revoked"])
def test_a_dossier_can_only_change_a_standing_entry_of_its_holder(installation: Flask, whose: str):
    other = published("dongxanh", **DONG_XANH)
    number = {"nobody's": "1/x", "another's": entry(other).number, "revoked": ""}[whose]
    if whose == "revoked":
        own = published()
        number = entry(own).number
        do(own, operations.revoke, REVOKED)
    ruled(ABOUT)
    with pytest.raises(EntryNotTheirs):
        send({**SAO_MAI, "device_models": number})
    db.session.rollback()
    drafts = queries.dossiers(visible_to=_actor("saomai"))
    assert drafts[0].status == "draft"
