"""What holds on a day, of decisions in the order in which they were taken."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from administration.timeline import Period, Ruling, periods, value_on

FIRST = date(2027, 1, 1)
FULL, HALF = {"fee": "3000000"}, {"fee": "1500000"}


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def rulings(draw: st.DrawFn) -> Ruling:
    first = draw(st.integers(0, 12))
    length = draw(st.none() | st.integers(0, 6))
    last = None if length is None else day(first + length)
    return Ruling(draw(st.sampled_from([FULL, HALF, None])), day(first), last)


def test_a_value_for_some_days_lets_the_one_before_come_back():
    law, relief = Ruling(FULL, day(0)), Ruling(HALF, day(10), day(19))
    assert periods([law, relief]) == [
        Period(FULL, day(0), day(9)),
        Period(HALF, day(10), day(19)),
        Period(FULL, day(20), None),
    ]


def test_of_two_decisions_about_one_day_the_later_prevails():
    assert value_on(day(5), [Ruling(HALF, day(0)), Ruling(FULL, day(5))]) == FULL
    assert value_on(day(5), [Ruling(FULL, day(5)), Ruling(HALF, day(0))]) == HALF


def test_an_end_leaves_nothing_in_force():
    assert periods([Ruling(FULL, day(0)), Ruling(None, day(3))]) == [
        Period(FULL, day(0), day(2)),
    ]


def test_a_decision_that_repeats_what_holds_makes_no_new_period():
    assert periods([Ruling(FULL, day(0)), Ruling(FULL, day(7))]) == [Period(FULL, day(0), None)]


@given(st.lists(rulings(), max_size=6))
def test_periods_say_for_every_day_what_holds_on_it(decided: list[Ruling]):
    found = periods(decided)
    for number in range(-1, 25):
        holding = [
            each.value
            for each in found
            if each.first <= day(number) and (each.last is None or day(number) <= each.last)
        ]
        expected = value_on(day(number), decided)
        assert holding == ([] if expected is None else [expected])


@given(st.lists(rulings(), max_size=6))
def test_neighbouring_periods_differ_and_never_overlap(decided: list[Ruling]):
    found = periods(decided)
    for earlier, later in pairwise(found):
        assert earlier.last is not None
        assert earlier.last < later.first
        meet = earlier.last + timedelta(days=1) == later.first
        assert not meet or earlier.value != later.value
