"""A clock that jumps: no timer fires twice, none is lost, and a day with a change of time has one."""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from engine.machine.advance import start
from tests.engine.conftest import Engine
from tests.engine.machine import Driver
from tests.engine.models import boundary, cycle, duration, flows, model, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NIGHTS = datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def one_timer() -> bytes:
    timer = f'<intermediateCatchEvent id="t">{duration("PT1H")}</intermediateCatchEvent>'
    return model(START + timer + user("u") + END + flows("s -> t", "t -> u", "u -> e"))


def hourly() -> bytes:
    body = START + user("u") + boundary("again", "u", cycle("R/PT1H"), interrupts=False)
    return model(body + user("chase") + END + flows("s -> u", "u -> e", "again -> chase"))


def fired(on: Engine, moment: datetime) -> int:
    """How many jobs run at that moment by the clock."""
    with clock.at(moment):
        return on.run_due()


def test_a_clock_set_back_delays_a_timer_and_does_not_lose_it(on: Engine, each_database):
    with clock.at(NOON):
        instance_id = on.start(one_timer())

    assert fired(on, NOON - 2 * HOUR) == 0
    assert fired(on, NOON + HOUR - timedelta(minutes=1)) == 0
    assert fired(on, NOON + HOUR + timedelta(minutes=1)) == 1
    assert [task.element_id for task in on.tasks(instance_id)] == ["u"]


@pytest.mark.parametrize("jump", [-2 * HOUR, 3 * DAY])
def test_a_timer_that_fired_does_not_fire_again_after_a_jump(on: Engine, each_database, jump):
    with clock.at(NOON):
        instance_id = on.start(one_timer())

    assert fired(on, NOON + 2 * HOUR) == 1
    assert fired(on, NOON + 2 * HOUR + jump) == 0
    assert fired(on, NOON + 2 * HOUR) == 0
    assert len(on.tasks(instance_id)) == 1


def test_a_repeating_timer_fires_once_for_three_days_that_were_skipped(on: Engine, each_database):
    with clock.at(NOON):
        instance_id = on.start(hourly())

    assert fired(on, NOON + 3 * DAY + timedelta(minutes=1)) == 1
    assert fired(on, NOON + 3 * DAY + timedelta(minutes=2)) == 0
    assert fired(on, NOON + 3 * DAY - 2 * HOUR) == 0
    assert fired(on, NOON + 3 * DAY + HOUR + timedelta(minutes=1)) == 1
    assert len(on.tasks(instance_id)) == 1 + 2


def test_a_deadline_set_while_the_clock_was_wrong_is_kept_as_it_was_shown(on: Engine):
    with clock.at(NOON + 3 * DAY):
        on.start(one_timer())

    assert fired(on, NOON + 2 * HOUR) == 0
    assert fired(on, NOON + 3 * DAY + 2 * HOUR) == 1


@pytest.mark.parametrize(
    "night",
    [datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)],
    ids=["spring", "autumn"],
)
@pytest.mark.parametrize("hour", [2, 3])
def test_a_night_with_a_change_of_time_has_each_hour_of_the_clock_once(night, hour):
    timer = cycle(f"CRON_TZ=Europe/Berlin 0 30 {hour} * * *")
    body = START + user("u") + boundary("daily", "u", timer, interrupts=False) + user("chase")
    driver = Driver(model(body + END + flows("s -> u", "u -> e", "daily -> chase")), begin=False)
    driver.host.moment = night
    start(driver.instance, {})
    driver.settle()
    for _ in range(2 * 24 * 4):
        driver.later(minutes=15)

    assert driver.open().count("chase") == 2
