"""Receipts: one number each, no gap in the book, cancelled with a reason and never given again."""

import threading

import pytest
from flask import Flask

from commands.sample.application import SAO_MAI
from core.database import db, transaction
from dossiers import queries
from dossiers.errors import ReasonMissing
from dossiers.fees import receipts
from dossiers.fees.errors import AmountWrong, OrderStateWrong, ReceiptCancelled
from dossiers.fees.models import FeeReceipt
from storage import store
from tests.fees.packs import CERTIFICATE, KIND, line
from tests.fees.steps import (
    CLERK,
    actor,
    apply,
    fresh,
    orders,
    paid,
    report,
    rows,
    run_due_jobs,
    take,
)

BOOK = {"series": "BL"}


def cancel(receipt: FeeReceipt, reason: str = "Typo", *, anew: bool = False) -> None:
    with transaction():
        receipts.cancel_receipt(receipt.id, reason=reason, anew=anew, by=actor(CLERK))


def numbers() -> list[tuple[str, bool]]:
    found = sorted(rows(FeeReceipt), key=lambda each: each.sequence)
    return [(each.number[-6:], each.cancelled_at is None) for each in found]


def test_who_pays_online_gets_a_receipt_with_the_next_number(offered):
    app = offered(receipts=BOOK)
    for _ in range(2):
        paid(app)
    assert numbers() == [("000001", True), ("000002", True)]


def test_a_report_that_comes_again_gives_no_second_receipt(offered):
    _, order = paid(offered(receipts=BOOK))
    report(order)
    report(order, transaction_code="T2")
    assert numbers() == [("000001", True)]


def test_a_cancelled_number_stays_in_the_book_and_another_receipt_gets_another(offered):
    paid(offered(receipts=BOOK))
    (first,) = rows(FeeReceipt)
    with pytest.raises(ReasonMissing):
        cancel(first, " ")
    cancel(first, anew=True)
    assert numbers() == [("000001", False), ("000002", True)]
    with pytest.raises(ReceiptCancelled):
        cancel(first)


def test_a_fee_in_cash_is_taken_exactly_and_once(offered):
    (order,) = orders(apply(offered(receipts=BOOK)))
    with pytest.raises(AmountWrong):
        take(order, amount=order.amount - 1)
    receipt = take(order)
    assert receipt is not None
    assert (receipt.amount, receipt.way, receipt.payer) == (
        order.amount,
        "cash",
        SAO_MAI["organisation_name"],
    )
    with pytest.raises(OrderStateWrong):
        take(order)


def test_the_paper_says_what_was_paid_for_in_words(offered):
    app = offered(
        receipts=BOOK,
        kinds={"appraisal": KIND, "certificate": CERTIFICATE},
        tariff=[line(), line(fee="certificate", amount=200_000)],
    )
    dossier, _ = paid(app)
    run_due_jobs(app)
    (receipt,) = rows(FeeReceipt)
    (paper,) = [
        each for each in queries.documents(fresh(dossier)) if each.id == receipt.document_id
    ]
    assert paper.document_type == "fee_receipt"
    with store().open(paper.storage_key, sha256=paper.sha256) as file:
        assert file.read(5) == b"%PDF-"


@pytest.mark.usefixtures("each_database")
def test_people_at_several_desks_take_numbers_without_a_gap(offered):
    app = offered(receipts=BOOK)
    waiting = [orders(apply(app))[0] for _ in range(3)]
    threads = [threading.Thread(target=_take, args=(app, order)) for order in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    db.session.remove()
    db.engine.dispose()
    assert [number for number, _ in numbers()] == ["000001", "000002", "000003"]


def _take(app: Flask, order) -> None:
    with app.app_context():
        take(order)
        db.session.remove()
