"""Whether the process of a service issues its result in the order that the service states.

A step comes after another one if no way through the model reaches it without the other: what gateways
decide is not looked at, so no way is trusted to be impossible.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lxml import etree

from engine.bpmn.reading import parse_xml
from workflows.errors import PackBroken
from workflows.pack import ServicePack
from workflows.sections.issuing import Issuing, IssuingStep

JOBS: Final[Mapping[IssuingStep, str]] = {
    IssuingStep.NUMBER: "number.reserve",
    IssuingStep.SIGN: "result.sign",
    IssuingStep.SEAL: "result.seal",
}
# The process of the work shape that signs and waits for its signer.
SIGNING_SHAPE: Final = "signature"
_BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"
_CONTAINERS: Final = ("subProcess", "adHocSubProcess", "transaction")
_NODES: Final = ("Event", "Task", "task", "Gateway", "callActivity", "ubProcess", "transaction")


def check_issuing(pack: ServicePack) -> None:
    """Raise PackBroken where the model and the order that `issuing` states do not agree."""
    issuing = pack.manifest.issuing
    if not issuing.order:
        return
    path, process = _process(pack)
    places = _places(process, issuing)
    _check_tasks(pack, process, issuing)
    for step in IssuingStep:
        if step in issuing.order and not places[step]:
            raise _broken(f"“order” has “{step}”, but no element of {path} does it{_hint(step)}.")
        if step in JOBS and step not in issuing.order and places[step]:
            raise _broken(f"{path} does “{step}”, which “order” does not name.")
    flows = _flows(process)
    for first, then in _pairs(issuing, places):
        for reached in sorted(_reachable(process, flows, without=first[1]) & set(then[1])):
            fault = (
                f"“{reached}” ({then[0]}) can be reached without “{first[0]}” "
                f"({', '.join(sorted(first[1]))}). Draw “{first[0]}” before it on every way, or "
                f"correct “order” of “issuing” in service.yaml."
            )
            raise PackBroken(file=path, fault=fault)


_Stage = tuple[str, Sequence[str]]


def _pairs(
    issuing: Issuing, places: Mapping[IssuingStep, list[str]]
) -> Iterator[tuple[_Stage, _Stage]]:
    """What must come before what: each step before the next, and the leader's will before his key."""
    stages: list[_Stage] = []
    for step in issuing.order:
        if step is IssuingStep.SIGN and issuing.signed_by:
            stages.append(("signed_by", issuing.signed_by))
        elif step is IssuingStep.SIGN and IssuingStep.APPROVE not in issuing.order:
            stages.append(("approved_by", issuing.approved_by))
        stages.append((str(step), places[step]))
    for number, stage in enumerate(stages):
        for later in stages[number + 1 :]:
            yield stage, later


def _check_tasks(pack: ServicePack, process: etree._Element, issuing: Issuing) -> None:
    tasks, calls = (
        {str(each.get("id")) for each in process.iter(f"{_BPMN}{kind}")}
        for kind in ("userTask", "callActivity")
    )
    for task in issuing.approved_by:
        if task not in tasks | calls:
            raise _broken(f"“approved_by” names “{task}”: no user task or call of the process.")
    for task in issuing.signed_by:
        if task not in tasks:
            raise _broken(f"“signed_by” names “{task}”: the process has no such user task.")
    if IssuingStep.SIGN not in issuing.order:
        return
    for task in issuing.signing_tasks:
        if task not in tasks:
            raise _broken(f"Nobody signs by “{task}”: name a user task in “signed_by”.")
        if task not in pack.manifest.fresh_proof:
            fault = f"Who completes “{task}” signs with his own key: name it in “fresh_proof”."
            raise _broken(fault)


def _places(process: etree._Element, issuing: Issuing) -> dict[IssuingStep, list[str]]:
    places = {step: _with_job(process, job) for step, job in JOBS.items()}
    places[IssuingStep.SIGN] += _calls(process, SIGNING_SHAPE)
    return {IssuingStep.APPROVE: list(issuing.approved_by), **places}


