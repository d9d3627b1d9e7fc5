"""A tariff is settled line by line, by decision of two; what would leave two answers is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Account
from administration.timeline import EVERYWHERE
from core.clock import today
from core.database import db, transaction
from dossiers.fees import warning
from dossiers.fees.assessing import lines_of, local_day
from dossiers.fees.models import FeeLine, FeeWarning
from dossiers.settled import TARIFF_LINE
from dossiers.settled.tariff_lines import minor_units
from engine.models import Job
from forms import AnswersInvalid
from tests.dossiers.test_settled import here, settle
from tests.fees.packs import line
from tests.fees.steps import actor, apply, orders, rows
from workflows.queries import service

SERVICE = "device-declaration-b"
VALUE = {
    "service": SERVICE,
    "fee": "appraisal",
    "variant": "",
    "channel": "any",
    "amount": "2500000",
    "source": "Circular 9",
    "verified": "yes",
}


def decide(agency_id=EVERYWHERE, **other) -> None:
    value = {**VALUE, **other}
    settle(TARIFF_LINE, agency_id, **{name: text for name, text in value.items() if text != ""})


def test_a_decided_line_goes_before_the_one_of_the_pack(offered):
    app = offered()
    decide()
    (order,) = orders(apply(app))
    (kept,) = rows(FeeLine)
    assert (order.amount, kept.source) == (2_500_000, "Circular 9")


def test_the_line_of_one_agency_is_not_that_of_another(offered):
    offered()
    decide(here(), amount="1")
    pack = service(SERVICE)
    held = {each.amount for each in lines_of(pack, here()) if each.covers(today())}
    assert held == {1}
    assert {each.amount for each in lines_of(pack) if each.covers(today())} == {3_000_000}


def test_a_line_for_one_channel_beside_one_for_all_is_refused_in_words(offered):
    offered()
    decide()
    with pytest.raises(AnswersInvalid) as caught:
        decide(channel="online")
    assert "device-declaration-b/appraisal/-/any" in str(caught.value.fields)


def test_lines_for_several_channels_stand_side_by_side(offered):
    offered()
    decide(channel="online")
    decide(channel="counter", amount="9")
    with pytest.raises(AnswersInvalid):
        decide(channel="any")


WRONG = [
    {"service": "no-such"},
    {"fee": "bribe"},
    {"variant": "tall"},
    {"amount": "-1"},
    {"amount": "2.5"},
    {"amount": "1.500.000"},
    {"amount": "NaN"},
    {"amount": "1e99"},
]


@pytest.mark.parametrize("changed", WRONG, ids=[str(*each.values()) for each in WRONG])
def test_a_line_that_no_service_could_use_is_refused(offered, changed):
    offered()
    with pytest.raises(AnswersInvalid):
        decide(**changed)


def test_amounts_are_read_with_the_decimals_of_the_currency():
    assert [minor_units("2.5", 3), minor_units("0.001", 3), minor_units("7", 0)] == [2500, 1, 7]
    with pytest.raises(ValueError, match=r"0\.0001"):
        minor_units("0.0001", 3)


def test_administrators_are_told_once_of_a_day_without_a_line(offered):
    offered(tariff=[line(until=str(today() + timedelta(days=10)))])
    with transaction():
        for account in db.session.scalars(
            select(Account).where(Account.login.in_(["quantri", "quantri2"]))
        ):
            account.email = f"{account.login}@example.vn"
    warning.warn()
    warning.warn()
    db.session.rollback()
    mails = db.session.scalars(select(Job.kind).where(Job.kind == "notify.email")).all()
    told = db.session.scalars(select(FeeWarning.first)).all()
    assert set(told) == {today() + timedelta(days=11)}
    assert len(mails) == 2 * len(told)


def test_gaps_are_shown_to_who_keeps_settings(offered):
    offered(tariff=[line(until="2025-01-01")])
    (first, *_) = warning.tariff_gaps(visible_to=actor("quantri"))
    assert (first.gap.fee, first.gap.first) == ("appraisal", local_day())
