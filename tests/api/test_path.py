"""From form to signed number, through the API alone; outside systems are sandboxes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from commands.sample.application import DONG_XANH, SAO_MAI
from connectors.payment.messages import Seal
from core.config import Settings
from engine import run_due_jobs
from tests.api.conftest import code_of
from tests.api.house import Caller, House
from tests.sandboxes import Sandbox

DOSSIERS = "/api/v1/dossiers"


@pytest.fixture
def settings(settings: Settings, register_sandbox: Sandbox, payment_sandbox: Sandbox) -> Settings:
    return replace(
        settings,
        enterprise_register_url=register_sandbox.address,
        payment_gateway_url=payment_sandbox.address,
    )


@pytest.fixture
def work(house: House) -> Callable[[], None]:
    """Let the machine do everything that is due."""

    def until_nothing_is_due() -> None:
        run_due_jobs(house.app)

    return until_nothing_is_due


@pytest.fixture
def report(house: House, settings: Settings) -> Callable[..., Any]:
    """The payment platform's word about a fee, genuine unless told otherwise."""

    def told(fee: dict[str, Any], **changed: str) -> Any:
        seal = Seal(settings.payment_secret, settings.payment_digest)
        message = {
            "LoaiBanTin": "NOTIFY",
            "MaLoi": "00",
            "MaThamChieu": fee["reference"],
            "SoTien": str(fee["amount"]),
            "MaTienTe": fee["currency"],
            "MaGiaoDich": "GD1",
        }
        sealed = seal.sealed({**message, **changed})
        return house.app.test_client().post("/api/v1/payments/notifications", json=sealed)

    return told


def _submitted(house: House, work: Callable[[], None], **answers: Any) -> str:
    draft = house.owner.complete_draft(**answers)
    address = f"{DOSSIERS}/{draft['id']}"
    answer = house.owner.post(f"{address}/submit")
    assert answer.status_code == 200, answer.text
    work()
    return address


def _fee(caller: Caller, address: str) -> dict[str, Any]:
    fee: dict[str, Any] = caller.post(f"{address}/payments").get_json()
    return fee


def _status(caller: Caller, address: str) -> str:
    return str(caller.get(address).get_json()["status"])


def _paid(house: House, work: Callable[[], None], report: Callable[..., Any], address: str) -> None:
    assert report(_fee(house.owner, address)).status_code == 200
    work()


@pytest.mark.usefixtures("each_database")
def test_a_complete_application_is_paid_numbered_sealed_and_public(
    house: House, work: Callable[[], None], report: Callable[..., Any], payment_sandbox: Sandbox
):
    address = _submitted(house, work)
    assert _status(house.owner, address) == "awaiting-payment"
    fee = _fee(house.owner, address)
    assert (fee["amount"], fee["state"]) == (1_500_000, "pending")
    assert fee["checkout_url"].startswith(payment_sandbox.address)
    _paid(house, work, report, address)

    done = house.owner.get(address).get_json()
    assert done["status"] == "delivered"
    assert done["code"].startswith("H26.16-")
    assert [change["sequence"] for change in done["history"]] == list(
        range(1, len(done["history"]) + 1)
    )
    papers = house.owner.get(f"{address}/documents").get_json()["items"]
    issued = {paper["kind"]: paper for paper in papers if paper["origin"] == "authority"}
    assert set(issued) == {"receipt", "notice", "notice_data"}
    notice = house.owner.get(f"/api/v1/documents/{issued['notice']['id']}/content")
    assert notice.data.startswith(b"%PDF-")
    taken_out = house.owner.delete(f"/api/v1/documents/{issued['notice']['id']}")
    assert taken_out.status_code == 404
    entry = house.app.test_client().get(f"/api/v1/register/{done['register_number']}")
    assert entry.get_json()["organisation_number"] == SAO_MAI["organisation_number"]


def test_what_was_done_is_not_done_twice(
    house: House, work: Callable[[], None], report: Callable[..., Any]
):
    address = _submitted(house, work)
    again = house.owner.post(f"{address}/submit")
    assert (again.status_code, code_of(again)) == (409, "dossier-not-editable")
    fee = _fee(house.owner, address)
    wrong = report(fee, SoTien="1")
    assert (wrong.status_code, code_of(wrong)) == (409, "payment-mismatch")
    failed = report(fee, MaLoi="99")
    assert failed.status_code == 200
    assert _status(house.owner, address) == "awaiting-payment"
    assert [report(fee).status_code for _ in range(2)] == [200, 200]
    work()
    nothing = house.owner.post(f"{address}/payments")
    assert (nothing.status_code, code_of(nothing)) == (409, "nothing-to-pay")
    late = house.owner.post(f"{address}/withdraw", {"reason": "Too late"})
    assert (late.status_code, code_of(late)) == (409, "too-late-to-withdraw")


