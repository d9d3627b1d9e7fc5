"""A file as a graph, whatever tool drew it: scopes with their nodes and flows, faults included."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from engine.bpmn.activities import ACTIVITIES
from engine.bpmn.events import definition_of, kind_of
from engine.bpmn.reading import (
    Findings,
    XmlElement,
    child,
    children,
    elements_within,
    is_true,
    local_name,
    namespace_of,
)
from engine.bpmn.table import BPMN

SCOPES = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})
WORK = ACTIVITIES | {"transaction", "adHocSubProcess"}
EVENTS = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "implicitThrowEvent",
    }
)
CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
GATEWAYS = CHOOSING | {"parallelGateway", "eventBasedGateway"}
NODES = WORK | EVENTS | GATEWAYS


@dataclass(eq=False)
class FlowNode:
    """A node with the flows that come and go; `executable` says whether its process is to run."""

    element: XmlElement
    executable: bool
    incoming: list[XmlElement] = field(default_factory=list)
    outgoing: list[XmlElement] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its id; empty when the tool wrote none."""
        return self.element.get("id", "")

    @property
    def kind(self) -> str:
        """The name of its tag, such as `userTask`."""
        return local_name(self.element)

    @property
    def name(self) -> str:
        """What a reader sees on it."""
        return self.element.get("name", "").strip()

    @property
    def event(self) -> str:
        """`timer`, `message` and so on; `none` for a plain one and for what is no event."""
        return kind_of(definition_of(self.element, Findings("")))

    @property
    def listens(self) -> bool:
        """Whether it begins by an event rather than by a flow."""
        return self.kind == "boundaryEvent" or is_true(
            self.element, "triggeredByEvent", default=False
        )

    @property
    def undoes(self) -> bool:
        """Whether it is there to undo another activity."""
        return is_true(self.element, "isForCompensation", default=False)


@dataclass
class ScopeGraph:
    """A process or subprocess as drawn."""

    element: XmlElement
    nodes: dict[str, FlowNode] = field(default_factory=dict)

    def after(self, node: FlowNode) -> Iterator[FlowNode]:
        """The nodes where its flows lead."""
        targets = (self.nodes.get(flow.get("targetRef", "")) for flow in node.outgoing)
        return (target for target in targets if target is not None)

    def reach(self, first: list[FlowNode], without: FlowNode | None = None) -> set[FlowNode]:
        """Everything that can be reached, boundary events and links included."""
        found: set[FlowNode] = set()
        pending = list(first)
        while pending:
            node = pending.pop()
            if node not in found and node is not without:
                found.add(node)
                pending += [*self.after(node), *self.attached.get(node.id, [])]
                pending += self.linked(node)
        return found

    @cached_property
    def attached(self) -> dict[str, list[FlowNode]]:
        """The boundary events of each activity."""
        found: dict[str, list[FlowNode]] = {}
        for node in self.nodes.values():
            if node.kind == "boundaryEvent":
                found.setdefault(node.element.get("attachedToRef", ""), []).append(node)
        return found

    def linked(self, node: FlowNode) -> list[FlowNode]:
        """Where a link leads."""
        if node.kind not in {"intermediateThrowEvent", "endEvent"} or node.event != "link":
            return []
        catches = (n for n in self.nodes.values() if n.kind == "intermediateCatchEvent")
        return [n for n in catches if n.event == "link" and link_of(n) == link_of(node)]


def link_of(node: FlowNode) -> str:
    """The name of a link."""
    definition = child(node.element, "linkEventDefinition")
    return "" if definition is None else definition.get("name", "")


class Model:
    """One file."""

    def __init__(self, root: XmlElement) -> None:
        self.root = root
        self.elements = list(elements_within(root))
        self.scopes = [_graph(item) for item in self.elements if _is_scope(item)]

    @property
    def nodes(self) -> Iterator[FlowNode]:
        """The nodes of all scopes."""
        return (node for scope in self.scopes for node in scope.nodes.values())

    def tasks(self, kind: str) -> Iterator[FlowNode]:
        """The nodes of one kind in processes that are to run."""
        return (node for node in self.nodes if node.kind == kind and node.executable)


def _is_scope(item: XmlElement) -> bool:
    return namespace_of(item) == BPMN and local_name(item) in SCOPES


def is_executable(item: XmlElement) -> bool:
    """Whether the process around an element is to run."""
    around: XmlElement | None = item
    while around is not None and local_name(around) != "process":
        around = around.getparent()
    return around is not None and is_true(around, "isExecutable", default=False)


def _graph(scope: XmlElement) -> ScopeGraph:
    executable = is_executable(scope)
    graph = ScopeGraph(scope)
    for number, item in enumerate(children(scope, BPMN)):
        if local_name(item) in NODES:
            graph.nodes[item.get("id") or f"#{number}"] = FlowNode(item, executable)
    for flow in children(scope, BPMN, "sequenceFlow"):
        source = graph.nodes.get(flow.get("sourceRef", ""))
        target = graph.nodes.get(flow.get("targetRef", ""))
        if source is not None and target is not None:
            source.outgoing.append(flow)
            target.incoming.append(flow)
    return graph
