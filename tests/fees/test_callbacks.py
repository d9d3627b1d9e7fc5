"""Whatever the payment platform says, and however often: money is never lost nor counted twice."""

from itertools import permutations

import pytest
from sqlalchemy import select

from core.database import db, transaction
from dossiers.fees.models import FeeMovement
from dossiers.models import DossierStatus
from dossiers.operations.payments import Outcome, note_failure
from tests.fees.packs import HALVED
from tests.fees.steps import (
    apply,
    ask_exemption,
    decide_exemption,
    end,
    fresh,
    matters,
    moved,
    orders,
    report,
    rows,
    take,
)

FEE = 3_000_000


@pytest.fixture
def order(offered):
    (found,) = orders(apply(offered()))
    return found


def fail(order) -> bool:
    with transaction():
        return note_failure(order.reference)


@pytest.mark.usefixtures("each_database")
def test_a_report_that_comes_again_is_booked_once(order):
    assert [report(order), report(order), report(order)] == [
        Outcome.BOOKED,
        Outcome.KNOWN,
        Outcome.KNOWN,
    ]
    assert (moved(), matters()) == ([("fee", FEE)], [])


@pytest.mark.usefixtures("each_database")
def test_another_amount_is_a_question_for_a_clerk_and_not_a_paid_fee(order):
    assert report(order, amount=1) is Outcome.OTHER_AMOUNT
    assert report(order, amount=1) is Outcome.KNOWN
    assert (fresh(order).state, order.paid_at) == ("pending", None)
    assert (moved(), matters()) == ([("surplus", 1)], [("other-amount", True)])


@pytest.mark.usefixtures("each_database")
def test_a_platform_that_corrects_itself_counts_the_transaction_once(order):
    report(order, amount=1)
    assert report(order) is Outcome.BOOKED
    assert moved() == [("surplus", 1), ("surplus", -1), ("fee", FEE)]
    assert (fresh(order).state, matters()) == ("paid", [("other-amount", False)])


def test_another_amount_for_a_transaction_that_was_booked_moves_nothing(order):
    report(order)
    assert report(order, amount=FEE * 2) is Outcome.OTHER_AMOUNT
    assert (moved(), matters()) == ([("fee", FEE)], [("other-amount", True)])


def test_another_currency_is_not_the_fee(order):
    assert report(order, currency="LAK") is Outcome.OTHER_AMOUNT
    (kept,) = rows(FeeMovement)
    assert (kept.currency, kept.kind) == ("LAK", "surplus")


def test_a_second_payment_of_one_order_is_kept_apart(order):
    report(order)
    assert report(order, transaction_code="T2") is Outcome.PAID_TWICE
    assert (moved(), matters()) == ([("fee", FEE), ("surplus", FEE)], [("paid-twice", True)])


def test_a_failure_heard_after_the_payment_changes_nothing(order):
    report(order)
    assert fail(order) is False
    assert fresh(order).state == "paid"


def test_a_payment_heard_after_its_failure_is_the_fee(order):
    assert fail(order) is True
    assert fail(order) is False
    assert report(order) is Outcome.BOOKED


def test_money_for_an_order_that_was_replaced_is_booked_as_late(offered):
    dossier = apply(offered(exemptions={"half": HALVED}))
    (first,) = orders(dossier)
    decide_exemption(ask_exemption(first, "half"))
    assert report(first) is Outcome.BOOKED_LATE
    first, second = orders(dossier)
    assert (first.state, second.state, matters()) == ("paid-late", "created", [("paid-late", True)])
    assert report(second) is Outcome.BOOKED


@pytest.mark.parametrize(
    ("status", "state"),
    [("stopped", "expired"), ("withdrawn", "cancelled"), ("not-accepted", "cancelled")],
)
def test_what_is_over_owes_nothing_and_money_that_comes_is_late(offered, status, state):
    dossier = apply(offered())
    (order,) = orders(dossier)
    end(dossier, DossierStatus(status))
    assert fresh(order).state == state
    assert report(order) is Outcome.BOOKED_LATE
    assert (fresh(order).state, moved()) == ("paid-late", [("late", FEE)])


def test_a_fee_taken_at_the_desk_and_paid_online_is_paid_once(order):
    take(order)
    assert report(order) is Outcome.PAID_TWICE
    first, second = rows(FeeMovement)
    assert (first.kind, first.way, first.by.startswith("account:")) == ("fee", "cash", True)
    assert (second.kind, second.way) == ("surplus", "gateway")


@pytest.mark.slow
@pytest.mark.parametrize(
    "told", list(permutations(["paid", "again", "less", "failed"])), ids="-".join
)
def test_in_whatever_order_reports_come_the_fee_is_booked_once(order, told):
    deeds = {
        "paid": lambda: report(order),
        "again": lambda: report(order),
        "less": lambda: report(order, amount=1, transaction_code="T2"),
        "failed": lambda: fail(order),
    }
    for each in told:
        deeds[each]()
    assert fresh(order).state == "paid"
    total = {"fee": 0, "surplus": 0}
    for kind, amount in moved():
        total[kind] += amount
    assert total == {"fee": FEE, "surplus": 1}


def test_what_the_journal_holds_is_what_came(order):
    report(order)
    report(order, transaction_code="T2")
    report(order, transaction_code="T3", amount=5)
    sums = db.session.scalars(select(FeeMovement.amount)).all()
    assert sum(sums) == FEE + FEE + 5
