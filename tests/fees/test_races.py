"""The payment platform, clerks and applicants at one fee in the same moment: one of them is first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config import Settings
from core.database import Model, transaction
from dossiers.fees import refunds
from dossiers.operations.payments import Outcome
from tests.dossiers.test_races import Races, held
from tests.fees.packs import HALVED
from tests.fees.steps import (
    CLERK,
    DIRECTOR,
    actor,
    apply,
    ask_exemption,
    decide_exemption,
    moved,
    orders,
    paid,
    report,
    take,
)
from tests.servers import Postgres

FEE = 3_000_000


@pytest.fixture
def settings(tmp_path: Path, postgres: Postgres) -> Iterator[Settings]:
    with postgres.database(Model.metadata) as url:
        yield Settings(data_directory=tmp_path, database_url=url, embedded_workers=0)


def test_cash_and_a_payment_online_at_once_are_one_fee_and_one_surplus(offered):
    app = offered(receipts={"series": "BL"})
    dossier = apply(app)
    (order,) = orders(dossier)
    races = Races(app)
    with held(dossier):
        races.start("platform", lambda: report(order))
        races.start("desk", lambda: take(order))
    outcomes = races.finish()
    assert outcomes["platform"] in {Outcome.BOOKED, Outcome.PAID_TWICE}
    fees = [amount for kind, amount in moved() if kind == "fee"]
    assert fees == [FEE]


def test_two_corrections_of_one_transaction_at_once_count_it_once(offered):
    app = offered()
    dossier = apply(app)
    (order,) = orders(dossier)
    report(order, amount=1)
    races = Races(app)
    with held(dossier):
        for name in ("first", "second"):
            races.start(name, lambda: report(order))
    assert set(races.finish().values()) == {Outcome.BOOKED, Outcome.KNOWN}
    assert sum(amount for _, amount in moved()) == FEE


def test_a_payment_and_an_exemption_at_once_leave_no_money_unseen(offered):
    app = offered(exemptions={"half": HALVED})
    dossier = apply(app)
    (order,) = orders(dossier)
    asked = ask_exemption(order, "half")
    races = Races(app)
    with held(dossier):
        races.start("pay", lambda: report(order))
        races.start("grant", lambda: decide_exemption(asked))
    outcomes = races.finish()
    assert sum(amount for _, amount in moved()) == FEE
    states = [each.state for each in orders(dossier)]
    assert states in (["refund-asked"], ["paid-late", "created"]), outcomes


def test_of_two_refunds_asked_for_at_once_the_second_is_refused(offered):
    app = offered()
    dossier, order = paid(app)
    races = Races(app)

    def ask(login: str) -> None:
        with transaction():
            refunds.ask_refund(order.id, reason="x", by=actor(login), erred=True)

    with held(dossier):
        races.start("first", lambda: ask(CLERK))
        races.start("second", lambda: ask(DIRECTOR))
    refused = [each for each in races.finish().values() if isinstance(each, Exception)]
    assert [type(each).__name__ for each in refused] == ["RefundTooMuch"]
