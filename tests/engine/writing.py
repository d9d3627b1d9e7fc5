"""A process of plain data written out as BPMN."""

from typing import Any

from tests.engine.models import (
    boundary,
    duration,
    escape,
    extended,
    many,
    mapping,
    message,
    model,
    script,
    service,
    user,
)
from tests.engine.nets import Flow, Net, Node, Repeat, Test

KINDS = {
    "start": "startEvent",
    "end": "endEvent",
    "task": "task",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "events": "eventBasedGateway",
}


def written(net: Net) -> bytes:
    """The whole file."""
    names = sorted({node.name for node in _all(net) if _waits_for_message(node)})
    errors = sorted({node.name for node in _all(net) if "error" in node.kind and node.name})
    late = sorted({node.name for node in _all(net) if "escalation" in node.kind})
    declared = "".join(message(name) for name in names)
    declared += "".join(f'<error id="e_{code}" errorCode="{code}"/>' for code in errors)
    declared += "".join(f'<escalation id="n_{code}" escalationCode="{code}"/>' for code in late)
    return model(_inside(net), declared)


def _all(net: Net) -> list[Node]:
    insides = (_all(node.inside) for node in net.nodes.values() if node.inside is not None)
    return [*net.nodes.values(), *(node for inside in insides for node in inside)]


def _waits_for_message(node: Node) -> bool:
    return node.kind in {"message", "receive", "boundary-message"}


def _inside(net: Net) -> str:
    return "".join(map(_node, net.nodes.values())) + "".join(map(_flow, net.flows))


def _flow(flow: Flow) -> str:
    ends = f'id="{flow.id}" sourceRef="{flow.source}" targetRef="{flow.target}"'
    if flow.when is None:
        return f"<sequenceFlow {ends}/>"
    condition = f"<conditionExpression>{escape(_feel(flow.when))}</conditionExpression>"
    return f"<sequenceFlow {ends}>{condition}</sequenceFlow>"


def _feel(test: Test) -> str:
    return f"={test.variable} {test.operator} {_constant(test.value)}"


def _constant(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _node(node: Node) -> str:
    if node.host:
        return boundary(node.id, node.host, _definition(node), interrupts=node.interrupts)
    special = {"user": _user, "service": _service, "script": _script, "subprocess": _subprocess}
    if node.kind in special:
        return special[node.kind](node)
    if node.kind in KINDS:
        default = f' default="{node.default}"' if node.default else ""
        tag = KINDS[node.kind]
        return f'<{tag} id="{node.id}"{default}>{_repeat(node.repeat)}</{tag}>'
    if node.kind == "receive":
        return f'<receiveTask id="{node.id}" messageRef="m_{node.name}"/>'
    return _event(node)


def _event(node: Node) -> str:
    tags = {"terminate": "endEvent", "error": "endEvent"}
    thrown = node.kind in {"link-out", "escalation"}
    other = "intermediateThrowEvent" if thrown else "intermediateCatchEvent"
    tag = tags.get(node.kind, other)
    return f'<{tag} id="{node.id}">{_definition(node)}</{tag}>'


def _definition(node: Node) -> str:
    kind = node.kind.removeprefix("boundary-")
    if kind.startswith("link"):
        return f'<linkEventDefinition name="{node.name}"/>'
    if kind == "timer":
        return duration("P1D")
    letters = {"message": "m", "error": "e", "escalation": "n"}
    refers = f' {kind}Ref="{letters[kind]}_{node.name}"' if node.name and kind in letters else ""
    return f"<{kind}EventDefinition{refers}/>"


def _user(node: Node) -> str:
    return user(node.id, inside=_repeat(node.repeat))


def _service(node: Node) -> str:
    return service(node.id, inside=_repeat(node.repeat))


def _script(node: Node) -> str:
    assert node.writes is not None
    name, value = node.writes
    counts = f"=(if {name} = null then 0 else {name}) + 1"
    text = counts if value == "+ 1" else f"={value}"
    drawn = script(node.id, text, name)
    return drawn.replace("</scriptTask>", f"{_repeat(node.repeat)}</scriptTask>")


def _subprocess(node: Node) -> str:
    assert node.inside is not None
    mapped = [
        mapping(
            {target: f"={value}" for target, value in node.inputs},
            {target: f"={source}" for target, source in node.outputs},
        )
    ]
    inside = _repeat(node.repeat) + _inside(node.inside)
    return extended("subProcess", node.id, *(mapped if node.inputs else []), inside=inside)


def _repeat(repeat: Repeat | None) -> str:
    if repeat is None:
        return ""
    if repeat.kind != "rounds":
        items = f"=[{', '.join(map(str, repeat.items))}]"
        until = f"=numberOfCompletedInstances = {repeat.enough}" if repeat.enough else ""
        result = f"={repeat.result}" if repeat.result else ""
        sequential = repeat.kind == "sequential"
        return many(items, "item", repeat.results, result, until, sequential=sequential)
    asked = "" if repeat.while_ is None else escape(_feel(repeat.while_))
    condition = f"<loopCondition>{asked}</loopCondition>" if asked else ""
    how = f'testBefore="{_constant(repeat.before)}" loopMaximum="{repeat.most}"'
    return f"<standardLoopCharacteristics {how}>{condition}</standardLoopCharacteristics>"
