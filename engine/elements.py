"""The elements of a process by their ids, wherever in it they stand."""

from collections.abc import Iterator
from functools import lru_cache

from engine.definitions import CACHED, definition
from engine.errors import DefinitionNotFound
from engine.machine.containers import CallActivity, Subprocess
from engine.machine.nodes import Element
from engine.machine.process import ProcessSpec


def element_of(definition_id: str, element_id: str) -> Element:
    """An element of a bundle; one that the bundle does not have bears its id as name."""
    known = _elements(definition_id).get(element_id)
    return known or Element(element_id, element_id, 0)


def name_of(definition_id: str, element_id: str) -> str:
    """What a reader calls an element: its name, else its id."""
    return element_of(definition_id, element_id).name or element_id


@lru_cache(maxsize=CACHED)
def _elements(definition_id: str) -> dict[str, Element]:
    try:
        processes = definition(definition_id).processes.values()
    except DefinitionNotFound:
        return {}
    return {element.id: element for spec in processes for element in _within(spec)}


def _within(spec: ProcessSpec) -> Iterator[Element]:
    for node in spec.task_specs.values():
        if hasattr(node, "element"):
            yield node.element
        if isinstance(node, Subprocess) and not isinstance(node, CallActivity):
            yield from _within(node.inside)
