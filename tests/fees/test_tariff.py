"""What is owed by day, channel and variant; what a gap in the tariff leads to; who is told of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.fees.tariff import Gap, Line, Owed, assess, gaps, reduced
from tests.fees.packs import HALVED, POOR, line, rules
from workflows.sections.fees import FeeRules, FeeRulesSchema

DAY = date(2026, 11, 20)


def read(**told: Any) -> FeeRules:
    found: FeeRules = FeeRulesSchema().load(rules(**told))
    return found


def lines_of(found: FeeRules) -> list[Line]:
    return [Line(**each.__dict__) for each in found.tariff]


def owed(found: FeeRules, day: date = DAY, channel: str = "online", true: str = "") -> list[Owed]:
    holds = lambda text: text == true  # noqa: E731
    return assess(found, lines_of(found), day=day, channel=channel, holds=holds)


def amounts(found: FeeRules, **about: Any) -> list[int | None]:
    return [each.amount for each in owed(found, **about)]


def test_the_line_of_the_day_counts():
    dated = read(
        tariff=[line(until="2025-06-30"), line(amount=1_500_000, **{"from": "2025-07-01"})]
    )
    days = [date(2025, 6, 30), date(2025, 7, 1)]
    assert [amounts(dated, day=day) for day in days] == [[3_000_000], [1_500_000]]


def test_a_line_for_a_channel_is_for_that_channel_alone():
    found = read(
        tariff=[line(channel="online", amount=1), line(channel="counter", amount=2)],
    )
    assert [amounts(found, channel=way) for way in ("online", "counter")] == [[1], [2]]


def test_a_line_for_a_variant_goes_before_the_one_for_any():
    found = read(variants={"small": "=a"}, tariff=[line(), line(variant="small", amount=7)])
    assert [amounts(found), amounts(found, true="=a")] == [[3_000_000], [7]]


def test_several_fees_make_one_order_each_with_its_line():
    found = read(
        kinds={
            "appraisal": {"name": {"en": "A"}},
            "certificate": {"name": {"en": "B"}},
            "rush": {"name": {"en": "C"}, "when": "=rush"},
        },
        tariff=[line(), line(fee="certificate", amount=200_000), line(fee="rush", amount=9)],
    )
    assert amounts(found) == [3_000_000, 200_000]
    assert amounts(found, true="=rush") == [3_000_000, 200_000, 9]


FALLBACKS = [
    ({"fallback": "last"}, 3_000_000, "last"),
    ({"fallback": "full", "full": 5_000_000}, 5_000_000, "full"),
    ({"fallback": "ask"}, None, "ask"),
]


@pytest.mark.parametrize(
    ("rule", "amount", "told"), FALLBACKS, ids=[told for _, _, told in FALLBACKS]
)
def test_on_a_day_without_a_line_the_rule_of_the_service_counts(rule, amount, told):
    found = read(
        kinds={"appraisal": {"name": {"en": "A"}, **rule}}, tariff=[line(until="2025-01-01")]
    )
    (each,) = owed(found)
    assert (each.amount, each.fallback) == (amount, told)


def test_without_any_line_before_an_officer_is_asked():
    (each,) = owed(read(tariff=[]))
    assert (each.amount, each.fallback) == (None, "ask")


def test_of_two_exemptions_the_better_one_holds_and_they_are_not_added_up():
    found = read(
        exemptions={"a": {**HALVED, "when": "=x"}, "b": {**HALVED, "percent": 30, "when": "=x"}}
    )
    (each,) = owed(found, true="=x")
    assert (each.amount, each.exemption, each.full_amount) == (1_500_000, "a", 3_000_000)


def test_an_exemption_may_be_of_one_fee_alone():
    found = read(
        kinds={"appraisal": {"name": {"en": "A"}}, "certificate": {"name": {"en": "B"}}},
        tariff=[line(), line(fee="certificate", amount=200_000)],
        exemptions={"poor": {**POOR, "proof": None, "when": "=x", "fees": ["certificate"]}},
    )
    assert amounts(found, true="=x") == [3_000_000, 0]


@given(amount=st.integers(0, 10**15), percent=st.integers(0, 100))
def test_a_reduction_is_whole_units_and_never_more_than_was_owed(amount: int, percent: int):
    left = reduced(amount, percent)
    assert 0 <= left <= amount
    assert abs(left * 100 - amount * (100 - percent)) <= 50


def test_a_gap_is_told_so_many_days_ahead_and_not_sooner():
    found = read(tariff=[line(until="2026-12-31")])
    told = [gaps(found, lines_of(found), since=DAY, days=days) for days in (41, 42)]
    assert told[0] == []
    assert {(gap.channel, gap.first) for gap in told[1]} == {
        (channel, date(2027, 1, 1)) for channel in ("online", "counter", "post")
    }


def test_a_channel_that_the_tariff_forgot_is_a_gap_of_today():
    found = read(tariff=[line(channel="online"), line(channel="post")])
    assert gaps(found, lines_of(found), since=DAY, days=0) == [Gap("appraisal", "counter", "", DAY)]


def test_a_fee_with_lines_for_variants_alone_needs_none_for_others():
    found = read(variants={"small": "=a"}, tariff=[line(variant="small")])
    assert gaps(found, lines_of(found), since=DAY, days=30) == []


days = st.dates(date(2026, 11, 1), date(2027, 1, 31))


@given(spans=st.lists(st.tuples(days, st.integers(0, 40)), max_size=5))
def test_a_day_is_a_gap_exactly_when_nothing_but_a_fallback_says_what_is_owed(spans):
    ended = [
        line(**{"from": str(first), "until": str(first + timedelta(length))})
        for first, length in spans
    ]
    found = read(tariff=ended)
    told = gaps(found, lines_of(found), since=DAY, days=60)
    bare = [
        day
        for day in (DAY + timedelta(number) for number in range(61))
        if owed(found, day=day)[0].fallback
    ]
    assert {gap.first for gap in told} == set(bare[:1])
