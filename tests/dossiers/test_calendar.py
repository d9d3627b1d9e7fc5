"""The legal clock, by the vectors of the 2026 calendar."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.calendar import Calendar, due_at, due_date
from workflows.profiles import read_profile

CALENDAR = Calendar.from_profile(read_profile("vn").calendar)


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
    assert due_date(day(received), amount, "working-day", CALENDAR) == day(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-01-20", "2026-02-23"),
        ("2026-03-28", "2026-04-28"),
        ("2026-08-02", "2026-09-03"),
    ],
)
def test_calendar_days_that_end_on_a_rest_day_end_on_the_next_working_day(received, due):
    assert due_date(day(received), 30, "calendar-day", CALENDAR) == day(due)


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
    assert due_at(earlier, amount, unit, CALENDAR) <= due_at(later, amount, unit, CALENDAR)


def test_a_period_is_over_at_closing_time_of_its_last_day():
    morning = datetime(2026, 11, 20, 9, 0, tzinfo=CALENDAR.zone)
    assert due_at(morning, 1, "working-day", CALENDAR) == datetime(
        2026, 11, 23, 17, 0, tzinfo=CALENDAR.zone
    )


@given(
    received=st.dates(day("2026-01-01"), day("2027-06-01")),
    amount=st.integers(0, 60),
    unit=st.sampled_from(["working-day", "calendar-day"]),
)
def test_a_longer_limit_is_never_due_earlier(received, amount, unit):
    assert due_date(received, amount, unit, CALENDAR) <= due_date(
        received, amount + 1, unit, CALENDAR
    )


@given(received=st.dates(day("2026-01-01"), day("2027-06-01")), amount=st.integers(1, 60))
def test_a_period_always_ends_on_a_working_day(received, amount):
    assert CALENDAR.is_working_day(due_date(received, amount, "working-day", CALENDAR))
