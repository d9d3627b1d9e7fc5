"""Money goes back only when two people want it, once, and in whatever the platform makes of it."""

from datetime import timedelta

import pytest

from accounts.errors import ActionRefused
from connectors.payment import PaymentState
from core import clock
from core.database import transaction
from dossiers.fees import matters as clarifying
from dossiers.fees import refunds
from dossiers.fees.errors import (
    MatterSettled,
    RefundDecided,
    RefundNotDue,
    RefundTooMuch,
    SecondPersonForRefund,
)
from dossiers.fees.models import FeeMatter, FeeRefund
from dossiers.models import DossierStatus
from tests.fees.steps import (
    CLERK,
    DIRECTOR,
    OFFICER,
    OWNER,
    actor,
    apply,
    ask_refund,
    decide_refund,
    end,
    fresh,
    matters,
    moved,
    orders,
    paid,
    report,
    rows,
    run_due_jobs,
    take,
)

FEE = 3_000_000


def test_a_refund_that_another_person_approves_goes_to_the_platform(offered, platform):
    app = offered()
    _, order = paid(app)
    decide_refund(ask_refund(order))
    run_due_jobs(app)
    (sent,) = platform.refunds.values()
    assert (sent.order, sent.transaction, sent.amount) == (order.reference, "T", FEE)
    assert (fresh(order).state, moved()) == ("refunded", [("fee", FEE), ("refund", -FEE)])


def test_who_asks_does_not_approve(offered):
    _, order = paid(offered())
    asked = ask_refund(order, by=DIRECTOR)
    with pytest.raises(SecondPersonForRefund):
        decide_refund(asked)


def test_only_a_director_approves(offered):
    _, order = paid(offered())
    asked = ask_refund(order)
    with pytest.raises(ActionRefused):
        decide_refund(asked, by=OFFICER)


def test_a_denied_refund_leaves_the_fee_paid_and_may_be_asked_again(offered):
    _, order = paid(offered())
    asked = ask_refund(order)
    decide_refund(asked, approved=False)
    assert fresh(order).state == "paid"
    with pytest.raises(RefundDecided):
        decide_refund(asked)
    ask_refund(order)
    assert fresh(order).state == "refund-asked"


def test_a_part_is_given_back_and_never_more_than_is_left(offered):
    app = offered()
    _, order = paid(app)
    decide_refund(ask_refund(order, amount=1_000_000))
    run_due_jobs(app)
    assert fresh(order).state == "paid"
    with pytest.raises(RefundTooMuch):
        ask_refund(order, amount=2_000_001)
    decide_refund(ask_refund(order))
    run_due_jobs(app)
    assert fresh(order).state == "refunded"
    assert sum(amount for _, amount in moved()) == 0


def test_a_refund_that_fails_is_seen_and_may_be_asked_again(offered, platform):
    app = offered()
    _, order = paid(app)
    platform.refunding = PaymentState.FAILED
    decide_refund(ask_refund(order))
    run_due_jobs(app)
    assert (fresh(order).state, moved()) == ("refund-failed", [("fee", FEE)])
    platform.refunding = PaymentState.PAID
    decide_refund(ask_refund(order))
    run_due_jobs(app)
    assert fresh(order).state == "refunded"


def test_a_refund_of_which_the_platform_is_not_sure_is_asked_about_again(offered, platform):
    app = offered()
    _, order = paid(app)
    platform.refunding = PaymentState.PENDING
    decide_refund(ask_refund(order))
    run_due_jobs(app)
    assert fresh(order).state == "refund-asked"
    platform.refunding = PaymentState.PAID
    with clock.shifted(timedelta(minutes=31)):
        run_due_jobs(app)
    assert (fresh(order).state, len(platform.refunds)) == ("refunded", 1)


def test_an_applicant_asks_when_the_rules_of_the_service_say_so(offered):
    dossier, order = paid(offered(refunds={"on_request": ["withdrawn"]}))
    with pytest.raises(RefundNotDue):
        ask_refund(order, by=OWNER)
    end(dossier, DossierStatus.WITHDRAWN)
    ask_refund(order, by=OWNER)
    (refund,) = rows(FeeRefund)
    assert (refund.ground, refund.state, refund.amount) == ("applicant", "asked", FEE)


def test_what_the_authority_stops_is_given_back_by_rule_once_somebody_approves(offered):
    dossier, order = paid(offered(refunds={"by_itself": ["not-accepted"]}))
    end(dossier, DossierStatus.NOT_ACCEPTED)
    (refund,) = rows(FeeRefund)
    assert (refund.ground, refund.state, refund.asked_by) == ("rule", "asked", "system")
    assert fresh(order).state == "refund-asked"


def test_cash_is_paid_out_at_the_desk(offered, platform):
    app = offered()
    (order,) = orders(apply(app))
    take(order)
    asked = ask_refund(order, by=OFFICER)
    decide_refund(asked)
    run_due_jobs(app)
    assert (fresh(order).state, platform.refunds) == ("refund-asked", {})
    with transaction():
        refunds.pay_out(asked, by=actor(CLERK))
    assert (fresh(order).state, moved()) == ("refunded", [("fee", FEE), ("refund", -FEE)])
    with pytest.raises(RefundDecided), transaction():
        refunds.pay_out(asked, by=actor(CLERK))


def test_money_that_was_no_fee_goes_back_and_the_fee_stays_paid(offered, platform):
    app = offered()
    _, order = paid(app)
    report(order, transaction_code="T2")
    (matter,) = rows(FeeMatter)
    with transaction():
        asked = refunds.return_matter(matter.id, reason="Twice", by=actor(CLERK)).id
    decide_refund(asked)
    run_due_jobs(app)
    (sent,) = platform.refunds.values()
    assert (sent.transaction, fresh(order).state, matters()) == (
        "T2",
        "paid",
        [("paid-twice", False)],
    )
    assert sum(amount for _, amount in moved()) == FEE
    with pytest.raises(MatterSettled), transaction():
        clarifying.settle_matter(matter.id, note="x", by=actor(CLERK))


def test_money_that_came_too_late_goes_back(offered, platform):
    app = offered()
    dossier = apply(app)
    (order,) = orders(dossier)
    end(dossier, DossierStatus.STOPPED)
    report(order)
    asked = ask_refund(order, by=OWNER)
    decide_refund(asked, approved=False)
    assert fresh(order).state == "paid-late"
    decide_refund(ask_refund(order, by=OWNER))
    run_due_jobs(app)
    assert fresh(order).state == "refunded"
