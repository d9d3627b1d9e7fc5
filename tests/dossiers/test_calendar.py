"""The legal clock, by the vectors of the 2026 calendar."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.calendar import Calendar
from dossiers.time_limits import (
    CountingRules,
    LegalClock,
    Pause,
    TimeLimit,
    Unit,
    office_hours_between,
)
from workflows.profiles import read_profile

CALENDAR = Calendar.from_profile(read_profile("vn").calendar)
CLOCK = LegalClock(CALENDAR)


def due_date(received: date, amount: int, unit: str) -> date:
    """The day on which a period is over that began with a receipt on a day."""
    return CLOCK.due_after_day(received, limit(amount, unit)).date()


def due_at(received: datetime, amount: float | Decimal, unit: str) -> datetime:
    return CLOCK.due_at(received, limit(amount, unit))


def limit(amount: float | Decimal, unit: str) -> TimeLimit:
    return TimeLimit(Decimal(str(amount)), Unit(unit))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CALENDAR.zone)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("received", "amount", "due"),
    [
        ("2026-02-13", 5, "2026-02-27"),
        ("2025-12-31", 3, "2026-01-07"),
        ("2025-12-31", 8, "2026-01-13"),
        ("2026-04-24", 3, "2026-05-04"),
        ("2026-08-20", 10, "2026-09-07"),
        ("2026-08-28", 1, "2026-09-03"),
        ("2026-11-20", 5, "2026-11-30"),
    ],
)
def test_working_days_skip_rest_days_and_count_make_up_days(received, amount, due):
    assert due_date(day(received), amount, "working-day") == day(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-01-20", "2026-02-23"),
        ("2026-03-28", "2026-04-28"),
        ("2026-08-02", "2026-09-03"),
    ],
)
def test_calendar_days_that_end_on_a_rest_day_end_on_the_next_working_day(received, due):
    assert due_date(day(received), 30, "calendar-day") == day(due)


def test_what_arrives_after_closing_time_counts_from_the_next_working_day():
    friday_evening = datetime(2026, 11, 20, 17, 1, tzinfo=CALENDAR.zone)
    assert CALENDAR.day_of_receipt(friday_evening) == day("2026-11-23")


@pytest.mark.parametrize("arrival", ["2026-11-21T10:00", "2026-11-22T04:20"])
def test_what_arrives_on_a_rest_day_counts_from_the_next_working_day(arrival):
    moment = datetime.fromisoformat(arrival).replace(tzinfo=CALENDAR.zone)
    assert CALENDAR.day_of_receipt(moment) == day("2026-11-23")


@given(
    first=st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)),
    second=st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)),
    amount=st.integers(0, 30),
    unit=st.sampled_from(["working-day", "calendar-day"]),
)
def test_who_comes_earlier_is_never_due_later(first, second, amount, unit):
    earlier, later = (each.replace(tzinfo=CALENDAR.zone) for each in sorted((first, second)))
    assert due_at(earlier, amount, unit) <= due_at(later, amount, unit)


def test_a_period_is_over_at_closing_time_of_its_last_day():
    morning = datetime(2026, 11, 20, 9, 0, tzinfo=CALENDAR.zone)
    assert due_at(morning, 1, "working-day") == datetime(2026, 11, 23, 17, 0, tzinfo=CALENDAR.zone)


@given(
    received=st.dates(day("2026-01-01"), day("2027-06-01")),
    amount=st.integers(0, 60),
    unit=st.sampled_from(["working-day", "calendar-day"]),
)
def test_a_longer_limit_is_never_due_earlier(received, amount, unit):
    assert due_date(received, amount, unit) <= due_date(received, amount + 1, unit)


@given(received=st.dates(day("2026-01-01"), day("2027-06-01")), amount=st.integers(1, 60))
def test_a_period_always_ends_on_a_working_day(received, amount):
    assert CALENDAR.is_working_day(due_date(received, amount, "working-day"))


@pytest.mark.parametrize(
    ("received", "amount", "due"),
    [
        ("2026-11-23T08:00", 2, "2026-11-23T10:00"),
        ("2026-11-23T10:00", 2, "2026-11-23T13:30"),
        ("2026-11-23T16:00", 8, "2026-11-25T16:00"),  # Tuesday, 24 November, is a holiday
        ("2026-11-21T09:00", 1, "2026-11-23T08:30"),
        ("2026-11-23T12:00", 0.5, "2026-11-23T13:30"),
    ],
)
def test_hours_are_office_hours(received, amount, due):
    assert due_at(at(received), amount, "hour") == at(due)


@pytest.mark.parametrize(
    ("amount", "due"),
    [(0.5, "2026-11-26T11:30"), (2.5, "2026-11-30T11:30"), (0.25, "2026-11-26T09:30")],
)
def test_half_and_quarter_days_end_within_the_next_day(amount, due):
    assert due_at(at("2026-11-25T09:00"), amount, "working-day") == at(due)


@pytest.mark.parametrize(
    ("received", "months", "due"),
    [
        ("2026-10-20", 1, "2026-11-20"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-01-31", 1, "2026-03-02"),
    ],
)
def test_months_end_on_the_day_of_that_number_or_the_last(received, months, due):
    assert due_date(day(received), months, "month") == day(due)


def test_a_half_day_ends_at_noon():
    half = CALENDAR.with_days(
        rest=frozenset(), work=frozenset(), half=frozenset({day("2026-11-26")})
    )
    due = LegalClock(half).due_at(at("2026-11-25T09:00"), limit(1, "working-day"))
    assert due == at("2026-11-26T11:30")


PAUSED = {"since": "2026-08-11T09:00", "until": "2026-08-19T09:00"}


@pytest.mark.parametrize(
    ("rules", "due"),
    [
        (CountingRules(), "2026-09-03"),
        (CountingRules(asking_day_counts=False), "2026-09-04"),
        (CountingRules(returning_day_counts=True), "2026-08-28"),
        (CountingRules(asking_day_counts=False, returning_day_counts=True), "2026-09-03"),
    ],
)
def test_what_is_left_is_counted_from_the_return_by_the_rules_of_the_place(rules, due):
    pause = Pause(at(PAUSED["since"]), at(PAUSED["until"]))
    found = LegalClock(CALENDAR, rules).due_after(
        at("2026-08-03T09:00"), limit(15, "working-day"), [pause]
    )
    assert found == at(f"{due}T17:00")


def test_while_the_clock_stands_nothing_is_due():
    pause = Pause(at(PAUSED["since"]))
    assert CLOCK.due_after(at("2026-08-03T09:00"), limit(15, "working-day"), [pause]) is None


def test_late_stays_late_whatever_is_asked_afterwards():
    pause = Pause(at("2026-08-24T09:00"), at("2026-10-01T09:00"))
    received, amount = at("2026-08-03T09:00"), limit(5, "working-day")
    assert CLOCK.due_after(received, amount, [pause]) == CLOCK.due_at(received, amount)


MOMENTS = st.datetimes(datetime(2026, 1, 2), datetime(2027, 3, 1)).map(
    lambda moment: moment.replace(tzinfo=CALENDAR.zone)
)
UNITS = st.sampled_from(list(Unit))


@given(
    moments=st.lists(MOMENTS, min_size=3, max_size=7, unique=True),
    amount=st.integers(1, 40),
    unit=UNITS,
    rules=st.sampled_from([CountingRules(), CountingRules(asking_day_counts=False)]),
)
def test_a_pause_never_makes_anything_due_earlier(moments, amount, unit, rules):
    received, *marks = sorted(moments)
    pauses = [Pause(*pair) for pair in zip(marks[::2], marks[1::2], strict=False)]
    clock, whole = LegalClock(CALENDAR, rules), limit(amount, unit)
    due = clock.due_after(received, whole, pauses)
    assert due is not None
    assert due >= clock.due_at(received, whole)


@given(
    received=MOMENTS,
    asked=st.integers(1, 30),
    waited=st.integers(0, 60),
    amount=st.integers(1, 60),
)
def test_working_days_with_the_authority_add_up_to_the_limit(received, asked, waited, amount):
    first = CALENDAR.day_of_receipt(received)
    stopped = datetime.combine(first, datetime.min.time(), CALENDAR.zone) + timedelta(
        days=asked, hours=9
    )
    returned = stopped + timedelta(days=waited)
    due = CLOCK.due_after(received, limit(amount, "working-day"), [Pause(stopped, returned)])
    whole = CLOCK.due_at(received, limit(amount, "working-day"))
    if stopped > whole:
        assert due == whole
        return
    assert due is not None
    before = CALENDAR.working_days_between(first, stopped.date())
    after = CALENDAR.working_days_between(CALENDAR.day_of_receipt(returned), due.date())
    assert before + after == amount


@given(first=MOMENTS, second=MOMENTS, third=MOMENTS)
def test_office_time_adds_up(first, second, third):
    early, middle, late = sorted((first, second, third))
    parts = office_hours_between(early, middle, CALENDAR) + office_hours_between(
        middle, late, CALENDAR
    )
    assert parts == office_hours_between(early, late, CALENDAR)


@given(received=MOMENTS, minutes=st.integers(0, 10_000))
def test_hours_end_when_so_much_office_time_has_passed(received, minutes):
    length = timedelta(minutes=minutes)
    due = due_at(received, Decimal(minutes) / 60, "hour")
    assert abs(office_hours_between(received, due, CALENDAR) - length) < timedelta(seconds=1)
