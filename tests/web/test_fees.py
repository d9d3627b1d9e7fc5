"""Fees on pages: what I owe and why, paid at the desk with a receipt, given back by two people."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from commands.sample.application import SERVICE
from core.database import db, transaction
from dossiers.fees.models import FeeExemption, FeeMatter, FeeReceipt, FeeRefund
from dossiers.models import PaymentOrder
from dossiers.operations.payments import note_payment
from tests.fees.packs import HALVED, KIND, line, with_fees
from tests.web.house import House
from web.site import services
from workflows.operations import deploy_pack


@pytest.fixture
def offer(house: House) -> Callable[..., tuple[str, str]]:
    """Offer the declaration with rules about fees; returns where a dossier is that owes some."""

    def offered(**rules: Any) -> tuple[str, str]:
        with house.app.app_context(), transaction():
            deploy_pack(with_fees(receipts={"series": "BL"}, **rules), by="system")
        reference = house.draft()
        house.visitor("saomai").post(f"/dossiers/{reference}/submit")
        return reference, f"/desk/dossiers/{reference}/fees"

    return offered


def one(house: House, table: type[Any]) -> Any:
    with house.app.app_context():
        return db.session.scalars(select(table).order_by(table.id.desc())).first()


def test_an_applicant_reads_what_is_owed_and_by_which_rule(house: House, offer):
    reference, _desk = offer(tariff=[line(verified=False)])
    page = house.visitor("saomai").page(f"/dossiers/{reference}/fees").text
    assert "3.000.000 đồng" in page
    assert "Circular 1" in page
    assert "chưa được đối chiếu" in page


def test_a_fee_is_taken_at_the_desk_and_its_receipt_cancelled(house: House, offer):
    _, desk = offer()
    clerk, order = house.visitor("motcua"), one(house, PaymentOrder)
    take = f"/desk/fee-orders/{order.id}/take"
    assert clerk.post(take, way="", amount="3000000").status_code == 400
    assert clerk.post(take, way="cash", amount="ba triệu").status_code == 400
    assert clerk.post(take, way="cash", amount="2999999").status_code == 422
    assert clerk.post(take, way="cash", amount="3 000 000").location == desk
    house.work()
    receipt = one(house, FeeReceipt)
    page = clerk.page(desk).text
    assert receipt.number in page
    assert str(receipt.document_id) in page
    cancel = f"/desk/fee-receipts/{receipt.id}/cancel"
    assert clerk.post(cancel, reason="").status_code == 400
    assert clerk.post(cancel, reason="Sai tên", anew="1").location == desk
    assert clerk.post(cancel, reason="Sai tên").status_code == 409
    assert "Sai tên" in clerk.page(desk).text


def test_an_exemption_is_asked_for_and_granted(house: House, offer):
    reference, desk = offer(exemptions={"half": HALVED})
    owner, order = house.visitor("saomai"), one(house, PaymentOrder)
    ask = f"/dossiers/{reference}/fees/{order.id}/exemption"
    assert owner.post(ask, exemption="", reason="").status_code == 400
    assert owner.post(ask, exemption="half", reason="Hộ nghèo").status_code == 303
    assert owner.post(ask, exemption="half", reason="Hộ nghèo").status_code == 409
    officer, asked = house.visitor("chuyenvien"), one(house, FeeExemption)
    assert "Hộ nghèo" in officer.page("/desk/fees").text
    decide = f"/desk/fee-exemptions/{asked.id}"
    assert officer.post(decide, decision="grant", note="").status_code == 400
    assert officer.post(decide, decision="grant", note="Đúng").location == desk
    assert "1.500.000 đồng" in owner.page(f"/dossiers/{reference}/fees").text


def test_a_refund_needs_another_person(house: House, offer):
    _, desk = offer()
    order = one(house, PaymentOrder)
    clerk, director = house.visitor("motcua"), house.visitor("lanhdao")
    clerk.post(f"/desk/fee-orders/{order.id}/take", way="cash", amount="3000000")
    ask = f"/desk/fee-orders/{order.id}/refund"
    assert clerk.post(ask, reason="", amount="").status_code == 400
    assert clerk.post(ask, reason="Thu nhầm", amount="1000000").location == desk
    decide = f"/desk/fee-refunds/{one(house, FeeRefund).id}"
    assert clerk.post(decide, decision="approve").status_code == 403
    assert director.post(decide, decision="deny").status_code == 400
    assert director.post(decide, decision="approve").location == desk
    assert clerk.post(decide, decision="pay-out").location == desk
    journal = clerk.page("/desk/fee-journal").text
    assert "-1.000.000 đồng" in journal.replace("\u2212", "-")
    assert "2.000.000 đồng" in journal


def test_an_officer_says_what_the_tariff_does_not(house: House, offer):
    reference, desk = offer(kinds={"appraisal": {**KIND, "fallback": "ask"}}, tariff=[])
    assert "Chưa xác định" in house.visitor("saomai").page(f"/dossiers/{reference}/fees").text
    officer, order = house.visitor("chuyenvien"), one(house, PaymentOrder)
    determine = f"/desk/fee-orders/{order.id}/determine"
    assert officer.post(determine, amount="x", basis="TT 1").status_code == 400
    assert officer.post(determine, amount="750000", basis="").status_code == 400
    assert officer.post(determine, amount="750000", basis="TT 1").location == desk
    assert officer.post(determine, amount="750000", basis="TT 1").status_code == 409


def test_what_is_unclear_is_settled_with_a_reason(house: House, offer):
    reference, desk = offer()
    house.pay(reference)
    order = one(house, PaymentOrder)
    with house.app.app_context(), transaction():
        note_payment(order.reference, amount=1, currency="VND", transaction_code="T2")
    officer, matter = house.visitor("chuyenvien"), one(house, FeeMatter)
    assert reference in officer.page("/desk/fees").text
    settle = f"/desk/fee-matters/{matter.id}"
    assert officer.post(settle, decision="return", note="").status_code == 400
    assert officer.post(settle, decision="return", note="Nhầm").location == desk
    assert officer.post(settle, decision="explain", note="Nhầm").status_code == 409
    assert one(house, FeeRefund).amount == 1


def test_the_journal_is_a_file_as_well(house: House, offer):
    reference, _desk = offer()
    house.pay(reference)
    clerk = house.visitor("motcua")
    told = clerk.page("/desk/fee-journal?format=csv")
    assert told.mimetype == "text/csv"
    assert reference in told.text
    assert clerk.page("/desk/fee-journal?format=xlsx").data[:2] == b"PK"
    assert clerk.page("/desk/fee-journal?first=2020-01-01&last=2026-01-01").status_code == 422
    assert clerk.post("/desk/fee-journal/compare").status_code == 303


def test_administrators_read_the_tariff_and_where_a_line_is_missing(house: House, offer):
    offer(tariff=[line(until="2025-06-30")])
    page = house.visitor("quantri").page("/administration/tariff").text
    assert "3.000.000 đồng" in page
    assert "Sắp thiếu dòng" in page


def test_others_do_not_find_the_fees_of_a_dossier(house: House, offer):
    reference, desk = offer()
    order = one(house, PaymentOrder)
    stranger = house.visitor("dongxanh")
    assert stranger.page(f"/dossiers/{reference}/fees").status_code == 404
    ask = f"/dossiers/{reference}/fees/{order.id}/refund"
    assert stranger.post(ask, reason="x").status_code == 404
    assert house.visitor("saomai").page(desk).status_code == 403


def test_a_fee_that_depends_on_answers_is_not_said_to_be_none(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    address = f"/services/{SERVICE}"
    monkeypatch.setattr(services, "fee_today", lambda _pack, _answers: 0)
    assert "Mức phí tùy theo nội dung kê khai" in house.visitor().page(address).text
    monkeypatch.setattr(services, "charges", lambda _pack: False)
    assert "Không thu phí" in house.visitor().page(address).text
