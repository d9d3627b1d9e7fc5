"""Faults in what a node asks of others: work, data, people, days, and the status it gives."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from engine.bpmn.reading import local_name
from engine.bpmn.table import MOTCUA, ZEEBE
from studio.mutation.expressions import of_value
from studio.mutation.mutants import NOTHING, Mutant
from studio.mutation.xml import Edit, Element, XmlFile, at, drop, place_of, put
from studio.places import is_flow_node
from workflows.vocabulary import DRAWN, STATUS, STEP_LIMIT, WORKING_DAYS, DossierStatus

_Z, _M = f"{{{ZEEBE}}}", f"{{{MOTCUA}}}"
_ATTRIBUTES = (
    (f"{_Z}taskDefinition", "retries"),
    (f"{_Z}assignmentDefinition", "candidateGroups"),
    (f"{_Z}assignmentDefinition", "assignee"),
    (f"{_Z}script", "expression"),
)
_GROUPS = ("desk-clerk", "device-officer")


def of_attributes(file: XmlFile, node: Element) -> Iterator[Mutant]:
    """Faults in the attributes of our own namespace."""
    for attribute in (STATUS, STEP_LIMIT, WORKING_DAYS):
        yield from _changed(file, node, node, f"{_M}{attribute}")


def of_extensions(file: XmlFile, node: Element) -> Iterator[Mutant]:
    """Mappings left out; other retries, groups, assignees and scripts."""
    for line in _own(node, f"{_Z}input", f"{_Z}output"):
        old = f"{line.get('target')} {line.get('source')}"
        yield file.mutant(
            line,
            drop,
            owner=_id(node),
            what=local_name(line),
            old=old,
            touches=frozenset({("node", _id(node))}),
        )
    for tag, attribute in _ATTRIBUTES:
        for extension in _own(node, tag):
            yield from _changed(file, node, extension, attribute)


def swapped_types(file: XmlFile, process: Element) -> Iterator[Mutant]:
    """Two service tasks that follow each other in the file do each other's work."""
    for first, second in pairwise(process.iter(f"{_Z}taskDefinition")):
        one, other = str(first.get("type")), str(second.get("type"))
        owners = [_id(_owner(first)), _id(_owner(second))]
        if one != other:
            yield file.mutant(
                first,
                _swap_type(place_of(second)),
                owner=" ".join(owners),
                what="type",
                old=f"{one}, {other}",
                new=f"{other}, {one}",
                touches=frozenset(("node", owner) for owner in owners),
            )


def _swap_type(place: str) -> Edit:
    def edit(first: Element) -> None:
        second = at(first.getroottree().getroot(), place)
        one, other = str(first.get("type")), str(second.get("type"))
        first.set("type", other)
        second.set("type", one)

    return edit


def _changed(file: XmlFile, node: Element, part: Element, attribute: str) -> Iterator[Mutant]:
    old, what = part.get(attribute), attribute.removeprefix(_M)
    for new in _variants(what, old) if old else ():
        yield file.mutant(
            part,
            put(attribute, new),
            owner=_id(node),
            what=what,
            old=str(old),
            new=new,
            touches=frozenset({("node", _id(node))}),
        )


def _variants(what: str, old: str) -> Iterator[str]:
    match what:
        case "status":
            yield from (NOTHING, _next_status(old))
        case "workingDays" | "retries" if old.isdigit():
            yield str(int(old) + 1)
            yield from [str(int(old) - 1)] if int(old) else []
        case "limit":
            amount, _, unit = old.partition(" ")
            yield f"{Decimal(amount) + 1} {unit}"
        case "candidateGroups":
            yield next(group for group in _GROUPS if group != old)
        case "assignee":
            yield NOTHING
        case "expression":
            yield from of_value(old)


def _next_status(old: str) -> str:
    words = [str(word) for word in DRAWN if word != DossierStatus.DRAFT]
    return words[(words.index(old) + 1) % len(words)]


def _own(node: Element, *tags: str) -> list[Element]:
    """The elements with these tags that belong to the node itself, not to what is inside of it."""
    return [found for found in node.iter(*tags) if _owner(found) is node]


def _owner(extension: Element) -> Element:
    return next(filter(is_flow_node, extension.iterancestors()))


def _id(element: Element) -> str:
    return str(element.get("id"))
