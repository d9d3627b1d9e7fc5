"""The fee journal: every movement once, sums that add up, and what the platform says of the same."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.errors import ActionRefused
from commands.sample.people import first_agency
from connectors.payment import Payment, PaymentState
from core.database import transaction
from dossiers.fees.assessing import local_day
from dossiers.fees.errors import PeriodTooLong
from dossiers.fees.journal import Journal, as_csv, as_xlsx, journal, sums_of, total_by_currency
from dossiers.fees.models import FeeMovement, FeeReconciliation, MovementKind
from dossiers.fees.reconciling import ask_comparison
from tests.fees.steps import (
    CLERK,
    OWNER,
    actor,
    apply,
    ask_refund,
    decide_refund,
    fresh,
    moved,
    orders,
    paid,
    report,
    rows,
    run_due_jobs,
)

movements = st.builds(
    lambda kind, way, amount, currency: FeeMovement(
        kind=kind, way=way, amount=amount, currency=currency
    ),
    st.sampled_from(MovementKind),
    st.sampled_from(["gateway", "cash", "transfer"]),
    st.integers(-(10**12), 10**12),
    st.sampled_from(["VND", "LAK"]),
)


def here(first: date | None = None, last: date | None = None, login: str = CLERK) -> Journal:
    today = local_day()
    return journal(first_agency().id, first or today, last or today, visible_to=actor(login))


@given(st.lists(movements))
def test_the_sums_by_kind_and_way_add_up_to_what_came_less_what_went(found: list[FeeMovement]):
    by_kind: dict[str, int] = {}
    for each in sums_of(found):
        by_kind[each.currency] = by_kind.get(each.currency, 0) + each.amount
    assert by_kind == total_by_currency(found)
    assert sum(each.count for each in sums_of(found)) == len(found)


def test_the_journal_has_every_movement_of_the_period_with_its_receipt(offered):
    app = offered(receipts={"series": "BL"})
    _, order = paid(app)
    decide_refund(ask_refund(order, amount=1_000_000))
    run_due_jobs(app)
    found = here()
    assert [(str(each.movement.kind), each.movement.amount) for each in found.rows] == moved()
    assert {each.receipt[-6:] for each in found.rows} == {"000001"}
    assert found.totals == {"VND": 2_000_000}
    tomorrow = local_day() + timedelta(days=1)
    assert here(tomorrow, tomorrow).rows == []


def test_files_of_the_journal_hold_what_the_page_shows(offered):
    _, order = paid(offered())
    report(order, transaction_code="=1+1")
    found = here()
    with force_locale("en"):
        table, book = as_csv(found), as_xlsx(found)
    lines = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    assert [line[7] for line in lines[1:]] == ["3000000", "3000000"]
    assert lines[2][6] == "'=1+1"
    movements_sheet, sums_sheet = load_workbook(io.BytesIO(book), read_only=True)
    assert column(movements_sheet, 7) == [3_000_000, 3_000_000]
    assert sum(column(sums_sheet, 2)) == 6_000_000


def column(sheet: Any, number: int) -> list[int]:
    return [row[number] for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_a_journal_is_for_staff_of_the_agency_and_of_a_year_at_most(offered):
    offered()
    with pytest.raises(ActionRefused):
        here(login=OWNER)
    with pytest.raises(PeriodTooLong):
        here(date(2026, 1, 1), date(2027, 1, 2))
    with pytest.raises(PeriodTooLong):
        here(date(2026, 1, 2), date(2026, 1, 1))


def test_what_was_paid_at_the_platform_and_never_reported_is_found_and_booked(offered, platform):
    app = offered()
    (lost,) = orders(apply(app))
    paid(app)
    platform.says[lost.reference] = Payment(
        lost.reference, PaymentState.PAID, lost.amount, "VND", "T9", "BANK"
    )
    compare(app)
    (done,) = rows(FeeReconciliation)
    told = {each["reference"]: (each["platform"], each["outcome"]) for each in done.differences}
    assert told.pop(lost.reference) == ("paid", "booked")
    assert (done.compared, fresh(lost).state) == (2, "paid")
    assert list(told.values()) == [("pending", "")]


def compare(app) -> None:
    today = local_day()
    with transaction():
        ask_comparison(first_agency().id, today, today, by=actor(CLERK))
    run_due_jobs(app)
