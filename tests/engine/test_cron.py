"""Timers that repeat by the calendar."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import ElementFailed
from engine.machine.cron import read_cron
from engine.machine.timers import FOR_EVER, next_firing, read_cycle
from tests.engine.machine import Driver
from tests.engine.models import boundary, cycle, flows, model, user

# A Saturday.
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def moments(text: str, count: int = 3, start: datetime = NOW) -> list[str]:
    found = []
    for _ in range(count):
        start = read_cron(text).next_after(start)
        found.append(start.strftime("%Y-%m-%d %H:%M:%S"))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*/20 * * * * *", ["2026-11-21 08:00:20", "2026-11-21 08:00:40", "2026-11-21 08:01:00"]),
        ("0 0 8-10 * * *", ["2026-11-21 09:00:00", "2026-11-21 10:00:00", "2026-11-22 08:00:00"]),
        ("0 30 9 * * MON-FRI", ["2026-11-23 09:30:00", "2026-11-24 09:30:00"]),
        ("0 0 0 1,15 * ?", ["2026-12-01 00:00:00", "2026-12-15 00:00:00"]),
        ("0 0 0 L * *", ["2026-11-30 00:00:00", "2026-12-31 00:00:00"]),
        ("0 0 0 L-2 FEB *", ["2027-02-26 00:00:00", "2028-02-27 00:00:00"]),
        ("0 0 0 15W 11-12 *", ["2026-12-15 00:00:00", "2027-11-15 00:00:00"]),
        ("0 0 0 1W 5 *", ["2027-05-03 00:00:00", "2028-05-01 00:00:00"]),
        ("0 0 0 LW * *", ["2026-11-30 00:00:00", "2026-12-31 00:00:00", "2027-01-29 00:00:00"]),
        ("0 0 0 * * 5L", ["2026-11-27 00:00:00", "2026-12-25 00:00:00"]),
        ("0 0 0 * * MON#1", ["2026-12-07 00:00:00", "2027-01-04 00:00:00"]),
        ("0 0 0 ? * 7", ["2026-11-22 00:00:00", "2026-11-29 00:00:00"]),
        ("0 0 0 29 2 MON", ["2044-02-29 00:00:00"]),
        ("@weekly", ["2026-11-22 00:00:00"]),
        ("@yearly", ["2027-01-01 00:00:00", "2028-01-01 00:00:00"]),
        ("CRON_TZ=Asia/Ho_Chi_Minh 0 0 9 * * *", ["2026-11-22 02:00:00"]),
    ],
)
def test_when_it_comes(text, expected):
    assert moments(text, len(expected)) == expected


def test_an_hour_left_out_by_the_clock_loses_nothing_and_one_shown_twice_doubles_nothing():
    daily = "CRON_TZ=Europe/Berlin 0 30 2 * * *"
    spring, autumn = datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)

    assert moments(daily, 2, spring) == ["2026-03-29 01:30:00", "2026-03-30 00:30:00"]
    assert moments(daily, 2, autumn) == ["2026-10-25 00:30:00", "2026-10-26 01:30:00"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0 0 9 * *",
        "0 60 9 * * *",
        "0 0 9 0 * *",
        "0 0 9 * * 8",
        "0 0 9 * * MON#6",
        "0 0 9 L-40 * *",
        "0 0 0 30 2 *",
        "*/0 * * * * *",
        "CRON_TZ=Nowhere/City 0 0 9 * * *",
        "CRON_TZ=../../etc/passwd 0 0 9 * * *",
        "tomorrow",
    ],
)
def test_what_is_no_cron_says_so(text):
    with pytest.raises(ElementFailed, match=r"cycle|never comes"):
        read_cycle(text, NOW)


def test_firings_that_were_missed_are_not_made_up_for():
    body = '<startEvent id="s"/>' + user("a") + user("b") + '<endEvent id="e"/>'
    body += boundary("daily", "a", cycle("0 0 9 * * *"), interrupts=False)
    driver = Driver(model(body + flows("s -> a", "a -> e", "daily -> b"))).later(hours=1)
    assert driver.open().count("b") == 1

    slept = driver.later(days=30, hours=2)

    assert slept.open().count("b") == 2
    ((_, wait),) = slept.waits()
    assert wait.due_at == datetime(2026, 12, 22, 9, 0, tzinfo=UTC)
    assert wait.repeats == FOR_EVER
    assert next_firing(wait, wait.due_at).due_at == wait.due_at + timedelta(days=1)
    assert slept.finish("a").waits() == []
