"""Where a process may be entered as if a case had come so far already, with nothing before it done.

For cases that another system has brought to that place. Packs name such elements; this judges them.
"""

from collections.abc import Collection, Iterator, Mapping

from core.errors import N_, Message
from engine.bpmn.reading import XmlElement, child, parse_xml
from engine.errors import EntryRefused
from engine.lint.model import FlowNode, Model, ScopeGraph
from engine.lint.soundness import Fault, Game, at
from engine.lint.variables import names_written
from engine.machine.expressions import read_feel
from engine.machine.nodes import Node
from engine.machine.process import ProcessSpec

BOUND = 5_000
WAITING = frozenset({"userTask", "receiveTask", "intermediateCatchEvent"})
NO_ELEMENT = N_(
    "The process has no such element of its own; one of a subprocess cannot be entered."
)
NOT_WAITING = N_("Only a user task, a receive task or a catch event can be entered.")
REPEATED = N_("A repeated element cannot be entered.")
STUCK = N_(
    "From there the process could get stuck, or do something twice: another branch is missing."
)
LACKING = N_("What follows reads “%(names)s”, which only what is left out would have set.")
_FAULTS = frozenset({Fault.DEADLOCK, Fault.DOUBLED})
_MARKERS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")


def require_entry(spec: ProcessSpec, element_id: str) -> None:
    """Raise EntryRefused unless a token can be put there; the gate has looked at all the rest."""
    node = spec.task_specs.get(element_id)
    if not isinstance(node, Node):
        raise EntryRefused(reason=NO_ELEMENT)
    if node.element.kind not in WAITING:
        raise EntryRefused(reason=NOT_WAITING)
    if node.loop is not None:
        raise EntryRefused(reason=REPEATED)


def judge_entry(
    files: Mapping[str, bytes], process_id: str, element_id: str, given: Collection[str]
) -> tuple[Message, Mapping[str, str]] | None:
    """Why a case cannot enter a process of a bundle at an element with these variables; None if it can.

    What a decision table reads is not looked at.
    """
    graph = _graph(files, process_id)
    node = graph.nodes.get(element_id) if graph is not None else None
    if graph is None or node is None:
        return NO_ELEMENT, {}
    if node.kind not in WAITING or node.event == "link" or node.undoes:
        return NOT_WAITING, {}
    if any(child(node.element, marker) is not None for marker in _MARKERS):
        return REPEATED, {}
    if Game(graph, BOUND).play((at(element_id),)).fault in _FAULTS:
        return STUCK, {}
    lacking = _lacking(graph, node, given)
    return (LACKING, {"names": ", ".join(sorted(lacking))}) if lacking else None


def status_drawn(
    files: Mapping[str, bytes], process_id: str, element_id: str, attribute: str
) -> str | None:
    """What an attribute of an element says, named as `{namespace}name`."""
    graph = _graph(files, process_id)
    node = graph.nodes.get(element_id) if graph is not None else None
    return None if node is None else node.element.get(attribute)


def _graph(files: Mapping[str, bytes], process_id: str) -> ScopeGraph | None:
    for name, content in files.items():
        if name.endswith(".bpmn"):
            for graph in Model(parse_xml(name, content)).scopes:
                if graph.element.get("id") == process_id:
                    return graph
    return None


def _lacking(graph: ScopeGraph, entry: FlowNode, given: Collection[str]) -> set[str]:
    """What is read from the entry on and was written before it alone."""
    following = graph.reach([entry])
    before = set(graph.nodes.values()) - following
    read = {name for node in following for name in _names_read(node)}
    written = {name for node in following - {entry} for name in names_written(node)}
    lost = {name for node in before for name in names_written(node)}
    return (read & lost) - written - set(given)


def _names_read(node: FlowNode) -> Iterator[str]:
    for part in (*node.element.iter("*"), *node.outgoing):
        for text in _expressions(part):
            yield from read_feel(text).compiled.names


def _expressions(part: XmlElement) -> Iterator[str]:
    inside = (each.text or "" for each in part.iter("*"))
    values = (str(value) for value in part.attrib.values())
    return (text.strip() for text in (*inside, *values) if text.strip().startswith("="))
