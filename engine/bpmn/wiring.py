"""Connects the nodes of one scope: sequence flows, boundary events, links, reachability."""

from collections.abc import Iterable, Mapping

from core.errors import N_
from engine.bpmn.compensating import wire_compensation
from engine.bpmn.events import definition_of, kind_of
from engine.bpmn.reading import Findings, XmlElement, child, children, local_name
from engine.bpmn.table import BPMN
from engine.machine.boundary import Boundary
from engine.machine.catching import Catch, EventGateway
from engine.machine.containers import EventSubprocess
from engine.machine.expressions import Feel
from engine.machine.gateways import Choosing, InclusiveGateway
from engine.machine.nodes import Flow, Node
from engine.machine.process import ProcessSpec

LEAST_EVENTS = 2


def wire(spec: ProcessSpec, scope: XmlElement, findings: Findings) -> None:
    """Connect everything inside a process or subprocess."""
    drawn = {item.get("id", ""): item for item in children(scope, BPMN)}
    for item in children(scope, BPMN, "sequenceFlow"):
        _connect(spec, item, findings)
    for item in children(scope, BPMN, "boundaryEvent"):
        _attach(spec, item, findings)
    _link(spec, scope, findings)
    undoing = wire_compensation(spec, scope, findings)
    for node in _nodes(spec):
        item = drawn[node.name]
        if isinstance(node, Choosing):
            _check_choices(node, item, findings)
        if isinstance(node, EventGateway):
            _check_events(spec, node, item, findings)
        _check_reached(spec, node, item, findings, undoing=node.name in undoing)
    for node in _nodes(spec):
        if isinstance(node, InclusiveGateway):
            node.reaching = reaching(spec, node)


def _nodes(spec: ProcessSpec) -> list[Node]:
    return [node for node in spec.task_specs.values() if isinstance(node, Node)]


def _connect(spec: ProcessSpec, item: XmlElement, findings: Findings) -> None:
    source = spec.task_specs.get(item.get("sourceRef", ""))
    target = spec.task_specs.get(item.get("targetRef", ""))
    if not isinstance(source, Node) or not isinstance(target, Node):
        title = N_("The flow connects nothing, or crosses the border of a subprocess")
        findings.add(item, title, N_("Connect two elements of the same process or subprocess."))
        return
    if isinstance(target, Boundary | EventSubprocess) or isinstance(source, EventSubprocess):
        title = N_("No flow can lead here")
        findings.add(item, title, N_("Events are reached by what they wait for, not by a flow."))
    flow = Flow(item.get("id", ""), target.name, _condition(source, item, findings))
    source.flows.append(flow)
    target.incoming.append(flow.id)


def _condition(source: Node, item: XmlElement, findings: Findings) -> Feel | None:
    written = child(item, "conditionExpression")
    if written is None or not (written.text or "").strip():
        return None
    if not isinstance(source, Choosing):
        title = N_("Only exclusive and inclusive gateways look at conditions")
        findings.add(item, title, N_("Put a gateway between the element and its flows."))
    if not (written.text or "").strip().startswith("="):
        title = N_("The condition is not FEEL")
        findings.add(item, title, N_("Write it as FEEL after a leading =, such as =amount > 10."))
        return None
    return findings.feel(written, written.text or "")


def _attach(spec: ProcessSpec, item: XmlElement, findings: Findings) -> None:
    boundary = spec.task_specs.get(item.get("id", ""))
    host = spec.task_specs.get(item.get("attachedToRef", ""))
    if not isinstance(boundary, Boundary):
        return
    if not isinstance(host, Node) or isinstance(host, Boundary | EventSubprocess):
        title = N_("The boundary event is attached to nothing that can be guarded")
        findings.add(item, title, N_("Attach it to a task or a subprocess."))
        return
    host.boundaries.append(boundary)


