"""Messages that come when nobody waits any more are recorded, with who waited last and why."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.clock import now, shifted
from core.database import db, reading
from engine import correlation, operations
from engine.housekeeping import forget_messages
from engine.messages import route
from engine.models import Message, Subscription
from engine.queries import EVERYTHING
from engine.runtime import current_runtime
from engine.untaken import MessageView, untaken_messages
from tests.engine.conftest import Engine
from tests.engine.models import duration, flows, message, model, user
from tests.engine.test_messages import END, LATER, START, WAITING, publish

LOOP = model(
    START
    + '<receiveTask id="r" messageRef="m_paid"/>'
    + user("look")
    + '<exclusiveGateway id="x" default="x_r"/>'
    + END
    + flows("s -> r", "r -> look", "look -> x", "x -> r", "x -> e if =enough"),
    message("paid"),
)
UNTIL = model(
    START
    + '<eventBasedGateway id="g"/>'
    + '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="m_paid"/>'
    + f'</intermediateCatchEvent><intermediateCatchEvent id="t">{duration("PT1H")}'
    + "</intermediateCatchEvent>"
    + user("remind")
    + END
    + flows("s -> g", "g -> m", "g -> t", "m -> e", "t -> remind", "remind -> e"),
    message("paid"),
)
EITHER = model(
    START
    + '<eventBasedGateway id="g"/>'
    + '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="m_paid"/>'
    + '</intermediateCatchEvent><intermediateCatchEvent id="n"><messageEventDefinition '
    + 'messageRef="m_waived"/></intermediateCatchEvent>'
    + user("read")
    + END
    + flows("s -> g", "g -> m", "g -> n", "m -> read", "n -> read", "read -> e"),
    message("paid") + message("waived"),
)
TWINS = model(
    START
    + '<parallelGateway id="f"/><receiveTask id="r" messageRef="m_paid"/>'
    + '<receiveTask id="q" messageRef="m_paid"/><parallelGateway id="j"/>'
    + END
    + flows("s -> f", "f -> r", "f -> q", "r -> j", "q -> j", "j -> e"),
    message("paid"),
)


def untaken(**filters) -> list[MessageView]:
    with reading():
        return untaken_messages(visible_to=EVERYTHING, **filters)


def test_after_the_end_of_the_one_that_waited_it_is_late(on: Engine, each_database):
    instance_id = on.start(WAITING, key="1")
    publish(on, "1", "first")

    assert publish(on, "1", "second") == "late"

    (late,) = untaken()
    assert (late.message_id, late.why) == ("second", "instance-ended")
    assert (late.late_for, late.late_element) == (instance_id, "r")


def test_after_the_wait_gave_way_to_a_timer_it_is_late(on: Engine):
    instance_id = on.start(UNTIL, key="1")
    with shifted(timedelta(hours=2)):
        on.run_due()
        assert publish(on, "1") == "late"

    (late,) = untaken(name="paid", correlation_key="1")
    assert (late.why, late.late_for, late.late_element) == ("wait-passed", instance_id, "m")
    assert [task.element_id for task in on.tasks(instance_id)] == ["remind"]


def test_a_late_message_is_taken_by_the_next_wait_within_its_time_to_live(on: Engine):
    instance_id = on.start(LOOP, key="1", enough=False)
    publish(on, "1", n=1)
    assert publish(on, "1", n=2) == "late"

    on.complete(instance_id, "look")

    assert on.variables(instance_id)["n"] == 2
    assert untaken() == []


def test_a_message_that_is_not_to_be_kept_expires_at_once(on: Engine):
    instance_id = on.start(LATER, key="1")
    deed = operations.publish_message
    assert on.act(deed, "paid", "1", {}, "m", timedelta()) == "expired"
    on.complete(instance_id, "first")

    assert on.state(instance_id) == "active"
    (expired,) = untaken()
    assert (expired.why, expired.late_for) == ("expired", None)


def test_a_kept_message_is_listed_only_when_it_is_asked_for(on: Engine):
    publish(on, "1")

    assert untaken() == []
    assert [each.state for each in untaken(waiting=True)] == ["buffered"]


def test_of_two_kept_messages_for_one_gateway_the_younger_stays_kept(on: Engine, each_database):
    on.act(operations.publish_message, "waived", "1", {}, "younger")
    with shifted(timedelta(minutes=-1)):
        publish(on, "1", "older")
    instance_id = on.start(EITHER, key="1")

    assert [task.element_id for task in on.tasks(instance_id)] == ["read"]
    assert [each.message_id for each in untaken(waiting=True)] == ["younger"]


def test_two_branches_that_wait_for_the_same_take_a_kept_message_each(on: Engine, each_database):
    publish(on, "1", n=1)
    publish(on, "1", n=2)

    assert on.state(on.start(TWINS, key="1")) == "completed"


def test_a_message_whose_receiver_is_gone_goes_to_the_next_or_stays_kept(on: Engine, each_database):
    """Two messages were on their way to one receiver; only the first can have it."""
    first = on.start(WAITING, key="1")
    for name in ("a", "b"):
        on.act(arrive_unseen, name)
    second = on.start(WAITING, key="1")
    on.run_due()

    assert (on.state(first), on.state(second)) == ("completed", "completed")
    on.act(arrive_unseen, "c")
    assert [each.message_id for each in untaken()] == ["c"]


def arrive_unseen(message_id: str) -> None:
    """As when the receiver began to wait between the publisher's two looks."""
    later = now() + timedelta(days=1)
    correlation.remember("paid", "1", message_id, b"{}", later)
    route(current_runtime(), "paid", "1", message_id)


def test_what_a_delivered_message_said_is_not_kept(on: Engine):
    on.start(WAITING, key="1")
    publish(on, "1", phone="0912345678")

    with reading():
        assert db.session.scalar(select(Message.variables)) == b""


@pytest.mark.parametrize("days", [29, 31])
def test_messages_and_waits_are_forgotten_after_their_days(on: Engine, each_database, days):
    on.start(WAITING, key="1")
    waiting = on.start(WAITING, key="2")
    publish(on, "1", "order-7")
    with shifted(timedelta(days=days)):
        forget_messages(timedelta(days=30))
        known = days < 30
        assert publish(on, "1", "order-7") == ("duplicate" if known else "buffered")
        assert on.state(waiting) == "active"
    with reading():
        assert db.session.scalar(select(func.count()).select_from(Subscription)) == 1 + known
