"""Boundary events, event subprocesses, errors, escalations and signals."""

from tests.engine.machine import Driver
from tests.engine.models import (
    boundary,
    cycle,
    duration,
    flows,
    mapping,
    message,
    model,
    service,
    user,
)

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
MESSAGE = '<messageEventDefinition messageRef="m_news"/>'
ERRORS = '<error id="err" errorCode="refused"/><error id="other" errorCode="other"/>'
ERROR = '<errorEventDefinition errorRef="err"/>'
ANY_ERROR = "<errorEventDefinition/>"
ESCALATION = '<escalation id="esc" escalationCode="slow"/>'


def guarded(event: str, host: str = "") -> str:
    return START + (host or user("a")) + event + user("b") + END


def test_an_interrupting_timer_takes_the_task_away():
    body = guarded(boundary("late", "a", duration("P14D")))
    driver = Driver(model(body + flows("s -> a", "a -> e", "late -> b"))).later(days=13)
    assert driver.open() == ["a"]

    driver.later(days=1)

    assert driver.open() == ["b"]
    assert not driver.waits()


def test_a_finished_task_takes_its_timers_with_it():
    body = guarded(boundary("late", "a", duration("P14D")))
    driver = Driver(model(body + flows("s -> a", "a -> e", "late -> b"))).finish("a")

    assert driver.ended
    assert driver.later(days=20).open() == []


def test_a_message_that_interrupts_nothing_can_come_again_and_again():
    body = guarded(boundary("news", "a", MESSAGE, interrupts=False))
    process = model(body + flows("s -> a", "a -> e", "news -> b"), message("news"))
    driver = Driver(process, variables={"key": 7})
    for text in ("one", "two", "three"):
        driver.deliver("news", text=text)

    assert driver.open() == ["a", "b", "b", "b"]
    assert driver.data["text"] == "three"
    driver.finish("a")
    assert driver.open() == ["b", "b", "b"]
    assert not driver.waits()


def test_a_repeating_timer_fires_as_often_as_drawn():
    body = guarded(boundary("again", "a", cycle("R3/P1D"), interrupts=False))
    process = model(body + flows("s -> a", "a -> e", "again -> b"))
    driver = Driver(process).later(days=1).later(days=1)
    assert driver.open().count("b") == 2
    driver.later(days=30)
    assert driver.open().count("b") == 3
    assert not driver.waits()


def test_firings_that_were_missed_are_not_made_up_for():
    body = guarded(boundary("again", "a", cycle("R/P1D"), interrupts=False))
    slept = Driver(model(body + flows("s -> a", "a -> e", "again -> b")))

    assert slept.later(days=30).open().count("b") == 1
    assert slept.later(days=1).open().count("b") == 2


def test_an_error_of_a_job_goes_to_the_boundary_with_its_code():
    host = service("a")
    events = boundary("any", "a", ANY_ERROR) + boundary("exact", "a", ERROR)
    body = guarded(events, host) + user("c")
    ways = flows("s -> a", "a -> e", "exact -> b", "any -> c")
    process = model(body + ways, ERRORS)

    assert Driver(process).throw("a", "refused", reason="no").open() == ["b"]
    assert Driver(process).throw("a", "else").open() == ["c"]
    assert Driver(process).throw("a", "refused", reason="no").data == {"reason": "no"}


def test_an_error_nobody_handles_is_an_incident():
    process = model(guarded("", service("a")) + flows("s -> a", "a -> b", "b -> e"))
    driver = Driver(process).throw("a", "refused")

    assert driver.incidents == ["no error event handles the code “refused”: "]


def with_error_end(after: str) -> bytes:
    inside = '<startEvent id="is"/><parallelGateway id="if"/>' + user("iu")
    inside += f'<endEvent id="ie">{ERROR}</endEvent>'
    inside += flows("is -> if", "if -> iu", "if -> ie")
    sub = f'<subProcess id="a"><extensionElements>{mapping(outputs={"out": "=1"})}'
    sub += f"</extensionElements>{inside}</subProcess>"
    body = guarded(after, sub) + user("normal")
    return model(body + flows("s -> a", "a -> normal", "normal -> e", "caught -> b"), ERRORS)


def test_an_error_end_interrupts_only_what_is_around_it_and_runs_no_output():
    driver = Driver(with_error_end(boundary("caught", "a", ERROR)))

    assert driver.open() == ["b"]
    assert driver.data == {}
    assert "normal" not in driver.path


def test_an_error_comes_through_called_processes():
    child = model(
        f'<startEvent id="cs"/><endEvent id="ce">{ERROR}</endEvent>' + flows("cs -> ce"),
        ERRORS,
        process_id="child",
    )
    call = (
        '<callActivity id="a"><extensionElements><zeebe:calledElement processId="child"/>'
        "</extensionElements></callActivity>"
    )
    body = guarded(boundary("caught", "a", ERROR), call)
    driver = Driver(model(body + flows("s -> a", "a -> e", "caught -> b"), ERRORS), child)

    assert driver.open() == ["b"]