def _link(spec: ProcessSpec, scope: XmlElement, findings: Findings) -> None:
    """A link is a flow that is not drawn: from each throwing event to the catching one."""
    targets = dict(_links(children(scope, BPMN, "intermediateCatchEvent"), findings))
    thrown = [*children(scope, BPMN, "intermediateThrowEvent"), *children(scope, BPMN, "endEvent")]
    for name, identity in _links(thrown, findings):
        if identity not in spec.task_specs or targets.get(name, identity) not in spec.task_specs:
            continue
        if name not in targets:
            item = next(item for item in thrown if item.get("id") == identity)
            title = N_("No link catch event has the name “%(name)s”")
            remedy = N_("Give both ends of the link the same name.")
            findings.add(item, title, remedy, name=name)
            continue
        flow = Flow(f"link {identity}", targets[name])
        spec.node(identity).flows.append(flow)
        spec.node(targets[name]).incoming.append(flow.id)


def _links(items: Iterable[XmlElement], findings: Findings) -> list[tuple[str, str]]:
    definitions = [(definition_of(item, findings), item) for item in items]
    return [
        (definition.get("name", ""), item.get("id", ""))
        for definition, item in definitions
        if definition is not None and kind_of(definition) == "link"
    ]


def _check_choices(node: Choosing, item: XmlElement, findings: Findings) -> None:
    node.default = item.get("default")
    if node.default is not None and node.default not in {flow.id for flow in node.flows}:
        title = N_("The default flow “%(flow)s” does not leave this gateway")
        findings.add(item, title, N_("Choose one of its own flows."), flow=node.default)
    for flow in node.flows if len(node.flows) > 1 else ():
        if flow.condition is None and flow.id != node.default:
            title = N_("The flow “%(flow)s” has no condition and is not the default")
            remedy = N_("Give it a condition, or make it the default flow.")
            findings.add(item, title, remedy, flow=flow.id)


def _check_events(
    spec: ProcessSpec, node: EventGateway, item: XmlElement, findings: Findings
) -> None:
    targets = [spec.node(flow.target) for flow in node.flows]
    if len(targets) < LEAST_EVENTS or not all(isinstance(target, Catch) for target in targets):
        title = N_("An event-based gateway needs at least two events to wait for")
        remedy = N_("Let each of its flows lead to a catch event or a receive task.")
        findings.add(item, title, remedy)


def _check_reached(
    spec: ProcessSpec, node: Node, item: XmlElement, findings: Findings, *, undoing: bool
) -> None:
    begins = undoing or isinstance(node, Boundary | EventSubprocess) or node.name in spec.first
    if begins and node.incoming:
        title = N_("A flow leads to %(element)s, which begins by itself")
        findings.add(item, title, N_("Remove the flow."))
    if not begins and not node.incoming:
        title = N_("%(element)s is never reached")
        findings.add(item, title, N_("Connect it with a sequence flow, or remove it."))
    if local_name(item) == "endEvent" and any(not f.id.startswith("link ") for f in node.flows):
        findings.add(item, N_("A flow leaves an end event"), N_("Remove the flow."))


def reaching(spec: ProcessSpec, gateway: InclusiveGateway) -> dict[str, frozenset[str]]:
    """For each flow into a gateway, the nodes from which it can be reached without passing there."""
    before: dict[str, set[str]] = {node.name: set() for node in _nodes(spec)}
    ends: dict[str, str] = {}
    for node in _nodes(spec):
        for boundary in node.boundaries:
            before[boundary.name].add(node.name)
        for flow in node.flows:
            before[flow.target].add(node.name)
            ends[flow.id] = node.name
    return {flow: _all_before(ends[flow], before, gateway.name) for flow in gateway.incoming}


def _all_before(name: str, before: Mapping[str, set[str]], without: str) -> frozenset[str]:
    found: set[str] = set()
    pending = [name]
    while pending:
        current = pending.pop()
        if current not in found and current != without:
            found.add(current)
            pending.extend(before[current])
    return frozenset(found)
