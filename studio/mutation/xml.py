"""Changing one element of an XML file while the rest stays as it is."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.reading import line_of
from studio.mutation.mutants import NOTHING, Mutant, Touch

Element = etree._Element
Edit = Callable[[Element], None]


@dataclass(frozen=True)
class XmlFile:
    """A file of which mutants are made."""

    path: str
    root: Element

    def mutant(
        self,
        element: Element,
        edit: Edit,
        *,
        owner: str,
        what: str,
        old: str,
        new: str = NOTHING,
        touches: frozenset[Touch] = frozenset(),
        near: frozenset[Touch] = frozenset(),
    ) -> Mutant:
        """The file after `edit` of a copy of the element."""
        place = place_of(element)
        copy = deepcopy(self.root)
        edit(at(copy, place))
        content = etree.tostring(copy, xml_declaration=True, encoding="UTF-8")
        line = line_of(element)
        return Mutant(self.path, line, owner, what, old, new, content, touches, near)


def place_of(element: Element) -> str:
    """Where an element stands in its tree; empty for the root."""
    return element.getroottree().getelementpath(element).removeprefix(".")


def at(root: Element, place: str) -> Element:
    """The element that stands there in a copy of the tree."""
    found = root.find(place) if place else root
    if found is None:
        raise LookupError(f"the copy has nothing at {place}")
    return found


def drop(element: Element) -> None:
    """Take an element out of its tree, what follows it in its place."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def put(name: str, value: str) -> Edit:
    """Give an attribute another value; `NOTHING` takes it away."""

    def edit(element: Element) -> None:
        if value == NOTHING:
            del element.attrib[name]
        else:
            element.set(name, value)

    return edit


def say(text: str) -> Edit:
    """Give an element another text."""

    def edit(element: Element) -> None:
        element.text = text

    return edit


def with_attribute(root: Element, name: str, value: str | None) -> list[Element]:
    """Every element of which this attribute has this value."""
    return [each for each in root.iter() if value is not None and each.get(name) == value]


def named(root: Element, element_id: str | None) -> Element | None:
    """The element with this id."""
    return next(iter(with_attribute(root, "id", element_id)), None)