def event_subprocess(definition: str, *, interrupts: bool, declared: str) -> bytes:
    word = str(interrupts).lower()
    inside = f'<startEvent id="es" isInterrupting="{word}">{definition}</startEvent>' + user("b")
    inside += flows("es -> b")
    body = START + user("a") + END
    body += f'<subProcess id="beside" triggeredByEvent="true">{inside}</subProcess>'
    return model(body + flows("s -> a", "a -> e"), declared)


def test_an_event_subprocess_beside_the_process_lets_it_go_on():
    process = event_subprocess(MESSAGE, interrupts=False, declared=message("news"))
    driver = Driver(process, variables={"key": 1})
    driver.deliver("news", text="x").deliver("news")
    assert sorted(driver.open()) == ["a", "b", "b", "beside", "beside"]

    driver.finish("a")
    assert driver.open() == ["beside", "b", "beside", "b"]
    driver.finish("b").finish("b")

    assert driver.ended
    assert not driver.waits()


def test_an_event_subprocess_can_take_the_place_of_the_process():
    process = event_subprocess(duration("P3D"), interrupts=True, declared="")
    driver = Driver(process).later(days=3)
    assert driver.open() == ["beside", "b"]

    assert driver.finish("b").ended


def test_an_event_subprocess_that_nobody_calls_keeps_nothing_alive():
    process = event_subprocess(MESSAGE, interrupts=False, declared=message("news"))
    driver = Driver(process, variables={"key": 1}).finish("a")

    assert driver.ended
    assert not driver.waits()


def test_a_new_instance_never_starts_the_event_subprocess_that_another_one_did():
    process = event_subprocess(MESSAGE, interrupts=False, declared=message("news"))
    Driver(process, variables={"key": 1}).deliver("news")

    assert Driver(process, variables={"key": 2}).open() == ["a"]


def test_an_error_reaches_the_event_subprocess_of_its_process():
    error = f'<startEvent id="es">{ERROR}</startEvent>' + user("b") + flows("es -> b")
    body = START + service("a") + END
    body += f'<subProcess id="beside" triggeredByEvent="true">{error}</subProcess>'
    driver = Driver(model(body + flows("s -> a", "a -> e"), ERRORS)).throw("a", "refused", why="x")

    assert driver.open() == ["beside", "b"]
    assert driver.data == {"why": "x"}


def test_an_error_inside_an_event_subprocess_is_not_its_own_to_handle():
    inside = f'<startEvent id="es">{ERROR}</startEvent>' + service("b") + flows("es -> b")
    body = START + service("a") + END
    body += f'<subProcess id="beside" triggeredByEvent="true">{inside}</subProcess>'
    driver = Driver(model(body + flows("s -> a", "a -> e"), ERRORS))
    driver.throw("a", "refused").throw("b", "refused")

    assert driver.incidents == ["no error event handles the code “refused”: "]


def escalating(*, interrupts: bool) -> bytes:
    throw = '<intermediateThrowEvent id="it"><escalationEventDefinition escalationRef="esc"/>'
    inside = '<startEvent id="is"/>' + throw + "</intermediateThrowEvent>" + user("iu")
    inside += flows("is -> it", "it -> iu")
    caught = '<escalationEventDefinition escalationRef="esc"/>'
    event = boundary("caught", "a", caught, interrupts=interrupts)
    body = guarded(event, f'<subProcess id="a">{inside}</subProcess>')
    return model(body + flows("s -> a", "a -> e", "caught -> b"), ESCALATION)


def test_an_escalation_may_interrupt_or_not():
    assert sorted(Driver(escalating(interrupts=False)).open()) == ["a", "b", "iu"]
    assert Driver(escalating(interrupts=True)).open() == ["b"]


def test_an_escalation_nobody_handles_changes_nothing():
    throw = '<intermediateThrowEvent id="t"><escalationEventDefinition escalationRef="esc"/>'
    body = START + throw + "</intermediateThrowEvent>" + END
    assert Driver(model(body + flows("s -> t", "t -> e"), ESCALATION)).ended


def test_a_signal_end_is_not_a_silent_end():
    from engine.machine.effects import SignalThrown

    thrown = '<endEvent id="x"><signalEventDefinition signalRef="sig"/></endEvent>'
    driver = Driver(model(START + thrown + flows("s -> x"), '<signal id="sig" name="closed"/>'))

    assert [e.name for e in driver.effects if isinstance(e, SignalThrown)] == ["closed"]


def test_a_receive_task_waits_for_its_message():
    body = START + '<receiveTask id="r" messageRef="m_news"/>' + END
    process = model(body + flows("s -> r", "r -> e"), message("news", "=order.id"))
    driver = Driver(process, variables={"order": {"id": 99}})
    (wait,) = [wait for _, wait in driver.waits()]
    assert (wait.name, wait.key) == ("news", "99")

    assert driver.deliver("news", ok=True).data["ok"] is True


def test_a_message_without_a_key_is_an_incident_not_a_message_for_everybody():
    body = START + '<receiveTask id="r" messageRef="m_news"/>' + END
    driver = Driver(model(body + flows("s -> r", "r -> e"), message("news", "=order.id")))

    assert driver.incidents == ["the correlation key =order.id has no value"]
