"""Rules about the picture, and about what is drawn but cannot run."""

from collections.abc import Iterator

from core.errors import N_
from engine.bpmn.reading import local_name, namespace_of
from engine.bpmn.table import Fate, fate_of
from engine.lint.findings import Hit, Severity, rule
from engine.lint.model import Model, is_executable

DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
IMAGES = frozenset({"BPMNShape", "BPMNEdge"})


@rule(
    "no-picture",
    Severity.WARNING,
    N_("%(element)s is not in the diagram"),
    N_("Open and save the file in a modeller, or draw the element there."),
)
def no_picture(model: Model) -> Iterator[Hit]:
    """Nodes without a shape; one finding for a process of which nothing is drawn."""
    drawn = {
        item.get("bpmnElement", "").rpartition(":")[2]
        for item in model.elements
        if namespace_of(item) == DIAGRAM and local_name(item) in IMAGES
    }
    for scope in model.scopes:
        missing = [node for node in scope.nodes.values() if node.id not in drawn]
        if missing and len(missing) == len(scope.nodes):
            yield Hit(scope.element)
        else:
            yield from (Hit(node.element) for node in missing)


@rule(
    "unsupported-element",
    Severity.WARNING,
    N_("%(element)s could not run here"),
    N_("Draw it with the elements that docs/engine.md lists before the process is to run."),
)
def unsupported_element(model: Model) -> Iterator[Hit]:
    """What deployment would refuse in a process that is only a picture so far."""
    for item in model.elements:
        inside = any(True for _ in item.iterancestors("{*}process"))
        refused = fate_of(namespace_of(item), local_name(item)).fate is Fate.REFUSED
        if inside and refused and not is_executable(item):
            yield Hit(item)
