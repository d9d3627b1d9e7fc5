"""The places of a pack: what can be walked, asked or answered, each with its file and line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from engine.bpmn.reading import line_of, local_name, parse_xml
from forms import Form
from forms.components import walk
from workflows.pack import ServicePack

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_NODES: Final = ("Event", "Task", "Gateway")
_OTHER_NODES: Final = frozenset({"task", "subProcess", "callActivity"})


@dataclass(frozen=True)
class Place:
    """One place. `key` is what a witness knows it by; `line` counts from 1."""

    file: str
    line: int
    key: tuple[str, ...]
    name: str = ""

    def __str__(self) -> str:
        name = f" “{self.name}”" if self.name else ""
        return f"{self.file}:{self.line} {' '.join(self.key)}{name}"


def is_flow_node(element: etree._Element) -> bool:
    """Whether an element of a model is something that a token can be at."""
    if not isinstance(element.tag, str) or not element.tag.startswith(_BPMN):
        return False
    name = local_name(element)
    return name.endswith(_NODES) or name in _OTHER_NODES


def flow_nodes(pack: ServicePack) -> Iterator[Place]:
    """Every event, task, gateway and subprocess."""
    for path, root in models(pack, ".bpmn"):
        for element in filter(is_flow_node, root.iter(f"{_BPMN}*")):
            yield _place(path, element, str(element.get("id")))


def sequence_flows(pack: ServicePack) -> Iterator[Place]:
    """Every sequence flow."""
    for path, root in models(pack, ".bpmn"):
        for element in root.iter(f"{_BPMN}sequenceFlow"):
            yield _place(path, element, str(element.get("id")))


def rules(pack: ServicePack) -> Iterator[Place]:
    """Every rule of every decision table: the table's id and the rule's."""
    for path, root in models(pack, ".dmn"):
        for table in root.iter("{*}decisionTable"):
            for rule in table.iterfind("{*}rule"):
                yield _place(path, rule, str(table.get("id")), str(rule.get("id")))


def form_fields(pack: ServicePack) -> Iterator[Place]:
    """Every question of every form: the form's id and the answer's key."""
    for form_id, form in _forms(pack):
        for component in walk(form.components):
            if component.writable and component.key:
                yield _in_form(pack, form_id, component.id, component.key)


def form_conditions(pack: ServicePack) -> Iterator[Place]:
    """Both sides of every condition of every form: the form's id, the component's, the side."""
    for form_id, form in _forms(pack):
        for component in walk(form.components):
            if component.hide is not None:
                for side in ("hidden", "shown"):
                    yield _in_form(pack, form_id, component.id, component.id, side)


def models(pack: ServicePack, ending: str) -> Iterator[tuple[str, etree._Element]]:
    """The XML files of a pack with this ending that its scenarios have to prove, parsed, by path."""
    for path, content in sorted(pack.proven_files.items()):
        if path.endswith(ending):
            yield path, parse_xml(path, content)


def line_in_form(content: bytes, component_id: str) -> int:
    """The line on which a component's id stands; 1 when it is written in an unusual way."""
    for number, line in enumerate(content.decode().splitlines(), start=1):
        if '"id"' in line and f'"{component_id}"' in line:
            return number
    return 1


def _forms(pack: ServicePack) -> Iterator[tuple[str, Form]]:
    for form_id, form in pack.forms.items():
        if pack.form_paths[form_id] in pack.proven_files:
            yield form_id, form


def _place(path: str, element: etree._Element, *key: str) -> Place:
    return Place(path, line_of(element), key, str(element.get("name", "")))


def _in_form(pack: ServicePack, form_id: str, component_id: str, *key: str) -> Place:
    path = pack.form_paths[form_id]
    return Place(path, line_in_form(pack.file(path), component_id), (form_id, *key))
