"""Processes that a message, a signal or a timer begins: once each, by the newest version alone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from core import clock
from core.database import db, reading
from engine import operations
from engine.history import history
from engine.models import HistoryKind, Instance, Job
from engine.queries import EVERYTHING
from tests.engine.conftest import Engine
from tests.engine.models import cycle, duration, flows, mapping, model, user
from tests.engine.test_messages import END, START, WAITING

ORDERED = '<message id="m_order" name="order"/>'
CLOSED = '<signal id="sig" name="closed"/>'
BY_MESSAGE = '<messageEventDefinition messageRef="m_order"/>'
BY_SIGNAL = '<signalEventDefinition signalRef="sig"/>'
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def begun_by(definition: str, task: str = "u", extra: str = "") -> bytes:
    mapped = f"<extensionElements>{extra}</extensionElements>"
    start = f'<startEvent id="s">{mapped}{definition}</startEvent>'
    return model(start + user(task) + END + flows(f"s -> {task}", f"{task} -> e"), ORDERED + CLOSED)


def send(on: Engine, key: str = "", message_id: str | None = None, **variables: Any) -> str:
    told = on.act(operations.publish_message, "order", key, variables, message_id)
    on.run_due()
    return str(told)


def begun(on: Engine) -> list[UUID]:
    with reading():
        table: Any = Instance.__table__
        return list(db.session.scalars(select(table.c.id).order_by(table.c.id)))


def tasks(on: Engine) -> list[str]:
    return sorted(task.element_id for each in begun(on) for task in on.tasks(each))


# --- messages


def test_a_message_begins_an_instance_with_what_it_says(on: Engine, each_database):
    on.deploy(begun_by(BY_MESSAGE))

    assert send(on, amount=5) == "delivered"

    (instance,) = begun(on)
    assert on.variables(instance) == {"amount": 5}
    assert tasks(on) == ["u"]
    assert (HistoryKind.MESSAGE, "s") in happened(on, instance)


def happened(on: Engine, instance: UUID) -> list[tuple[str, str]]:
    with reading():
        entries = history(instance, visible_to=EVERYTHING)
        return [(entry.kind, entry.element_id) for entry in entries]


def test_the_start_maps_what_the_message_says(on: Engine):
    on.deploy(begun_by(BY_MESSAGE, extra=mapping(outputs={"total": "=amount * 2"})))
    send(on, amount=5)

    assert on.variables(begun(on)[0]) == {"total": 10}


def test_the_same_message_begins_one_instance(on: Engine, each_database):
    on.deploy(begun_by(BY_MESSAGE))

    assert send(on, message_id="7") == "delivered"
    assert send(on, message_id="7") == "duplicate"
    assert len(begun(on)) == 1


def test_who_waits_for_the_message_gets_it_and_nothing_begins(on: Engine, each_database):
    waits = WAITING.replace(b'name="paid"', b'name="order"').replace(b'"p"', b'"q"')
    with_both = {"p": begun_by(BY_MESSAGE), "q": waits}
    definition = on.deploy(*with_both.values())
    waiting = on.act(operations.start, definition, "q", {"key": "1"})

    assert send(on, "1") == "delivered"
    assert on.state(waiting) == "completed"
    assert begun(on) == [waiting]


def test_each_process_that_listens_begins(on: Engine):
    on.deploy(begun_by(BY_MESSAGE), begun_by(BY_MESSAGE).replace(b'id="p"', b'id="q"'))
    send(on)

    assert len(begun(on)) == 2


def test_a_message_that_nothing_listens_for_is_kept(on: Engine):
    on.deploy(begun_by(BY_SIGNAL))

    assert send(on) == "buffered"
    assert begun(on) == []


def test_one_instance_runs_for_a_key_and_the_next_message_waits_for_its_end(
    on: Engine, each_database
):
    on.deploy(begun_by(BY_MESSAGE))

    assert [send(on, "a", n=1), send(on, "a", n=2), send(on, "b")] == [
        "delivered",
        "buffered",
        "delivered",
    ]
    first, other = begun(on)
    on.complete(first, "u")
    on.run_due()

    assert begun(on)[:2] == [first, other]
    assert on.variables(begun(on)[2]) == {"n": 2}


def test_a_key_is_free_again_once_its_instance_was_cancelled(on: Engine):
    on.deploy(begun_by(BY_MESSAGE))
    send(on, "a")
    on.act(operations.cancel, begun(on)[0], "a test")
    on.run_due()

    assert send(on, "a") == "delivered"
    assert len(begun(on)) == 2


def test_without_a_key_any_number_runs(on: Engine):
    on.deploy(begun_by(BY_MESSAGE))
    for _ in range(3):
        send(on)

    assert len(begun(on)) == 3


# --- signals


def test_a_signal_begins_one_instance_for_each_time_it_is_given(on: Engine, each_database):
    on.deploy(begun_by(BY_SIGNAL))

    assert on.act(operations.broadcast_signal, "closed", {"why": 1}) == 1
    on.run_due()
    assert on.act(operations.broadcast_signal, "other", {}) == 0
    on.run_due()

    (instance,) = begun(on)
    assert on.variables(instance) == {"why": 1}


def test_a_signal_that_a_process_throws_begins_another(on: Engine):
    thrown = f'<endEvent id="x">{BY_SIGNAL}</endEvent>'
    on.deploy(begun_by(BY_SIGNAL).replace(b'id="p"', b'id="q"'))
    on.start(model(START + thrown + flows("s -> x"), CLOSED))
    on.run_due()

    assert len(begun(on)) == 2


# --- timers


def by_timer(text: str) -> bytes:
    return begun_by(cycle(text))


def fire(on: Engine, moment: datetime) -> int:
    """How many instances there are once everything due by the minute after has run."""
    with clock.at(moment + MINUTE):
        on.run_due()
    return len(begun(on))


def test_a_date_begins_one_instance(on: Engine, each_database):
    date = f"<timeDate>{(NOON + HOUR).isoformat()}</timeDate>"
    with clock.at(NOON):
        on.deploy(begun_by(f"<timerEventDefinition>{date}</timerEventDefinition>"))

    assert [fire(on, NOON), fire(on, NOON + HOUR), fire(on, NOON + 9 * HOUR)] == [0, 1, 1]


def test_a_cycle_begins_an_instance_again_and_again_until_it_is_over(on: Engine, each_database):
    with clock.at(NOON):
        on.deploy(by_timer("R2/PT1H"))

    moments = [NOON + number * HOUR for number in (1, 1, 2, 3)]
    assert [fire(on, moment) for moment in moments] == [1, 1, 2, 2]
    assert jobs() == 0


def test_cron_begins_an_instance_each_day(on: Engine):
    with clock.at(NOON):
        on.deploy(by_timer("0 0 9 * * *"))

    days = [NOON + timedelta(days=number) for number in (0, 1, 2)]
    assert [fire(on, day) for day in days] == [0, 1, 2]


@pytest.mark.parametrize("jump", [-2 * HOUR, 72 * HOUR], ids=["back", "ahead"])
def test_a_clock_that_jumps_doubles_no_beginning_and_loses_none(on: Engine, each_database, jump):
    with clock.at(NOON):
        on.deploy(by_timer("R/PT1H"))

    assert fire(on, NOON + HOUR) == 1
    expected = 1 if jump < timedelta() else 2
    assert fire(on, NOON + HOUR + jump) == expected
    assert fire(on, NOON + HOUR + jump) == expected
    assert fire(on, NOON + 2 * HOUR + max(jump, timedelta())) == expected + 1


def jobs() -> int:
    with reading() as session:
        return len(session.scalars(select(Job.id)).all())


# --- versions


def test_the_newest_version_alone_listens(on: Engine, each_database):
    on.deploy(begun_by(BY_MESSAGE, "old"))
    on.deploy(begun_by(BY_MESSAGE, "new"))
    send(on)

    assert tasks(on) == ["new"]


def test_a_newer_version_takes_the_timer_of_the_one_before_away(on: Engine, each_database):
    with clock.at(NOON):
        on.deploy(begun_by(duration("PT1H"), "old"))
        on.deploy(begun_by(duration("PT2H"), "new"))

    assert [fire(on, NOON + HOUR), fire(on, NOON + 2 * HOUR)] == [0, 1]
    assert tasks(on) == ["new"]


def test_deploying_the_same_again_moves_no_timer(on: Engine):
    with clock.at(NOON):
        on.deploy(begun_by(duration("PT1H")))
    with clock.at(NOON + HOUR / 2):
        on.deploy(begun_by(duration("PT1H")))

    assert [fire(on, NOON + HOUR), fire(on, NOON + 2 * HOUR)] == [1, 1]


def test_a_version_that_begins_by_no_event_listens_no_longer(on: Engine):
    on.deploy(begun_by(BY_MESSAGE))
    on.deploy(begun_by(""))

    assert send(on) == "buffered"
    assert begun(on) == []


def test_an_earlier_version_deployed_again_listens_again(on: Engine):
    for task in ("old", "new", "old"):
        on.deploy(begun_by(BY_MESSAGE, task))
    send(on)

    assert tasks(on) == ["old"]
