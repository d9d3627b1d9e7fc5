"""Limits of single steps: read from the service or the model, refused or warned of at the gate."""

import itertools
from pathlib import Path

import pytest

import workflows
from workflows.errors import PackBroken
from workflows.pack import ServicePack, read_pack
from workflows.sections.limits import StepLimit
from workflows.step_limits import check_step_limits, limits_of, step_limit, warnings

PACK = read_pack(Path(workflows.__file__).parent / "catalogue" / "device-declaration-b")
DRAWN = b'motcua:workingDays="1"'


def variant(drawn: bytes = DRAWN, said: bytes = b"") -> ServicePack:
    files = dict(PACK.files)
    files["process.bpmn"] = files["process.bpmn"].replace(DRAWN, drawn)
    files["service.yaml"] = files["service.yaml"] + said
    return ServicePack(files)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        (b'motcua:limit="4 hour"', StepLimit("4", "hour")),
        (b'motcua:limit="0.5 working-day"', StepLimit("0.5", "working-day")),
        (b'motcua:limit="10 calendar-day"', StepLimit("10", "calendar-day")),
        (b'motcua:limit="1 month"', StepLimit("1", "month")),
        (DRAWN, StepLimit("1", "working-day")),
    ],
    ids=range(5),
)
def test_a_model_states_limits_in_every_unit(text: bytes, limit: StepLimit):
    pack = variant(text)
    check_step_limits(pack)
    assert limit in set(limits_of(pack))


def test_the_service_stands_before_the_model():
    pack = variant(said=b"\nstep_limits: {desk_check: {amount: 2.5, unit: hour}}\n")
    said = step_limit(pack.manifest, "desk_check", {"workingDays": "1"})
    assert said == StepLimit("2.5", "hour")


@pytest.mark.parametrize(
    ("drawn", "said", "fault"),
    [
        (b'motcua:limit="soon"', b"", "Write an amount and a unit"),
        (b'motcua:limit="3 fortnight"', b"", "Units are hour"),
        (b'motcua:limit="0.5 month"', b"", "a month has no parts"),
        (b'motcua:limit="4 hour" ' + DRAWN, b"", "leave one of them out"),
        (DRAWN, b"\nstep_limits: {nobody: {amount: 1, unit: hour}}\n", "no user task"),
        (DRAWN, b"\nstep_limits: {desk_check: {amount: 0.5, unit: month}}\n", "no parts"),
    ],
    ids=range(6),
)
def test_what_cannot_be_meant_is_refused(drawn: bytes, said: bytes, fault: str):
    with pytest.raises(PackBroken) as refused:
        check_step_limits(variant(drawn, said))
    assert fault in str(refused.value)


FLOW = """<?xml version="1.0"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:motcua="urn:motcua:bpmn:1">
<bpmn:process id="device-declaration-b" isExecutable="true">{}</bpmn:process></bpmn:definitions>"""


def way(*nodes: str) -> ServicePack:
    """A pack whose process goes through these nodes, one after the other."""
    names = [node.partition('id="')[2].partition('"')[0] for node in nodes]
    flows = [
        f'<bpmn:sequenceFlow id="{a}-{b}" sourceRef="{a}" targetRef="{b}"/>'
        for a, b in itertools.pairwise(names)
    ]
    files = dict(PACK.files)
    name = PACK.manifest.process
    model = FLOW.replace("device-declaration-b", name).format("".join([*nodes, *flows]))
    return ServicePack({**files, "process.bpmn": model.encode()})


def step(identity: str, limit: str, group: str = "officer") -> str:
    return (
        f'<bpmn:userTask id="{identity}" motcua:limit="{limit}"><bpmn:extensionElements>'
        f'<zeebe:assignmentDefinition candidateGroups="{group}"/></bpmn:extensionElements>'
        "</bpmn:userTask>"
    )


RECEIVE = (
    '<bpmn:serviceTask id="receive"><bpmn:extensionElements>'
    '<zeebe:taskDefinition type="dossier.receive"/></bpmn:extensionElements></bpmn:serviceTask>'
)


def test_steps_of_one_way_that_exceed_the_whole_limit_are_warned_of():
    pack = way(RECEIVE, step("appraise", "5 hour"), step("approve", "0.5 working-day"))
    [warning] = warnings(pack)
    assert "appraise, approve may take 1.12 working days" in warning
    assert "limit of 1 working-day" in warning


def test_steps_that_fit_are_not_warned_of():
    assert warnings(way(RECEIVE, step("appraise", "4 hour"), step("approve", "4 hour"))) == []
    assert warnings(PACK) == []


def test_what_comes_before_reception_and_what_the_applicant_does_is_not_counted():
    pack = way(
        step("check", "8 hour"),
        RECEIVE,
        step("appraise", "8 hour"),
        step("add", "1 month", "applicant"),
    )
    assert warnings(pack) == []


def test_going_round_is_counted_once():
    pack = way(RECEIVE, step("a", "4 hour"), step("b", "4 hour"), '<bpmn:task id="c"/>')
    model = pack.files["process.bpmn"].decode()
    back = '<bpmn:sequenceFlow id="back" sourceRef="c" targetRef="a"/></bpmn:process>'
    looped = model.replace("</bpmn:process>", back).encode()
    assert warnings(ServicePack({**pack.files, "process.bpmn": looped})) == []
