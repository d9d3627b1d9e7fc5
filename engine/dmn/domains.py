"""Which values an input column may see: from its input values, and from the types of the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.dmn.item_types import AllowedType, NamedType, plain
from engine.dmn.spans import PLAINLY_ORDERED, Accepted, Kind, accepted
from engine.dmn.tables import InputColumn
from feel.temporal import DateTime
from feel.types import ANY, ContextType, SimpleType, Type

_TRUTH = Accepted({bool: [((False, 0), (False, 1)), ((True, 0), (True, 1))]})


@dataclass(frozen=True)
class Domain:
    """The kinds of values that are expected (none: nobody says) and the spans they lie in."""

    kinds: frozenset[Kind]
    limits: tuple[Accepted, ...]


def domain_of(column: InputColumn, variables: Mapping[str, Type]) -> Domain:
    """What is known about the values of a column."""
    types = [
        kind for kind in (_type_of_path(column.text, variables), column.type) if kind is not ANY
    ]
    limits = [limit for kind in types for limit in _limits(kind)]
    if column.allowed is not None:
        foreseen = accepted(column.allowed)
        limits += [foreseen] if foreseen else []
    kinds = next((found for kind in types if (found := _kinds(kind))), frozenset())
    if not kinds:
        kinds = frozenset(kind for limit in limits if not limit.others for kind in limit.by_kind)
    return Domain(kinds, (*limits, *((_TRUTH,) if bool in kinds else ())))


def _type_of_path(text: str, variables: Mapping[str, Type]) -> Type:
    """The type of a variable, or of a member of one: “Applicant.age”."""
    first, *members = (" ".join(part.split()) for part in text.split("."))
    found = variables.get(first, ANY)
    for member in members:
        holder = plain(found)
        found = holder.entries.get(member, ANY) if isinstance(holder, ContextType) else ANY
    return found


def _limits(kind: Type) -> list[Accepted]:
    found: list[Accepted] = []
    while isinstance(kind, AllowedType | NamedType):
        limit = accepted(kind.allowed) if isinstance(kind, AllowedType) else None
        found += [limit] if limit else []
        kind = kind.base if isinstance(kind, AllowedType) else kind.target()
    return found


def _kinds(kind: Type) -> frozenset[Kind]:
    simple: Any = plain(kind)
    if not isinstance(simple, SimpleType):
        return frozenset()
    if simple.kind is DateTime:
        return frozenset({(DateTime, True), (DateTime, False)})
    return frozenset({simple.kind} & PLAINLY_ORDERED)
