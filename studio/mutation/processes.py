"""Faults in processes: ways, conditions, events and times."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.reading import local_name
from engine.bpmn.table import BPMN
from studio.mutation.expressions import of_condition, of_value
from studio.mutation.mutants import NOTHING, Mutant, Touch
from studio.mutation.tasks import of_attributes, of_extensions, swapped_types
from studio.mutation.xml import Edit, Element, XmlFile, drop, named, put, say, with_attribute
from studio.places import is_flow_node

_B = f"{{{BPMN}}}"
_TIMES = (f"{_B}timeDuration", f"{_B}timeDate", f"{_B}timeCycle")
_ASKED_IN_LOOPS = (f"{_B}completionCondition", f"{_B}loopCondition")


@dataclass(frozen=True)
class _Node:
    """A flow node of a file, and what a scenario must come by to notice a fault of it."""

    file: XmlFile
    element: Element
    name: str

    @property
    def near(self) -> frozenset[Touch]:
        return frozenset({("node", self.name)})

    @property
    def touches(self) -> frozenset[Touch]:
        """An event that listens is noticed wherever it listens, not only where it happens."""
        host, around = self.element.get("attachedToRef"), self.element.getparent()
        if host is not None:
            return frozenset({("node", host)})
        listens = around is not None and around.get("triggeredByEvent") == "true"
        return frozenset() if listens else self.near

    def mutant(self, part: Element, edit: Edit, what: str, old: str, new: str = NOTHING) -> Mutant:
        """A fault in the node or a part of it."""
        return self.file.mutant(
            part,
            edit,
            owner=self.name,
            what=what,
            old=old,
            new=new,
            touches=self.touches,
            near=self.near,
        )


def of_process(file: XmlFile) -> Iterator[Mutant]:
    """Every fault that is put into a file of processes."""
    for flow in file.root.iter(f"{_B}sequenceFlow"):
        yield from _of_flow(file, flow)
    for element in filter(is_flow_node, file.root.iter(f"{_B}*")):
        node = _Node(file, element, str(element.get("id")))
        yield from _of_event(node)
        yield from _other_defaults(node)
        yield from _of_expressions(node)
        yield from of_attributes(file, element)
        yield from of_extensions(file, element)
    for process in file.root.iter(f"{_B}process"):
        yield from swapped_types(file, process)
    yield from _swapped_messages(file)


def _of_flow(file: XmlFile, flow: Element) -> Iterator[Mutant]:
    name, touches = str(flow.get("id")), frozenset({("node", str(flow.get("sourceRef")))})
    yield file.mutant(flow, _drop_flow, owner=name, what="sequenceFlow", old=name, touches=touches)
    condition = flow.find(f"{_B}conditionExpression")
    if condition is not None:
        old = (condition.text or "").strip()
        for new in of_condition(old):
            yield file.mutant(
                condition, say(new), owner=name, what="condition", old=old, new=new, touches=touches
            )


def _drop_flow(flow: Element) -> None:
    root, name = flow.getroottree().getroot(), flow.get("id")
    for reference in list(root.iter(f"{_B}incoming", f"{_B}outgoing")):
        if reference.text == name:
            drop(reference)
    for gateway in with_attribute(root, "default", name):
        del gateway.attrib["default"]
    drop(flow)
    _drop_unreached(root, flow.get("targetRef"))


def _drop_unreached(root: Element, name: str | None) -> None:
    """No flow leads there any more: the model would be refused with it, so it goes too."""
    node = named(root, name)
    if node is not None and not with_attribute(root, "targetRef", name):
        for listener in with_attribute(root, "attachedToRef", name):
            _drop_node(listener)
        _drop_node(node)


def _of_event(node: _Node) -> Iterator[Mutant]:
    if local_name(node.element) == "boundaryEvent":
        yield node.mutant(node.element, _drop_node, "boundaryEvent", node.name)
        yield from _interrupting(node, "cancelActivity")
    elif node.element.get("isInterrupting") is not None:
        yield from _interrupting(node, "isInterrupting")


def _interrupting(node: _Node, attribute: str) -> Iterator[Mutant]:
    old = node.element.get(attribute, "true")
    new = "false" if old == "true" else "true"
    yield node.mutant(node.element, put(attribute, new), attribute, old, new)


def _drop_node(element: Element) -> None:
    root, name = element.getroottree().getroot(), element.get("id")
    for flow in with_attribute(root, "sourceRef", name):
        _drop_flow(flow)
    for shape in with_attribute(root, "bpmnElement", name):
        drop(shape)
    drop(element)


def _other_defaults(node: _Node) -> Iterator[Mutant]:
    """Another flow becomes the default one, and the default one gets its condition."""
    old = node.element.get("default")
    for flow in with_attribute(node.file.root, "sourceRef", node.name):
        new = str(flow.get("id"))
        if old not in {None, new}:
            yield node.mutant(node.element, _make_default(new), "default", str(old), new)


def _make_default(flow_id: str) -> Edit:
    def edit(gateway: Element) -> None:
        root = gateway.getroottree().getroot()
        default, other = named(root, gateway.get("default")), named(root, flow_id)
        condition = None if other is None else other.find(f"{_B}conditionExpression")
        if default is not None and condition is not None:
            default.append(condition)
        gateway.set("default", flow_id)

    return edit


def _of_expressions(node: _Node) -> Iterator[Mutant]:
    for part in node.element.iter(*_TIMES, *_ASKED_IN_LOOPS):
        if next(filter(is_flow_node, part.iterancestors())) is node.element:
            old = (part.text or "").strip()
            variants = of_value if part.tag in _TIMES else of_condition
            for new in variants(old):
                yield node.mutant(part, say(new), local_name(part), old, new)


def _swapped_messages(file: XmlFile) -> Iterator[Mutant]:
    messages = [str(message.get("id")) for message in file.root.iter(f"{_B}message")]
    for element in file.root.iter(f"{_B}*"):
        old = element.get("messageRef")
        others = [message for message in messages if message != old]
        if old is not None and others:
            owner, edit = str(element.get("id")), put("messageRef", others[0])
            yield file.mutant(element, edit, owner=owner, what="message", old=old, new=others[0])
