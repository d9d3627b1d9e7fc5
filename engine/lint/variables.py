"""Which variables the nodes of a model certainly write."""

from collections.abc import Iterable

from engine.bpmn.reading import children, extension
from engine.bpmn.table import ZEEBE
from engine.lint.model import FlowNode


def written_by_both(some: Iterable[FlowNode], others: Iterable[FlowNode]) -> set[str]:
    """The names that both groups of nodes write."""
    return _written(some) & _written(others)


def _written(nodes: Iterable[FlowNode]) -> set[str]:
    return {name for node in nodes for name in names_written(node)}


def names_written(node: FlowNode) -> set[str]:
    """The variables that a node's outputs name, else those of its result."""
    mapping = extension(node.element, "ioMapping")
    outputs = [] if mapping is None else children(mapping, ZEEBE, "output")
    if outputs:
        return {line.get("target", "").partition(".")[0] for line in outputs} - {""}
    found = (extension(node.element, kind) for kind in ("script", "calledDecision"))
    return {item.get("resultVariable", "") for item in found if item is not None} - {""}
