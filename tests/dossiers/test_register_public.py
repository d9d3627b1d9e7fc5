"""What everybody may know of an entry: its public facts, days and grounds, and nothing beside them."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.sample.application import SAO_MAI
from core.clock import today
from core.database import db, transaction
from dossiers import register
from dossiers.errors import EntryNotFound
from dossiers.issuing import subject_of
from dossiers.models import RegisterEntry
from dossiers.operations.locking import lock_dossier
from dossiers.register_entries import operations
from dossiers.register_entries.emptying import empty
from dossiers.register_entries.models import EntryState
from dossiers.register_entries.operations import Deed
from dossiers.register_entries.searching import folded, words_of
from dossiers.result_data import result_xml
from tests.dossiers.registered import REVOKED, RULES, changes, do, entry, publish, published, ruled
from tests.dossiers.registered import settled as settled_dossier

SECRET = "Zquirl"
PRIVATE = {
    "contact_name": f"{SECRET} name",
    "contact_phone": "0987 123 4455",
    "contact_email": f"{SECRET}@secret.example",
}
SECRETS = (SECRET, "0987 123 4455")


def pages(app: Flask, found: RegisterEntry) -> list[str]:
    """Everything that anybody is shown of an entry, on pages and by API."""
    client = app.test_client()
    addresses = [
        f"/verify/{found.number}",
        f"/verify/{found.check_code}",
        "/register",
        f"/register?text={found.number}",
        f"/api/v1/register/{found.number}",
        "/api/v1/register",
    ]
    answers = [client.get(each) for each in addresses]
    assert {each.status_code for each in answers} == {200}
    return [each.text for each in answers]


def test_nothing_outside_of_its_public_facts_is_shown(installation: Flask):
    ruled()
    shown = published(**PRIVATE)
    deed = Deed(
        ground="false-papers", reason=f"{SECRET} internal", note="Công khai", by="account:x"
    )
    do(shown, operations.suspend, deed)
    found = entry(shown)
    hidden = [*SECRETS, str(found.id), str(found.dossier_id), str(found.owner_id), "account:"]
    for text in pages(installation, found):
        assert [each for each in hidden if each in text] == []
    assert "Công khai" in pages(installation, found)[0]
    assert "Giấy tờ giả" in pages(installation, found)[0]


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(st.sampled_from(["device_name", "maker"]), st.text(max_size=20)),
    st.text(st.characters(categories=["L"]), min_size=4, max_size=12),
)
def test_an_entry_is_found_by_no_word_that_is_not_public(facts: dict[str, str], other: str):
    found = RegisterEntry(
        number="1/X",
        organisation_number="999",
        organisation_name="Sao Mai",
        holder_number_public=False,
        facts=facts,
        check_code=other,
        withdrawal_reason=other,
    )
    public = folded("\n".join(["1/X", "Sao Mai", *facts.values()]))
    assert "999" not in words_of(found).splitlines()
    assert (folded(other) in words_of(found)) <= (folded(other) in public)


def test_the_number_of_a_person_is_hidden_where_the_law_does_not_publish_it(installation: Flask):
    ruled(RULES.replace("register:\n", "register:\n  holder_number: hidden\n", 1))
    found = entry(published())
    for text in pages(installation, found):
        assert SAO_MAI["organisation_number"] not in text
    assert list(register.entries(text=SAO_MAI["organisation_number"])) == []
    assert len(register.entries(text="sao mai")) == 1


def test_the_data_of_a_result_leave_out_a_number_that_is_hidden(installation: Flask):
    ruled(RULES.replace("register:\n", "register:\n  holder_number: hidden\n", 1))
    found = entry(published())
    result = {"number": found.number, "issued_on": found.issued_on, "check_code": "x"}
    told = result_xml(subject_of(found.dossier_id), result, b"").decode()
    assert found.organisation_name in told
    assert found.organisation_number not in told


def test_it_is_found_without_accents_and_by_what_it_is_about(installation: Flask):
    published(device_name="Máy ĐO huyết áp")
    for text in ("may do huyet", "MÁY ĐO", "huyết áp", "sao mai", "0315123453", "PCBB"):
        assert len(register.entries(text=text)) == 1, text
    for text in ("%", "_", "Nguyễn Thị Mai", "mai@saomai.example"):
        assert list(register.entries(text=text)) == [], text


@pytest.mark.parametrize("state", ["draft", "received", "held"])
def test_what_is_not_issued_does_not_exist(installation: Flask, state: str):
    dossier_id = settled_dossier()
    if state == "held":
        found = publish(dossier_id)
        with transaction() as session:
            session.get_one(RegisterEntry, found).state = EntryState.HELD
        with pytest.raises(EntryNotFound):
            register.find_entry(entry(found).check_code)
    assert list(register.entries()) == []


def test_states_can_be_asked_for(installation: Flask):
    ruled()
    valid, gone, away = (published(device_name=each) for each in "abc")
    do(gone, operations.revoke, REVOKED)
    do(away, operations.suspend, REVOKED, until=today() + timedelta(days=1))
    states = {state: [each.id for each in register.entries(state=state)] for state in EntryState}
    expected = {"valid": [valid], "withdrawn": [gone], "suspended": [away]}
    assert {state: ids for state, ids in states.items() if ids} == expected


def test_a_change_is_never_told_with_its_moment_or_its_author(installation: Flask):
    ruled()
    found = published()
    do(found, operations.revoke, REVOKED)
    told = register.changes_of(entry(found))
    assert [each.kind for each in told] == ["issued", "revoked"]
    assert not {"at", "by", "reason", "dossier_id"} & set(vars(told[0]))


def test_pseudonymising_leaves_the_entry_and_takes_the_reasons(installation: Flask):
    ruled()
    found = published()
    do(found, operations.revoke, REVOKED)
    dossier_id = entry(found).dossier_id
    with transaction():
        lock_dossier(dossier_id)
        empty(dossier_id)
    db.session.expire_all()
    assert [(each.reason, each.note) for each in changes(found)] == [("", ""), ("", REVOKED.note)]


def words(**facts: Any) -> list[str]:
    """What is searched of such facts."""
    found = RegisterEntry(number="", organisation_number="", organisation_name="", facts=facts)
    return [each for each in words_of(found).splitlines() if each]


def test_facts_are_searched_however_deep_they_lie(installation: Flask):
    assert words(a={"b": ["Đèn", 5, None, True]}) == ["den", "5"]
