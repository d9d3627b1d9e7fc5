"""Faults found by comparing with the token game, or by drawing large: the smallest examples."""

from itertools import pairwise

from tests.engine.machine import Driver
from tests.engine.models import boundary, flows, many, model, script, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def test_an_inclusive_join_takes_one_token_of_each_flow():
    body = START + '<parallelGateway id="f"/><exclusiveGateway id="m"/><inclusiveGateway id="j"/>'
    body += user("b") + user("after") + END
    ways = flows("s -> f", "f -> b", "f -> m", "m -> j", "b -> j", "j -> after", "after -> e")
    again = '<sequenceFlow id="f_m2" sourceRef="f" targetRef="m"/>'
    driver = Driver(model(body + ways + again)).finish("b")

    assert driver.open() == ["after", "after"]


def test_activities_that_repeat_nothing_may_stand_in_a_long_row():
    names = [f"n{number}" for number in range(400)]
    tasks = "".join(user(name, inside=many("=[]")) for name in names)
    ways = [f"{one} -> {other}" for one, other in pairwise(names)]
    driver = Driver(model(START + tasks + END + flows("s -> n0", *ways, "n399 -> e")))

    assert driver.ended


def test_an_activity_that_repeats_nothing_is_left_with_its_events():
    late = boundary("late", "a", "<errorEventDefinition/>") + user("b")
    task = script("a", "=1", "n").replace("</scriptTask>", many("=[]") + "</scriptTask>")
    driver = Driver(model(START + task + late + END + flows("s -> a", "a -> e", "late -> b")))

    assert driver.ended
    assert driver.data == {}