def test_a_submitted_dossier_cannot_be_changed_by_its_applicant(
    house: House, work: Callable[[], None]
):
    address = _submitted(house, work)
    version = house.owner.get(address).headers["ETag"]
    changed = house.owner.patch(address, {"answers": {"device_name": "Khác"}}, version)
    assert (changed.status_code, code_of(changed)) == (409, "dossier-not-editable")
    dossier_id = address.rpartition("/")[2]
    attached = house.owner.upload(dossier_id, "iso_13485", b"%PDF-1.7")
    assert attached.status_code in {409, 422}


def test_an_applicant_withdraws_before_the_result(house: House, work: Callable[[], None]):
    address = _submitted(house, work)
    withdrawn = house.owner.post(f"{address}/withdraw", {"reason": "Changed my mind"})
    assert withdrawn.status_code == 200, withdrawn.text
    work()
    assert _status(house.owner, address) == "withdrawn"


def _task(caller: Caller, address: str) -> str:
    dossier_id = address.rpartition("/")[2]
    items = caller.get("/api/v1/tasks").get_json()["items"]
    (task_id,) = [item["id"] for item in items if item["dossier_id"] == dossier_id]
    return f"/api/v1/tasks/{task_id}"


def _claimed(caller: Caller, task: str) -> str:
    answer = caller.post(f"{task}/claim")
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["token"])


def test_a_clerk_asks_for_a_supplement_and_the_applicant_gives_it(
    house: House, work: Callable[[], None], report: Callable[..., Any]
):
    address = _submitted(house, work, **DONG_XANH)
    _paid(house, work, report, address)
    task = _task(house.desk_clerk, address)
    shown = house.desk_clerk.get(task).get_json()
    assert shown["form"]["properties"]["decision"]
    decision = {"decision": "supplement", "note": "Ghi đúng tên doanh nghiệp."}
    token = _claimed(house.desk_clerk, task)
    done = house.desk_clerk.post(f"{task}/complete", {"token": token, "answers": decision})
    assert done.status_code == 204, done.text
    work()
    dossier = house.owner.get(address)
    assert dossier.get_json()["status"] == "awaiting-supplement"
    name = {"organisation_name": "CÔNG TY TNHH DỤNG CỤ Y TẾ ĐỒNG XANH (MẪU)"}
    changed = house.owner.patch(address, {"answers": name}, dossier.headers["ETag"])
    assert changed.status_code == 200
    asked = f"/api/v1/tasks/{dossier.get_json()['task_id']}"
    reply = house.owner.post(f"{asked}/complete", {"answers": {"answer": "Đã sửa."}})
    assert reply.status_code == 204, reply.text
    work()
    assert _status(house.owner, address) != "awaiting-supplement"


def test_a_task_has_one_holder_who_alone_completes_it_once(
    house: House, work: Callable[[], None], report: Callable[..., Any]
):
    address = _submitted(house, work, **DONG_XANH)
    _paid(house, work, report, address)
    task = _task(house.desk_clerk, address)
    refused = {"decision": "refuse", "note": "Sai thủ tục."}
    unclaimed = house.desk_clerk.post(f"{task}/complete", {"answers": refused})
    assert unclaimed.status_code == 409
    token = _claimed(house.desk_clerk, task)
    assert house.desk_clerk.get("/api/v1/tasks?mine=true").get_json()["items"]
    for body, status in (
        ({"token": None, "answers": refused}, 409),
        ({"token": "01a1fff6-2ac1-7245-a2ef-36318bb0fb8d", "answers": refused}, 409),
        ({"token": token, "answers": {"decision": "perhaps"}}, 422),
        ({"token": token, "answers": {}}, 422),
        ({"token": "x", "answers": refused}, 422),
    ):
        answer = house.desk_clerk.post(f"{task}/complete", body)
        assert answer.status_code == status, answer.text
    assert house.desk_clerk.post(f"{task}/release", {"token": token}).status_code == 204
    token = _claimed(house.desk_clerk, task)
    body = {"token": token, "answers": refused}
    assert house.desk_clerk.post(f"{task}/complete", body).status_code == 204
    work()
    again = house.desk_clerk.post(f"{task}/complete", body)
    assert (again.status_code, code_of(again)) == (409, "task-not-open")
    assert _status(house.owner, address) == "not-accepted"
