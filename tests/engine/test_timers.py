"""When timers are due."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import ElementFailed
from engine.machine.effects import Wait
from engine.machine.expressions import read_value
from engine.machine.timers import Timer, after, moment_of, next_firing, read_cycle

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("P14D", NOW + timedelta(days=14)),
        ("P2W", NOW + timedelta(days=14)),
        ("PT1H30M", NOW + timedelta(minutes=90)),
        ("PT0.5S", NOW + timedelta(seconds=0.5)),
        ("P1M", datetime(2026, 2, 28, 12, 0, tzinfo=UTC)),
        ("P1Y1M", datetime(2027, 2, 28, 12, 0, tzinfo=UTC)),
        ("P1Y2M3DT4H", datetime(2027, 4, 3, 16, 0, tzinfo=UTC)),
    ],
)
def test_durations(duration, expected):
    assert after(duration, NOW) == expected


@pytest.mark.parametrize("text", ["", "P", "PT", "14 days", "P1DT", "-P1D", "P1H", "P9999Y"])
def test_what_is_no_duration_says_so(text):
    with pytest.raises(ElementFailed, match="duration"):
        after(text, NOW)


def test_a_feel_duration_and_a_feel_date_are_understood():
    days = Timer("duration", read_value('=duration("P1D")'))
    moment = Timer("date", read_value('=date and time("2026-12-31T17:00:00+07:00")'))

    assert days.wait(0, "t", {}, NOW).due_at == NOW + timedelta(days=1)
    assert moment.wait(0, "t", {}, NOW).due_at == datetime(2026, 12, 31, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("value", ["2026-12-31", "2026-12-31T17:00:00", "soon", 5, None])
def test_a_moment_needs_its_time_and_its_zone(value):
    with pytest.raises(ElementFailed):
        moment_of(value)


def test_cycles():
    assert read_cycle("R3/PT1H", NOW) == (3, NOW + timedelta(hours=1), "PT1H")
    start = datetime(2026, 12, 1, tzinfo=UTC)
    assert read_cycle("R/2026-12-01T00:00:00Z/P1D", NOW) == (-1, start, "P1D")
    for text in ("R3", "R/PT0S", "PT1H", "R/x/PT1H"):
        with pytest.raises(ElementFailed):
            read_cycle(text, NOW)


def wait(repeats: int) -> Wait:
    return Wait(0, "timer", "t", due_at=NOW, repeats=repeats, interval="PT1H")


def test_a_cycle_ends_after_its_last_firing():
    second = next_firing(wait(2), NOW)

    assert second is not None
    assert (second.due_at, second.repeats) == (NOW + timedelta(hours=1), 1)
    assert next_firing(second, NOW) is None


def test_missed_firings_are_not_made_up_for():
    late = next_firing(wait(-1), NOW + timedelta(hours=5, minutes=30))

    assert late is not None
    assert late.due_at == NOW + timedelta(hours=6)
