"""Messages and signals find those who wait for them: once each, early or late."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Barrier, Thread

import pytest

from core.clock import shifted
from engine import operations
from engine.errors import VariablesRefused
from engine.messages import MessageOutcome
from tests.engine.conftest import Engine
from tests.engine.models import boundary, flows, message, model, script, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
WAITING = model(
    START + '<receiveTask id="r" messageRef="m_paid"/>' + END + flows("s -> r", "r -> e"),
    message("paid"),
)
LATER = model(
    START
    + user("first")
    + '<receiveTask id="r" messageRef="m_paid"/>'
    + END
    + flows("s -> first", "first -> r", "r -> e"),
    message("paid"),
)


def publish(on: Engine, key: str, message_id: str | None = None, **variables) -> MessageOutcome:
    outcome: MessageOutcome = on.act(operations.publish_message, "paid", key, variables, message_id)
    return outcome


def test_a_message_goes_only_to_the_one_with_its_key(on: Engine, each_database):
    one, other = on.start(WAITING, key="1"), on.start(WAITING, key="2")

    assert publish(on, "2", amount=5) == "delivered"

    assert (on.state(one), on.state(other)) == ("active", "completed")
    assert on.variables(other) == {"key": "2", "amount": 5}


def test_a_message_is_for_one_receiver_the_one_who_waited_longest(on: Engine):
    first, second = on.start(WAITING, key="1"), on.start(WAITING, key="1")
    publish(on, "1")
    assert (on.state(first), on.state(second)) == ("completed", "active")


def test_an_early_message_is_kept_until_somebody_waits(on: Engine, each_database):
    instance_id = on.start(LATER, key="1")
    assert publish(on, "1", amount=5) == "buffered"

    on.complete(instance_id, "first")

    assert on.state(instance_id) == "completed"
    assert on.variables(instance_id)["amount"] == 5


def test_an_early_message_that_nobody_fetched_in_time_is_too_late(on: Engine):
    instance_id = on.start(LATER, key="1")
    publish(on, "1")
    with shifted(timedelta(days=8)):
        on.complete(instance_id, "first")

    assert on.state(instance_id) == "active"


def test_a_second_copy_is_recognised(on: Engine, each_database):
    first, second = on.start(WAITING, key="1"), on.start(WAITING, key="1")

    assert publish(on, "1", "order-7") == "delivered"
    assert publish(on, "1", "order-7") == "duplicate"
    assert publish(on, "1", "order-8") == "delivered"

    assert (on.state(first), on.state(second)) == ("completed", "completed")


def test_kept_messages_are_fetched_one_at_a_time_in_their_order(on: Engine):
    body = START + '<receiveTask id="r" messageRef="m_paid"/>' + script("t", "=append(l, n)", "l")
    body += '<receiveTask id="q" messageRef="m_paid"/>' + script("u", "=append(l, n)", "l") + END
    ways = flows("s -> r", "r -> t", "t -> q", "q -> u", "u -> e")
    for number in (1, 2, 3):
        publish(on, "1", n=number)
    instance_id = on.start(model(body + ways, message("paid")), key="1", l=[])

    assert on.state(instance_id) == "completed"
    assert on.variables(instance_id)["l"] == [1, 2]


def test_variables_that_cannot_be_kept_are_refused(on: Engine):
    with pytest.raises(VariablesRefused):
        publish(on, "1", bad=object())


def test_a_publisher_and_a_receiver_never_pass_each_other(on: Engine, each_database):
    instances = [on.start(LATER, key=str(number)) for number in range(6)]
    gate = Barrier(12)

    def arrive(deed) -> None:
        with on.app.app_context():
            gate.wait()
            deed()

    deeds: list[Callable[[], object]] = [partial(publish, on, str(n)) for n in range(6)]
    deeds += [partial(on.complete, instance, "first") for instance in instances]
    threads = [Thread(target=arrive, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    on.run_due()

    assert [on.state(instance) for instance in instances] == ["completed"] * 6


def test_a_message_that_interrupts_nothing_is_taken_every_time(on: Engine):
    news = '<messageEventDefinition messageRef="m_paid"/>'
    body = START + user("a") + boundary("b", "a", news, interrupts=False) + user("read") + END
    instance_id = on.start(
        model(body + flows("s -> a", "a -> e", "b -> read"), message("paid")), key="1"
    )
    for _ in range(3):
        assert publish(on, "1") == "delivered"

    assert [task.element_id for task in on.tasks(instance_id)] == ["a", "read", "read", "read"]
