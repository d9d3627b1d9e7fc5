"""What would not run as drawn is refused, with its place, its reason and its remedy."""

import pytest

from engine.bpmn.activities import Known
from engine.bpmn.bundle import read_processes
from engine.errors import DeploymentRefused
from tests.engine.machine import ANYTHING
from tests.engine.models import (
    HEAD,
    boundary,
    duration,
    extended,
    flows,
    message,
    model,
    script,
    service,
    user,
)

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def around(element: str, declared: str = "") -> bytes:
    """A process with one element, whose id is `x`, between its start and its end."""
    return model(START + element + END + flows("s -> x", "x -> e"), declared)


def problems(content: bytes, known: Known = ANYTHING) -> list[str]:
    with pytest.raises(DeploymentRefused) as caught:
        read_processes({"m.bpmn": content}, known)
    return [str(problem) for problem in caught.value.problems]


MULTI = "<multiInstanceLoopCharacteristics>{}</multiInstanceLoopCharacteristics>"
REFUSED = {
    "different from an unknown task": (
        extended("userTask", "x", **{"motcua:differentFrom": "x gone"}),
        "names “gone”, which is no user task",
    ),
    "different from nobody": (
        extended("userTask", "x", **{"motcua:differentFrom": " "}),
        "names “”, which is no user task",
    ),
    "a program that is to be another person": (
        extended("task", "x", **{"motcua:differentFrom": "x"}),
        "stands at task, which no person does",
    ),
    "distinct people for a single task": (
        extended("userTask", "x", **{"motcua:distinctPeople": "true"}),
        "for a user task that several people do",
    ),
    "complex gateway": ('<complexGateway id="x"/>', "complexGateway is not executed"),
    "ad hoc": ('<adHocSubProcess id="x"/>', "adHocSubProcess is not executed"),
    "transaction": ('<transaction id="x"/>', "transaction is not executed"),
    "loop": (
        '<userTask id="x"><standardLoopCharacteristics/></userTask>',
        "neither a condition nor a maximum",
    ),
    "loop of no rounds": (
        '<userTask id="x"><standardLoopCharacteristics loopMaximum="0"/></userTask>',
        "a whole number from 1",
    ),
    "cardinality": (
        f'<userTask id="x">{MULTI.format("<loopCardinality>3</loopCardinality>")}</userTask>',
        "loopCardinality is not executed",
    ),
    "python": (
        '<scriptTask id="x"><script>import os</script></scriptTask>',
        "Programming languages are not run",
    ),
    "conditional": (
        '<intermediateCatchEvent id="x"><conditionalEventDefinition/></intermediateCatchEvent>',
        "conditionalEventDefinition is not executed",
    ),
    "compensation that catches": (
        '<intermediateCatchEvent id="x"><compensateEventDefinition/></intermediateCatchEvent>',
        "waits for nothing that can happen",
    ),
    "listeners": (
        extended("userTask", "x", "<zeebe:executionListeners/>"),
        "executionListeners is not executed",
    ),
    "unknown extension": (extended("userTask", "x", "<zeebe:novelty/>"), "novelty is not executed"),
    "unknown element": ('<userTask id="x"/><fancyThing id="y"/>', "fancyThing is not executed"),
    "other engine": (
        (
            '<userTask id="x" xmlns:c="http://camunda.org/schema/1.0/bpmn"><extensionElements>'
            "<c:formData/></extensionElements></userTask>"
        ),
        "This belongs to another engine",
    ),
    "no definition": ('<serviceTask id="x"/>', "it has no task definition"),
    "message end": (
        '<intermediateThrowEvent id="x"><messageEventDefinition/></intermediateThrowEvent>',
        "it has no task definition",
    ),
    "candidate users": (
        extended("userTask", "x", '<zeebe:assignmentDefinition candidateUsers="a"/>'),
        "Candidate users are not supported",
    ),
    "bad expression": (script("x", "=1 +", "n"), "cannot be read"),
    "no result": (script("x", "=1", ""), "lacks the attribute “resultVariable”"),
    "no message": ('<receiveTask id="x"/>', "lacks the attribute “messageRef”"),
    "dangling": ('<receiveTask id="x" messageRef="gone"/>', "the file does not declare"),
    "waits for nothing": ('<intermediateCatchEvent id="x"/>', "waits for nothing that can happen"),
    "bad timer": (
        f'<intermediateCatchEvent id="x">{duration("P1X")}</intermediateCatchEvent>',
        "not an ISO 8601 duration",
    ),
    "cron": (
        (
            '<intermediateCatchEvent id="x"><timerEventDefinition><timeCycle>0 0 9 * *'
            "</timeCycle></timerEventDefinition></intermediateCatchEvent>"
        ),
        "not an ISO 8601 cycle",
    ),
    "no time": (
        '<intermediateCatchEvent id="x"><timerEventDefinition/></intermediateCatchEvent>',
        "The timer has no time",
    ),
    "several events": (
        (
            f'<intermediateCatchEvent id="x">{duration("P1D")}{duration("P2D")}'
            "</intermediateCatchEvent>"
        ),
        "waits for several events at once",
    ),
    "not called": (
        extended("callActivity", "x", '<zeebe:calledElement processId="gone"/>'),
        "no executable process “gone” to call",
    ),
    "called by expression": (
        extended("callActivity", "x", '<zeebe:calledElement processId="=which"/>'),
        "expressions are not possible",
    ),
    "version tag": (
        extended("callActivity", "x", '<zeebe:calledElement processId="p" versionTag="1"/>'),
        "The attribute “versionTag”",
    ),
    "no collection": (f'<userTask id="x">{MULTI.format("")}</userTask>', "names no collection"),
    "unreached": ('<userTask id="x"/><userTask id="y"/>', "userTask is never reached"),
    "two ids": ('<userTask id="x"/><userTask id="x"/>', "Two elements have the id “x”"),
    "error that goes on": (
        user("x") + boundary("b", "x", "<errorEventDefinition/>", interrupts=False),
        "An error always interrupts",
    ),
    "loose boundary": (
        user("x") + boundary("b", "nobody", duration("P1D")),
        "attached to nothing that can be guarded",
    ),
    "one event": ('<eventBasedGateway id="x"/>', "needs at least two events"),
    "empty subprocess": ('<subProcess id="x"/>', "needs exactly one start event; this one has 0"),
    "lonely link": (
        '<intermediateThrowEvent id="x"><linkEventDefinition name="A"/></intermediateThrowEvent>',
        "No link catch event has the name “A”",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_element_that_would_not_run_is_refused(name):
    element, expected = REFUSED[name]
    found = problems(around(element))

    assert any(expected in problem for problem in found), found
    assert all(problem.startswith("m.bpmn:") for problem in found)


def test_a_problem_names_file_line_element_and_remedy():
    text = problems(around('\n\n<complexGateway id="x" name="Either way"/>'))[0]

    assert text == (
        "m.bpmn:8 x “Either way”: complexGateway is not executed here. "
        "Use exclusive, inclusive or parallel gateways instead."
    )


def test_every_problem_is_named_at_once():
    found = problems(
        around('<serviceTask id="x"/><complexGateway id="y"/><adHocSubProcess id="z"/>')
    )

    assert len(found) >= 3


def test_a_kind_that_nobody_registered_is_refused():
    known = Known(kind=lambda kind: kind == "mail", decision=lambda decision: False)

    assert "Nobody does work of the type “fax”" in problems(around(service("x", "fax")), known)[0]
    read_processes({"m.bpmn": around(service("x", "mail"))}, known)


def test_a_decision_that_the_bundle_lacks_is_refused():
    known = Known(kind=lambda kind: True, decision=lambda decision: False)
    task = '<zeebe:calledDecision decisionId="fee" resultVariable="fee"/>'
    element = extended("businessRuleTask", "x", task)

    assert "The bundle has no decision “fee”" in problems(around(element), known)[0]


def test_a_gateway_with_an_open_choice_is_refused():
    body = START + '<exclusiveGateway id="x"/>' + user("a") + user("b")
    found = problems(model(body + flows("s -> x", "x -> a", "x -> b")))

    assert len(found) == 2
    assert "has no condition and is not the default" in found[0]


def test_a_condition_that_is_not_feel_is_refused():
    body = START + '<exclusiveGateway id="x" default="x_b"/>' + user("a") + user("b")
    ways = flows("s -> x", "x -> a if __import__('os').system('id')", "x -> b")

    assert "The condition is not FEEL" in problems(model(body + ways))[0]


def test_a_condition_behind_a_task_is_refused():
    found = problems(model(START + user("a") + END + flows("s -> a", "a -> e if =true")))

    assert "Only exclusive and inclusive gateways look at conditions" in found[0]


@pytest.mark.parametrize("starts", ["", '<startEvent id="t"/><startEvent id="s"/>'])
def test_a_process_has_one_start(starts):
    assert "needs exactly one start event" in problems(model(starts + user("a")))[0]


@pytest.mark.parametrize("kind", ["error", "escalation", "compensate"])
def test_nothing_outside_can_throw_what_would_start_a_process(kind):
    start = f'<startEvent id="s"><{kind}EventDefinition/></startEvent>'

    assert f"cannot be started by a {kind} event" in problems(model(start + END))[0]


def test_a_subprocess_begins_when_it_is_reached_and_by_no_event():
    inside = '<startEvent id="is"><messageEventDefinition messageRef="m_x"/></startEvent>'
    body = START + f'<subProcess id="sub">{inside}</subProcess>' + END
    found = problems(model(body + flows("s -> sub", "sub -> e"), message("x")))

    assert "cannot be started by a message event" in found[0]


@pytest.mark.parametrize(
    ("definition", "declared"),
    [
        ('<messageEventDefinition messageRef="m"/>', '<message id="m" name="=unknown"/>'),
        (
            "<timerEventDefinition><timeDate>=unknown</timeDate></timerEventDefinition>",
            "",
        ),
    ],
    ids=["message", "timer"],
)
def test_what_begins_a_process_has_no_variables_to_look_at(definition, declared):
    start = f'<startEvent id="s">{definition}</startEvent>'

    found = problems(model(start + END + flows("s -> e"), declared))
    assert "It is not known when a process begins" in found[0]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"<broken", "This is not XML"),
        (b"", "This is not XML"),
        (b"<html/>", "This is not a BPMN 2.0 file"),
        ((HEAD + "</definitions>").encode(), "no executable process"),
        (b'<!DOCTYPE d [<!ENTITY x "y">]><d>&x;</d>', "has a DOCTYPE"),
        (b"<d>" + b" " * 5_000_001 + b"</d>", "The file is too large"),
    ],
)
def test_a_file_that_is_no_model_is_refused(content, expected):
    assert expected in problems(content)[0]


def test_entities_are_never_resolved(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    attack = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]><d>&x;</d>'.encode()

    assert "has a DOCTYPE" in problems(attack)[0]


def test_a_process_of_a_partner_is_only_a_picture():
    partner = '<process id="other" isExecutable="false"><complexGateway id="c"/></process>'
    content = model(START + END + flows("s -> e")).replace(
        b"<process", partner.encode() + b"<process", 1
    )

    assert list(read_processes({"m.bpmn": content}, ANYTHING)) == ["p"]