def _calls(process: etree._Element, called: str) -> list[str]:
    return [
        str(call.get("id"))
        for call in process.iter(f"{_BPMN}callActivity")
        for named in call.iterfind(f"{_BPMN}extensionElements/{_ZEEBE}calledElement")
        if named.get("processId") == called
    ]


def _with_job(process: etree._Element, job: str) -> list[str]:
    return [
        str(task.get("id"))
        for task in process.iter(f"{_BPMN}*")
        for named in task.iterfind(f"{_BPMN}extensionElements/{_ZEEBE}taskDefinition")
        if named.get("type") == job
    ]


def _process(pack: ServicePack) -> tuple[str, etree._Element]:
    for path, content in sorted(pack.files.items()):
        if path.endswith(".bpmn"):
            for process in parse_xml(path, content).iter(f"{_BPMN}process"):
                if process.get("id") == pack.manifest.process:
                    return path, process
    raise _broken(f"No file has a process “{pack.manifest.process}”.")


def _flows(process: etree._Element) -> dict[str, set[str]]:
    """Where one can go from each element; what is inside of a container begins with it."""
    flows: dict[str, set[str]] = {}
    for flow in process.iter(f"{_BPMN}sequenceFlow"):
        flows.setdefault(str(flow.get("sourceRef")), set()).add(str(flow.get("targetRef")))
    for thrown, caught in _links(process):
        flows.setdefault(thrown, set()).add(caught)
    # The innermost containers first: their last elements lead to where they themselves lead.
    for container in reversed(list(process.iter(*(f"{_BPMN}{name}" for name in _CONTAINERS)))):
        _go_through(container, flows)
    for event in process.iter(f"{_BPMN}boundaryEvent"):
        flows.setdefault(str(event.get("attachedToRef")), set()).add(str(event.get("id")))
    return flows


def _go_through(container: etree._Element, flows: dict[str, set[str]]) -> None:
    own = str(container.get("id"))
    after = flows.get(own, set())
    for each in _nodes(container):
        flows.setdefault(str(each.get("id")), set(after))
    flows[own] = _begin(container, flows) or after


def _begin(scope: etree._Element, flows: Mapping[str, set[str]]) -> set[str]:
    """The elements of a process or container at which something can begin by itself."""
    reached = {target for targets in flows.values() for target in targets}
    return {
        str(each.get("id"))
        for each in _nodes(scope)
        if each.get("id") not in reached
        and each.tag != f"{_BPMN}boundaryEvent"
        and each.get("isForCompensation") != "true"
    }


def _nodes(scope: etree._Element) -> Iterator[etree._Element]:
    return (each for each in scope if str(each.tag).endswith(_NODES))


def _links(process: etree._Element) -> Iterator[tuple[str, str]]:
    """Pairs of link events of one name: who throws, and who catches."""
    for name, thrown in _linked(process, "intermediateThrowEvent"):
        for other, caught in _linked(process, "intermediateCatchEvent"):
            if name == other:
                yield thrown, caught


def _linked(process: etree._Element, kind: str) -> Iterator[tuple[str, str]]:
    for event in process.iter(f"{_BPMN}{kind}"):
        for link in event.iterfind(f"{_BPMN}linkEventDefinition"):
            yield str(link.get("name")), str(event.get("id"))


def _reachable(
    process: etree._Element, flows: Mapping[str, set[str]], *, without: Sequence[str]
) -> set[str]:
    """Everything that a way leads to that passes none of these elements."""
    waiting = [each for each in _begin(process, flows) if each not in without]
    seen = set(waiting)
    while waiting:
        for following in flows.get(waiting.pop(), ()):
            if following not in seen and following not in without:
                seen.add(following)
                waiting.append(following)
    return seen


def _hint(step: IssuingStep) -> str:
    return f": draw a service task of type “{JOBS[step]}”" if step in JOBS else ""


def _broken(fault: str) -> PackBroken:
    return PackBroken(file="service.yaml", fault=fault)
