"""Fees and reception over the API: what is owed, paid at the desk, given back by two; taken in."""

from typing import Any

import pytest

from commands.sample.application import SAO_MAI, SERVICE
from core.database import transaction
from dossiers.operations.payments import note_payment
from engine import run_due_jobs
from tests.api.conftest import code_of
from tests.api.house import AGENCY, House
from tests.fees.packs import HALVED, with_fees
from workflows.operations import deploy_pack

PERSON = {"name": "Trần Văn Nam", "identity_number": "001085654321"}
VISIT: dict[str, Any] = {
    "service": SERVICE,
    "agency": AGENCY,
    "receiving_agency": AGENCY,
    "channel": "post",
    "submitter": PERSON,
    "standing": "oneself",
    "fact": "654321",
}


@pytest.fixture
def reference(house: House) -> str:
    """An application that was written to the office of a service with a tariff, and taken in."""
    with house.app.app_context(), transaction():
        deploy_pack(with_fees(exemptions={"half": HALVED}), by="system")
    told = house.desk_clerk.post("/api/v1/receptions", VISIT)
    assert told.status_code == 201, told.text
    address = f"/api/v1/receptions/{told.get_json()['reference']}"
    clerk = house.desk_clerk
    body = {"answers": SAO_MAI, "papers": {}}
    missing = clerk.client.put(f"{address}/answers", json=body, headers=clerk.headers)
    assert missing.status_code == 200, missing.text
    refused = clerk.post(f"{address}/accept")
    assert code_of(refused) == "documents-missing"
    kinds = [each["pointer"].rpartition("/")[2] for each in refused.get_json()["errors"]]
    body["papers"] = {kind: {"originals": 1, "compared": True} for kind in kinds}
    clerk.client.put(f"{address}/answers", json=body, headers=clerk.headers)
    taken = clerk.post(f"{address}/accept")
    assert taken.status_code == 200, taken.text
    assert taken.get_json()["code"].startswith("H26.16-")
    with house.app.app_context():
        run_due_jobs(house.app)
    return str(told.get_json()["reference"])


def test_nothing_is_handed_in_where_nothing_was_asked(house: House, reference: str):
    address, body = f"/api/v1/receptions/{reference}/supplement", {"answers": {"answer": "x"}}
    assert code_of(house.desk_clerk.post(address, body)) == "dossier-not-editable"
    assert house.owner.post(address, body).status_code == 403


@pytest.fixture
def fee(house: House, reference: str) -> dict[str, Any]:
    """What it owes, as a clerk reads it."""
    items = house.desk_clerk.get("/api/v1/dossiers").get_json()["items"]
    (dossier,) = [each for each in items if each["reference"] == reference]
    told = house.desk_clerk.get(f"/api/v1/dossiers/{dossier['id']}/fees")
    assert told.status_code == 200, told.text
    fees = told.get_json()["items"]
    return dict(fees[0]["order"], lines=fees[0]["lines"], dossier_id=dossier["id"])


def test_what_was_taken_in_is_listed_for_its_office_alone(house: House, reference: str):
    listed = house.desk_clerk.get("/api/v1/receptions").get_json()["items"]
    assert [each["reference"] for each in listed] == [reference]
    assert listed[0]["owner"] == listed[0]["submitter"] == PERSON
    address = f"/api/v1/receptions/{reference}"
    assert house.director.get(address).status_code == 403
    assert house.desk_clerk_elsewhere.get(address).status_code == 404


def test_a_fee_is_read_with_its_line_taken_once_and_given_back_by_two(
    house: House, fee: dict[str, Any]
):
    assert (fee["lines"][0]["tariff_line"], fee["amount"]) == ("appraisal/-/any", 3_000_000)
    take = f"/api/v1/fee-orders/{fee['id']}/desk-payments"
    wrong = house.desk_clerk.post(take, {"way": "cash", "amount": 1})
    assert code_of(wrong) == "fee-amount-wrong"
    body = {"way": "cash", "amount": 3_000_000}
    key = {"Idempotency-Key": "once"}
    first, again = (house.desk_clerk.post(take, body, **key) for _ in range(2))
    assert (first.status_code, first.get_json()) == (201, again.get_json())
    back = f"/api/v1/fee-orders/{fee['id']}/refunds"
    asked = house.director.post(back, {"reason": "Nhầm", "erred": True}).get_json()
    decide = f"/api/v1/fee-refunds/{asked['id']}/decide"
    own = house.director.post(decide, {"approved": True})
    assert code_of(own) == "fee-refund-second-person"
    assert house.desk_clerk.post(decide, {"approved": True}).status_code == 403


def test_what_is_unclear_is_settled_with_a_reason(house: House, fee: dict[str, Any]):
    with house.app.app_context(), transaction():
        note_payment(fee["reference"], amount=5, currency="VND", transaction_code="T")
    fees = house.device_officer.get(f"/api/v1/dossiers/{fee['dossier_id']}/fees").get_json()
    (matter,) = fees["items"][0]["matters"]
    settle = f"/api/v1/fee-matters/{matter['id']}/settle"
    told = house.desk_clerk.post(settle, {"note": "Trả lại", "give_back": True})
    assert told.get_json()["settled_by"] == house.desk_clerk.actor_id
    assert code_of(house.desk_clerk.post(settle, {"note": "x"})) == "fee-matter-settled"


def test_the_journal_and_the_tariff_are_read(house: House, fee: dict[str, Any]):
    agency_id = house.desk_clerk.get("/api/v1/receptions").get_json()["items"][0]["agency_id"]
    with house.app.app_context(), transaction():
        note_payment(fee["reference"], amount=3_000_000, currency="VND", transaction_code="T")
    journal = house.auditor.get(f"/api/v1/agencies/{agency_id}/fee-journal").get_json()
    assert [each["amount"] for each in journal["movements"]] == [3_000_000]
    assert journal["sums"][0]["count"] == 1
    (line,) = house.owner.get(f"/api/v1/services/{SERVICE}/tariff").get_json()["items"]
    assert (line["amount"], line["source"], line["decided"]) == (3_000_000, "Circular 1", False)
    period = {"first": "2026-01-01", "last": "2026-12-31"}
    asked = house.desk_clerk.post(f"/api/v1/agencies/{agency_id}/fee-comparisons", period)
    assert asked.status_code == 202
    shown = house.desk_clerk.get(f"/api/v1/fee-comparisons/{asked.get_json()['id']}")
    assert shown.get_json()["done_at"] is None
