"""Money that comes otherwise than expected is never booked as the fee, and never lost from sight."""

from typing import Any

import pytest
from sqlalchemy import select

from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor, submitted
from core.audit import AuditEvent
from core.database import db, transaction
from dossiers import operations, queries
from dossiers.audit import DossierTag
from dossiers.errors import NothingToPay
from dossiers.models import Dossier, DossierStatus, PaymentOrder
from dossiers.operations.payments import Outcome, note_checkout


@pytest.fixture
def dossier(installation) -> Dossier:
    """It waits for its fee."""
    return submitted(installation, "saomai", SAO_MAI)


@pytest.fixture
def order(dossier: Dossier) -> PaymentOrder:
    order = queries.open_payment(dossier)
    assert order is not None
    return order


def report(order: PaymentOrder, **changed: Any) -> Outcome:
    told: dict[str, Any] = {
        "amount": order.amount,
        "currency": order.currency,
        "transaction_code": "T",
        **changed,
    }
    with transaction():
        return operations.note_payment(told.pop("reference", order.reference), **told).outcome


def withdraw(dossier: Dossier) -> None:
    with transaction():
        operations.withdraw(dossier.id, reason="Nhầm", actor=_actor("saomai"))


@pytest.mark.parametrize("changed", [{"amount": 1}, {"currency": "LAK"}, {"currency": ""}], ids=str)
def test_another_amount_or_currency_is_not_the_fee(order, changed):
    assert report(order, **changed) is Outcome.OTHER_AMOUNT
    db.session.refresh(order)
    assert order.paid_at is None


def test_an_order_that_is_not_ours_is_not_booked(order):
    with pytest.raises(NothingToPay):
        report(order, reference="MC0")


def test_nothing_is_asked_for_a_dossier_that_was_withdrawn(dossier, order):
    withdraw(dossier)
    assert queries.open_payment(dossier) is None


def test_money_for_a_dossier_that_is_over_is_booked_as_late(dossier, order):
    withdraw(dossier)
    report(order)
    report(order)
    db.session.expire_all()
    assert (order.state, order.transaction_code) == ("paid-late", "T")
    assert db.session.get_one(Dossier, dossier.id).status is DossierStatus.WITHDRAWN
    deeds = db.session.scalars(
        select(AuditEvent.tag).where(AuditEvent.subject == f"payment:{order.reference}")
    ).all()
    assert deeds.count(DossierTag.FEE_PAID_LATE) == 1


def test_a_paid_order_stays_paid_when_its_address_is_noted_late(order):
    report(order)
    with transaction():
        note_checkout(order.reference, "https://pay.example/2")
    db.session.refresh(order)
    assert order.state == "paid"
