"""Requests over the API: asked, answered, and what is told to whom."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from commands.sample.application import SAO_MAI
from core.database import db, transaction
from dossiers import operations
from dossiers.models import PaymentOrder
from engine import run_due_jobs
from engine.runtime import EXTENSION, Runtime
from tests.api.house import Caller, House

DOSSIERS, TASKS, REQUESTS = "/api/v1/dossiers", "/api/v1/tasks", "/api/v1/requests"
UNKNOWN = {"enterprise": {"found": False, "active": False, "name": ""}}
DEFECT = {"part": "document:instructions", "defect": "Thiếu tên thiết bị", "remedy": "Nộp lại"}


@pytest.fixture
def dossier(house: House) -> dict[str, Any]:
    """A paid dossier at which a clerk must look."""
    runtime: Runtime = house.app.extensions[EXTENSION]
    runtime.on_job("payment.order", lambda _call: {"checkout_url": "https://pay.example/1"})
    runtime.on_job("enterprise.lookup", lambda _call: UNKNOWN)
    draft = house.owner.complete_draft()
    address = f"{DOSSIERS}/{draft['id']}"
    assert house.owner.post(f"{address}/submit").status_code == 200
    run_due_jobs(house.app)
    pay(house, draft["id"])
    run_due_jobs(house.app)
    return {**draft, "address": address}


def pay(house: House, dossier_id: str) -> None:
    with house.app.app_context():
        order = db.session.scalars(
            select(PaymentOrder).where(PaymentOrder.dossier_id == UUID(dossier_id))
        ).one()
        with transaction():
            operations.note_payment(
                order.reference, amount=order.amount, currency=order.currency, transaction_code="T"
            )


def claimed(house: House) -> tuple[str, str]:
    (task,) = house.desk_clerk.get(TASKS).get_json()["items"]
    address = f"{TASKS}/{task['id']}"
    return address, house.desk_clerk.post(f"{address}/claim").get_json()["token"]


def asked(house: House, dossier: dict[str, Any]) -> dict[str, Any]:
    """The list of defects, as the applicant sees it."""
    task, token = claimed(house)
    answer = house.desk_clerk.post(f"{task}/supplement", {"token": token, "items": [DEFECT]})
    assert answer.status_code == 204, answer.text
    (found,) = house.owner.get(f"{dossier['address']}/requests").get_json()["items"]
    return dict(found)


def test_a_list_of_defects_is_asked_ticked_off_and_answered(house: House, dossier):
    found = asked(house, dossier)
    assert [(item["part"], item["label"] != "", item["done"]) for item in found["items"]] == [
        ("document:instructions", True, False)
    ]
    ticks = house.owner.client.put(
        f"{REQUESTS}/{found['id']}/ticks", json={"done": [1]}, headers=house.owner.headers
    )
    assert ticks.get_json()["items"][0]["done"] is True
    task = house.owner.get(dossier["address"]).get_json()["task_id"]
    sent = house.owner.post(f"{TASKS}/{task}/complete", {"answers": {"answer": "Xong"}})
    assert sent.status_code == 204, sent.text
    shown = house.desk_clerk.get(f"{REQUESTS}/{found['id']}").get_json()
    assert [shown["state"], shown["items"][0]["done"]] == ["fulfilled", True]


def accept(house: House) -> None:
    task, token = claimed(house)
    body = {"answers": {"decision": "accept"}, "token": token}
    assert house.desk_clerk.post(f"{task}/complete", body).status_code == 204


def correction(house: House, dossier: dict[str, Any]) -> tuple[str, str]:
    """The address and version of a correction that was asked for."""
    body = {"kind": "correction", "reason": "Ghi nhầm", "fields": ["organisation_address"]}
    made = house.owner.post(f"{dossier['address']}/requests", body)
    assert made.status_code == 201, made.text
    return made.headers["Location"], made.headers["ETag"]


def answer(caller: Caller, address: str, version: str, **body: Any) -> Any:
    return caller.post(address, body, **{"If-Match": version})


def test_a_correction_is_granted_and_made(house: House, dossier):
    accept(house)
    address, version = correction(house, dossier)
    (waiting,) = house.device_officer.get(REQUESTS).get_json()["items"]
    assert address.endswith(waiting["id"])
    granted = answer(house.device_officer, f"{address}/grant", version)
    assert granted.get_json()["granted"] == ["organisation_address"]
    new = {"organisation_address": "Số 2 phố Huế, Hà Nội"}
    made = answer(house.owner, f"{address}/correction", granted.headers["ETag"], answers=new)
    assert [made.get_json()["state"], made.get_json()["changed"]] == [
        "fulfilled",
        ["organisation_address"],
    ]
    assert house.owner.get(dossier["address"]).get_json()["answers"] == {**SAO_MAI, **new}


def test_an_answer_needs_the_version_that_was_seen(house: House, dossier):
    accept(house)
    address, _ = correction(house, dossier)
    assert house.device_officer.post(f"{address}/grant", {}).status_code == 428
    assert answer(house.device_officer, f"{address}/grant", '"9"').status_code == 412


def test_a_denial_needs_words(house: House, dossier):
    accept(house)
    address, version = correction(house, dossier)
    assert answer(house.device_officer, f"{address}/deny", version).status_code == 422
    denied = answer(house.device_officer, f"{address}/deny", version, reason="Đã thẩm định")
    assert denied.get_json()["state"] == "denied"


def test_what_is_taken_back_waits_for_nobody(house: House, dossier):
    accept(house)
    address, version = correction(house, dossier)
    assert answer(house.owner, f"{address}/take-back", version).get_json()["state"] == "taken-back"
    assert house.device_officer.get(REQUESTS).get_json()["items"] == []


def test_a_stop_is_proposed_by_one_and_granted_by_another(house: House, dossier):
    accept(house)
    body = {"kind": "stop", "reason": "Theo bản án của tòa", "basis": "Điều 5"}
    made = house.device_officer.post(f"{dossier['address']}/requests", body)
    address, version = made.headers["Location"], made.headers["ETag"]
    assert house.owner.get(f"{dossier['address']}/requests").get_json()["items"] == []
    refused = answer(house.device_officer, f"{address}/grant", version)
    assert [refused.status_code, refused.get_json()["code"]] == [403, "action-refused"]
    assert answer(house.director, f"{address}/grant", version).status_code == 200
    assert house.owner.get(dossier["address"]).get_json()["status"] == "stopped"


def test_an_extension_names_its_day(house: House, dossier):
    accept(house)
    body = {"kind": "extension", "reason": "Chờ ý kiến chuyên gia"}
    answered = house.device_officer.post(f"{dossier['address']}/requests", body)
    assert [answered.status_code, answered.get_json()["code"]] == [422, "invalid-request"]
