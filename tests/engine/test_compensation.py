"""Compensation: finished activities are undone, the newest first, also after a restore."""

import pytest

from tests.engine.machine import Driver
from tests.engine.models import boundary, flows, many, model, service, user
from tests.engine.test_refusals import problems

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
COMPENSATE = "<compensateEventDefinition/>"


def undone(host: str, by: str) -> str:
    """A compensation event at an activity, with the task that undoes it."""
    task = user(by).replace("<userTask", '<userTask isForCompensation="true"')
    event = boundary(f"{host}_comp", host, COMPENSATE)
    way = f'<association id="{host}_way" sourceRef="{host}_comp" targetRef="{by}"/>'
    return task + event + way


def throw(identity: str, activity: str = "", tag: str = "intermediateThrowEvent") -> str:
    reference = f' activityRef="{activity}"' if activity else ""
    return f'<{tag} id="{identity}"><compensateEventDefinition{reference}/></{tag}>'


def booking(event: str, after: str = "x -> e") -> bytes:
    body = START + user("hotel") + user("flight") + event + user("c") + END
    body += undone("hotel", "no_hotel") + undone("flight", "no_flight")
    return model(body + flows("s -> hotel", "hotel -> flight", "flight -> x", after, "c -> e"))


def test_finished_activities_are_undone_newest_first_and_then_the_process_goes_on():
    driver = Driver(booking(throw("x"), "x -> c")).finish("hotel").finish("flight")
    assert driver.open() == ["x", "no_flight"]

    driver.finish("no_flight", refund=7)
    assert driver.open() == ["x", "no_hotel"]
    driver.finish("no_hotel")

    assert driver.open() == ["c"]
    assert driver.data == {"refund": 7}


def test_an_end_event_may_undo_too():
    driver = Driver(booking(throw("x", tag="endEvent"), "hotel -> c"))
    driver.finish("hotel").finish("flight").finish("no_flight")
    assert not driver.ended

    assert driver.finish("no_hotel").finish("c").ended


def test_one_activity_can_be_undone_alone():
    driver = Driver(booking(throw("x", "hotel"), "x -> c")).finish("hotel").finish("flight")
    assert driver.open() == ["x", "no_hotel"]

    assert driver.finish("no_hotel").open() == ["c"]


def test_nothing_finished_means_nothing_to_undo():
    body = START + throw("x") + user("late") + undone("late", "undo") + END
    driver = Driver(model(body + flows("s -> x", "x -> late", "late -> e")))

    assert driver.open() == ["late"]
    assert driver.finish("late").ended


def test_what_was_done_twice_is_undone_twice_and_never_again():
    body = START + '<exclusiveGateway id="m"/>' + user("a") + undone("a", "undo") + throw("x")
    body += '<exclusiveGateway id="g" default="g_x"/>' + throw("y") + END
    ways = flows("s -> m", "m -> a", "a -> g", "g -> m if =again", "g -> x", "x -> y", "y -> e")
    driver = Driver(model(body + ways)).finish("a", again=True).finish("a", again=False)

    assert driver.finish("undo").open() == ["x", "undo"]
    assert driver.finish("undo").ended


def test_a_repeated_activity_is_undone_once():
    body = START + user("a", inside=many("=[1,2]")) + undone("a", "undo") + throw("x") + END
    driver = Driver(model(body + flows("s -> a", "a -> x", "x -> e"))).finish("a").finish("a")

    assert driver.open() == ["x", "undo"]
    assert driver.finish("undo").ended


def test_an_event_subprocess_undoes_what_is_around_it():
    error = '<errorEventDefinition errorRef="err"/>'
    inside = f'<startEvent id="es">{error}</startEvent>' + throw("x") + '<endEvent id="ee"/>'
    inside += flows("es -> x", "x -> ee")
    body = START + user("a") + undone("a", "undo") + service("b") + END
    body += f'<subProcess id="beside" triggeredByEvent="true">{inside}</subProcess>'
    process = model(
        body + flows("s -> a", "a -> b", "b -> e"), '<error id="err" errorCode="refused"/>'
    )
    driver = Driver(process).finish("a").throw("b", "refused")
    assert driver.open() == ["beside", "x", "undo"]

    assert driver.finish("undo").ended


def test_a_subprocess_undoes_only_its_own_and_is_undone_as_a_whole():
    inside = '<startEvent id="is"/>' + user("i") + undone("i", "undo_i") + throw("ix")
    inside += flows("is -> i", "i -> ix")
    body = START + user("a") + undone("a", "undo_a") + f'<subProcess id="sub">{inside}</subProcess>'
    body += undone("sub", "undo_sub") + throw("x") + END
    driver = Driver(model(body + flows("s -> a", "a -> sub", "sub -> x", "x -> e")))
    driver.finish("a").finish("i")
    assert driver.open() == ["sub", "ix", "undo_i"]

    driver.finish("undo_i")
    assert driver.open() == ["x", "undo_sub"]
    assert driver.finish("undo_sub").open() == ["x", "undo_a"]
    assert driver.finish("undo_a").ended


def test_an_incident_while_undoing_waits_for_an_operator():
    task = undone("a", "undo").replace('"clerks"', '"=if mended then null else true"')
    body = START + user("a") + task + throw("x") + END
    driver = Driver(model(body + flows("s -> a", "a -> x", "x -> e"))).finish("a")
    assert driver.incidents == ["the candidate groups must be a text, not True"]

    driver.data["mended"] = True

    assert driver.retry("undo").open() == ["x", "undo"]
    assert driver.finish("undo").ended


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        (boundary("c", "a", COMPENSATE), "leads to no undoing task"),
        (undone("a", "undo") + flows("undo -> e"), "leave a task that undoes another one"),
        (undone("a", "undo") + flows("e -> undo"), "which begins by itself"),
        (undone("a", "undo") + flows("a_comp -> e"), "A flow leaves a compensation event"),
        ('<task id="undo" isForCompensation="true"/>', "is never reached"),
        (throw("x", "a") + flows("a -> x"), "nothing here that undoes “a”"),
        (
            throw("x").replace("Definition/", 'Definition waitForCompletion="false"/')
            + flows("a -> x"),
            "The attribute “waitForCompletion”",
        ),
    ],
)
def test_what_could_never_be_undone_is_refused(extra, expected):
    found = problems(model(START + user("a") + extra + END + flows("s -> a", "a -> e")))

    assert any(expected in problem for problem in found), found
