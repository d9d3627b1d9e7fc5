"""Entries of the register over the API: for holders and staff, and what everybody may know."""

from typing import Any
from uuid import UUID

import pytest

from core.database import db, transaction
from dossiers.models import Dossier
from dossiers.register_entries import operations
from tests.api import rows
from tests.api.conftest import code_of
from tests.api.house import House
from tests.dossiers.registered import RULES, entry, ruled
from tests.dossiers.registered import do as done

NUMBER = "000000001/PCBB-H26"


@pytest.fixture
def entry_id(house: House) -> str:
    draft = house.owner.draft()
    with house.app.app_context():
        ruled(RULES)
        rows.submitted(draft["id"], "H26.16-261121-0001")
        with transaction():
            found = rows.entry_of(db.session.get_one(Dossier, UUID(draft["id"])), NUMBER, "code")
            db.session.add(found)
        return str(found.id)


def told(answer: Any) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.get_json()


def test_holder_and_staff_read_an_entry_others_do_not(house: House, entry_id: str):
    with house.app.app_context():
        deed = operations.Deed(ground="false-papers", reason="internal", note="told")
        done(UUID(entry_id), operations.suspend, deed)
    for reader in (house.owner, house.device_officer, house.auditor):
        assert [each["id"] for each in told(reader.get("/api/v1/entries"))["items"]] == [entry_id]
        shown = told(reader.get(f"/api/v1/entries/{entry_id}"))
        assert (shown["state"], shown["history"][-1]["reason"]) == ("suspended", "internal")
    assert told(house.stranger.get("/api/v1/entries"))["items"] == []
    assert house.stranger.get(f"/api/v1/entries/{entry_id}").status_code == 404
    public = told(house.app.test_client().get(f"/api/v1/register/{NUMBER}"))
    assert (public["state"], public["changes"][-1]["note"]) == ("suspended", "told")
    assert "internal" not in str(public)


def test_a_copy_is_asked_for_once_per_key(house: House, entry_id: str):
    address, key = f"/api/v1/entries/{entry_id}/copies", {"Idempotency-Key": "k"}
    first = told(house.owner.post(address, **key))
    assert told(house.owner.post(address, **key)) == first
    assert first["ready_at"] is None
    content = f"/api/v1/copies/{first['id']}/content"
    assert code_of(house.owner.get(content)) == "copy-not-ready"
    assert code_of(house.stranger.get(content)) == "certified-copy-not-found"
    assert house.device_officer.post(address).status_code == 403


def test_an_officer_begins_a_procedure_and_another_agencys_finds_nothing(
    house: House, entry_id: str
):
    address, body = f"/api/v1/entries/{entry_id}/procedures", {"procedure": "revocation"}
    assert house.owner.post(address, body).status_code == 403
    assert house.device_officer_elsewhere.post(address, body).status_code == 404
    assert code_of(house.device_officer.post(address, {"procedure": "x"})) == "procedure-unknown"
    assert told(house.device_officer.post(address, body))["instance_id"]
    with house.app.app_context():
        assert entry(UUID(entry_id)).state == "withdrawn"


def test_nobody_checks_a_copy_that_is_not_there(house: House):
    answer = house.app.test_client().get("/api/v1/register/copies/1/x")
    assert code_of(answer) == "register-entry-not-found"
