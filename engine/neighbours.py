"""The elements among which a token stands: those that could be next for it, or be done once more."""

from collections.abc import Sequence

from engine.definitions import Definition, definition
from engine.machine.boundary import Boundary
from engine.machine.containers import CallActivity, Subprocess
from engine.machine.nodes import Element, Node
from engine.machine.process import ProcessSpec


def neighbours(definition_id: str, process_id: str, scopes: Sequence[str] = ()) -> list[Element]:
    """The elements of a process, or of the subprocess that `scopes` lead to, outermost first.

    Events that only guard an activity are left out. Raises DefinitionNotFound and UnknownProcess.
    """
    bundle = definition(definition_id)
    spec = bundle.process(process_id)
    for name in scopes:
        spec = _inside(bundle, spec.node(name))
    nodes = (node for node in spec.task_specs.values() if isinstance(node, Node))
    return [node.element for node in nodes if not isinstance(node, Boundary)]


def _inside(bundle: Definition, node: Node) -> ProcessSpec:
    if isinstance(node, CallActivity):
        return bundle.process(node.called)
    return node.inside if isinstance(node, Subprocess) else node.spec
