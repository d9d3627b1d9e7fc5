"""Connects activities with those that undo them: compensation events and their associations."""

from core.errors import N_
from engine.bpmn.activities import is_activity
from engine.bpmn.reading import Findings, XmlElement, children, elements_within, is_true, local_name
from engine.bpmn.table import BPMN
from engine.machine.boundary import Boundary
from engine.machine.compensation import CompensationThrow
from engine.machine.nodes import Node
from engine.machine.process import ProcessSpec


def wire_compensation(spec: ProcessSpec, scope: XmlElement, findings: Findings) -> frozenset[str]:
    """Tell activities what undoes them; returns the ids of the undoing activities."""
    drawn = {item.get("id", ""): item for item in children(scope, BPMN)}
    undoing = {
        identity
        for identity, item in drawn.items()
        if identity and is_activity(item) and is_true(item, "isForCompensation", default=False)
    }
    ways = _associations(scope) if _has_events(spec) else {}
    reached: set[str] = set()
    for item in children(scope, BPMN, "boundaryEvent"):
        event = spec.task_specs.get(item.get("id", ""))
        if isinstance(event, Boundary) and event.trigger.kind == "compensate":
            reached |= _attach(spec, item, ways.get(event.name, set()) & undoing, findings)
    _check_throws(spec, drawn, findings)
    for identity in reached:
        _check_undoing(spec.node(identity), drawn[identity], findings)
    return frozenset(reached)


def _has_events(spec: ProcessSpec) -> bool:
    events = (node for node in spec.task_specs.values() if isinstance(node, Boundary))
    return any(event.trigger.kind == "compensate" for event in events)


def _associations(scope: XmlElement) -> dict[str, set[str]]:
    """What is associated with what; tools keep associations wherever they like."""
    ways: dict[str, set[str]] = {}
    for item in elements_within(scope.getroottree().getroot()):
        if local_name(item) == "association":
            ways.setdefault(item.get("sourceRef", ""), set()).add(item.get("targetRef", ""))
    return ways


def _attach(spec: ProcessSpec, item: XmlElement, undoing: set[str], findings: Findings) -> set[str]:
    if len(undoing) != 1:
        title = N_("The compensation event leads to no undoing task, or to several")
        remedy = N_("Associate it with one task that is marked “for compensation”.")
        findings.add(item, title, remedy)
        return undoing
    host = spec.task_specs.get(item.get("attachedToRef", ""))
    if isinstance(host, Node):
        host.undone_by = min(undoing)
    if spec.node(item.get("id", "")).flows:
        title = N_("A flow leaves a compensation event")
        findings.add(item, title, N_("Use an association to the undoing task instead."))
    return undoing


def _check_throws(spec: ProcessSpec, drawn: dict[str, XmlElement], findings: Findings) -> None:
    for node in spec.task_specs.values():
        if isinstance(node, CompensationThrow) and node.activity:
            known = spec.task_specs.get(node.activity)
            if known is None or not known.undone_by:
                title = N_("There is nothing here that undoes “%(activity)s”")
                remedy = N_("Choose an activity beside the event that has a compensation event.")
                findings.add(drawn[node.name], title, remedy, activity=node.activity)


def _check_undoing(node: Node, item: XmlElement, findings: Findings) -> None:
    if node.flows or node.boundaries:
        title = N_("Flows or events leave a task that undoes another one")
        remedy = N_("Remove them: the process goes on behind the event that asks for undoing.")
        findings.add(item, title, remedy)
