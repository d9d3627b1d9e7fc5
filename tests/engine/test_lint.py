"""What a designer is told about a model, one example for each rule; and that nothing crashes it."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.lint import Finding, Severity, lint
from engine.lint.findings import RULES
from engine.lint.rules import REFUSALS
from tests.engine.models import (
    boundary,
    cycle,
    duration,
    extended,
    flows,
    message,
    model,
    script,
    service,
    user,
)
from workflows.pack import read_pack

CATALOGUE = Path(__file__).parents[2] / "workflows" / "catalogue"
START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
ERROR = "<errorEventDefinition/>"


def found(content: bytes, name: str = "m.bpmn") -> dict[str, list[Finding]]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in lint({name: content}):
        by_rule.setdefault(finding.rule, []).append(finding)
    return by_rule


def around(element: str, *more: str, declared: str = "") -> bytes:
    return model(START + element + END + flows("s -> x", "x -> e", *more), declared)


def timer(text: str) -> str:
    when = f"<timerEventDefinition><timeDate>{text}</timeDate></timerEventDefinition>"
    return f'<intermediateCatchEvent id="x">{when}</intermediateCatchEvent>'


FORK = '<parallelGateway id="x"/>'
CHOICE = '<exclusiveGateway id="x"{}/>' + user("a") + user("b")
WAYS = ("x -> a if =yes", "x -> b if =no")
LIMITED = '<zeebe:taskSchedule dueDate="=due"/>'
FORM = '<zeebe:formDefinition formId="f"/>'
# For each rule: what has the fault, then the same without it.
EXAMPLES: dict[str, tuple[bytes, bytes]] = {
    "unreachable": (
        around('<task id="x"/><task id="y"/><task id="z"/>', "y -> z", "z -> y"),
        around('<task id="x"/>'),
    ),
    "dead-end": (
        model(START + '<task id="x"/>' + flows("s -> x")),
        around('<task id="x"/>'),
    ),
    "fake-join": (
        around(FORK + '<task id="y"/>', "x -> y", "s -> y"),
        around(FORK + '<task id="y"/>', "x -> y", "y -> e"),
    ),
    "implicit-split": (around('<task id="x"/>', "x -> e"), around('<task id="x"/>')),
    "superfluous-gateway": (around(FORK), around(FORK, "x -> e")),
    "join-and-split": (around(FORK, "s -> x", "x -> e"), around(FORK, "x -> e")),
    "no-default": (
        around(CHOICE.format(""), *WAYS),
        around(CHOICE.format(' default="x_b"'), "x -> a if =yes", "x -> b"),
    ),
    "parallel-writes": (
        around(FORK + script("a", "=1", "n") + script("b", "=2", "n"), "x -> a", "x -> b"),
        around(FORK + script("a", "=1", "n") + script("b", "=2", "k"), "x -> a", "x -> b"),
    ),
    "task-without-name": (around('<task id="x"/>'), around('<task id="x" name="Do"/>')),
    "event-without-name": (
        around(user("x")),
        model('<startEvent id="s" name="Sent"/><endEvent id="e" name="Done"/>' + flows("s -> e")),
    ),
    "gateway-without-name": (
        around(CHOICE.format(""), *WAYS),
        around(CHOICE.format(' name="Complete?"'), *WAYS),
    ),
    "flow-without-name": (
        around(CHOICE.format(""), *WAYS),
        around(CHOICE.format(' default="x_b"'), "x -> b"),
    ),
    "duplicate-name": (
        around('<task id="x" name="Check"/><task id="y" name=" check "/>'),
        around('<task id="x" name="Check"/><task id="y" name="Decide"/>'),
    ),
    "task-without-form": (around(user("x")), around(user("x", extra=FORM))),
    "task-without-doer": (around(extended("userTask", "x")), around(user("x"))),
    "task-without-limit": (around(user("x")), around(user("x", extra=LIMITED))),
    "no-error-path": (around(service("x")), around(service("x") + boundary("b", "x", ERROR))),
    "unused-declaration": (
        around(user("x"), declared=message("news")),
        around('<receiveTask id="x" messageRef="m_news"/>', declared=message("news")),
    ),
    "timer-in-the-past": (
        around(timer("2020-01-01T00:00:00Z")),
        around(timer("2999-01-01T00:00:00Z")),
    ),
    "always-null": (
        around(script("x", "=if yes then upper case(5) else 1", "n")),
        around(script("x", "=1", "n")),
    ),
    "personal-data": (around(user("nguoi_079090001234")), around(user("x"))),
    "no-picture": (
        around(user("x")),
        around(user("x")).replace(
            b"</definitions>",
            b'<d:D xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI"><d:BPMNShape bpmnElement="s"/>'
            b'<d:BPMNShape bpmnElement="x"/><d:BPMNShape bpmnElement="e"/></d:D></definitions>',
        ),
    ),
    "unsupported-element": (
        around('<complexGateway id="x"/>').replace(b'isExecutable="true"', b""),
        around(FORK).replace(b'isExecutable="true"', b""),
    ),
    "start-count": (model(START + START.replace('"s"', '"t"') + END), around(FORK)),
    "message-without-key": (
        around('<receiveTask id="x" messageRef="m"/>', declared='<message id="m" name="m"/>'),
        around('<receiveTask id="x" messageRef="m_n"/>', declared=message("n")),
    ),
    "process-not-executable": (
        around(FORK).replace(b'isExecutable="true"', b""),
        around(FORK),
    ),
    "unreadable-expression": (around(script("x", "=1 +", "n")), around(script("x", "=1", "n"))),
    "flow-without-condition": (
        around(CHOICE.format(""), "x -> a", "x -> b"),
        around(CHOICE.format(""), *WAYS).replace(b'sourceRef="x" targetRef="e"', b""),
    ),
}


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_names_the_fault_and_is_silent_without_it(rule):
    faulty, mended = EXAMPLES[rule]

    assert rule in found(faulty)
    assert rule not in found(mended)


def test_every_rule_has_its_example():
    assert {rule.id for rule in RULES} | set(REFUSALS.values()) == set(EXAMPLES)


def test_a_finding_tells_where_what_and_how_to_mend():
    process = model(START + "\n\n" + '<task id="x" name="Check"/>' + flows("s -> x"))
    (finding,) = found(process)["dead-end"]

    assert (finding.file, finding.line, finding.element_id) == ("m.bpmn", 8, "x")
    assert (finding.element_name, finding.severity) == ("Check", Severity.WARNING)
    assert finding.title % finding.params == "The way ends without an end event"
    assert finding.remedy.startswith("Lead it to an end event")


def test_timers_error_subprocesses_and_opposites_are_understood():
    late = boundary("late", "x", cycle("R/P1D"), interrupts=False) + '<endEvent id="f"/>'
    assert "task-without-limit" not in found(around(user("x") + late, "late -> f"))
    inside = f'<startEvent id="es">{ERROR}</startEvent>'
    beside = f'<subProcess id="beside" triggeredByEvent="true">{inside}</subProcess>'
    assert "no-error-path" not in found(around(service("x") + beside))
    ways = ("x -> a if =fee > 0", "x -> b if =not(fee > 0)")
    both = model(START + CHOICE.format("") + flows("s -> x", *ways))
    assert "no-default" not in found(both)
    wait = f'<intermediateCatchEvent id="y">{duration("P1D")}</intermediateCatchEvent>'
    assert "unreachable" not in found(around(user("x") + wait, "x -> y", "y -> e"))


def test_a_process_of_another_file_may_be_called():
    call = extended("callActivity", "x", '<zeebe:calledElement processId="child"/>')
    child = model(START + END + flows("s -> e"), process_id="child")

    assert "not-deployable" in found(around(call))
    together = lint({"a.bpmn": around(call), "b.bpmn": child})
    assert "not-deployable" not in {finding.rule for finding in together}


@pytest.mark.parametrize("pack", sorted(path for path in CATALOGUE.iterdir() if path.is_dir()))
def test_our_own_processes_have_no_errors_and_are_checked_in_a_second(pack):
    models = read_pack(pack).model_files().items()
    files = {path: content for path, content in models if path.endswith(".bpmn")}
    began = time.perf_counter()
    errors = [finding for finding in lint(files) if finding.severity is Severity.ERROR]

    assert errors == []
    assert time.perf_counter() - began < 1


SAMPLE = etree.fromstring(
    model(
        START
        + CHOICE.format(' default="x_b"')
        + boundary("late", "a", duration("P1D"))
        + boundary("undo_a", "b", "<compensateEventDefinition/>")
        + '<task id="undo" isForCompensation="true"/><association sourceRef="undo_a" targetRef="undo"/>'
        + '<intermediateThrowEvent id="t"><linkEventDefinition name="l"/></intermediateThrowEvent>'
        + '<intermediateCatchEvent id="c"><linkEventDefinition name="l"/></intermediateCatchEvent>'
        + '<eventBasedGateway id="g"/><receiveTask id="r" messageRef="m_news"/>'
        + f'<subProcess id="sub"><startEvent id="is"/>{service("i")}{flows("is -> i")}</subProcess>'
        + END
        + flows("s -> x", "x -> a if =yes", "x -> b", "a -> t", "c -> sub", "sub -> g", "g -> r"),
        message("news"),
    )
)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_file_is_never_a_crash(data):
    damaged = etree.fromstring(etree.tostring(SAMPLE))
    places = list(damaged.iter())
    for place in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=4)):
        if data.draw(st.booleans()) and place.attrib:
            name = data.draw(st.sampled_from(sorted(place.attrib)))
            place.set(name, data.draw(st.sampled_from(["", "s", "x", "undo", "=1 +", "unknown"])))
        elif data.draw(st.booleans()) and place.attrib:
            del place.attrib[data.draw(st.sampled_from(sorted(place.attrib)))]
        elif place.getparent() is not None:
            place.getparent().remove(place)

    assert lint({"damaged.bpmn": etree.tostring(damaged)}, play=True)


@pytest.mark.parametrize("content", [b"", b"<a", b"<a/>", b"\xff\xfe\x00", b"<!DOCTYPE a><a/>"])
def test_what_is_no_model_is_one_finding(content):
    assert [finding.rule for finding in lint({"m.bpmn": content})] != []
