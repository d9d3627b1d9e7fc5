"""The item definitions of a model as FEEL types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.dmn.document import Element, child, children, name_of, text_in
from engine.dmn.errors import CircularType, DecisionError, FaultyExpression
from feel.errors import FeelError
from feel.expression import UnaryTests, compile_unary_tests
from feel.limits import Evaluation
from feel.types import ANY, BUILTIN_TYPES, ContextType, FunctionType, ListType, Type


@dataclass(frozen=True, slots=True, eq=False)
class AllowedType(Type):
    """A type whose values must pass a test."""

    base: Type
    allowed: UnaryTests

    def holds(self, value: Any) -> bool:
        """See `Type.holds`; `instance of` asks for the base alone (DMN 10.3.2.9.3)."""
        return self.base.holds(value)

    def conforms(self, value: Any) -> bool:
        """See `Type.conforms`; here the test counts."""
        if value is None:
            return True
        return self.base.holds(value) and self.allowed.test(value, {}, Evaluation()) is True


@dataclass(frozen=True, slots=True, eq=False)
class NamedType(Type):
    """A reference to another item definition, looked up late so that types may refer to each other."""

    name: str
    types: Mapping[str, Type]

    def target(self) -> Type:
        """The item definition's type."""
        return self.types.get(self.name, ANY)

    def holds(self, value: Any) -> bool:
        """See `Type.holds`."""
        return self.target().holds(value)

    def conforms(self, value: Any) -> bool:
        """See `Type.conforms`."""
        return self.target().conforms(value)


def plain(kind: Type) -> Type:
    """The type behind names and constraints."""
    while isinstance(kind, NamedType | AllowedType):
        kind = kind.base if isinstance(kind, AllowedType) else kind.target()
    return kind


def result_of(kind: Type) -> Type:
    """What a function gives whose variable declares this type.

    Models before DMN 1.3 declare the type of the result itself.
    """
    seen = plain(kind)
    return seen.result if isinstance(seen, FunctionType) else kind


class TypeBook:
    """All types of a model by name."""

    def __init__(self, root: Element, imported: Mapping[str, Type]) -> None:
        self.types: dict[str, Type] = dict(imported)
        self.faults: list[DecisionError] = []
        for definition in children(root, "itemDefinition"):
            self.types[name_of(definition)] = self._type(definition)
        for name in list(self.types):
            self._break_circle(name)

    def _break_circle(self, name: str) -> None:
        """A type that is nothing but itself is no type."""
        seen: set[int] = set()
        kind = self.types[name]
        while isinstance(kind, NamedType | AllowedType):
            if id(kind) in seen:
                self.faults.append(CircularType(element=name))
                self.types[name] = ANY
                return
            seen.add(id(kind))
            kind = kind.base if isinstance(kind, AllowedType) else kind.target()

    def named(self, reference: str | None) -> Type:
        """The type of a typeRef; ANY when there is none or it is not known."""
        if not reference:
            return ANY
        known = reference.removeprefix("feel:")
        return self.types.get(known) or BUILTIN_TYPES.get(known) or ANY

    def _type(self, definition: Element) -> Type:
        base = self._base(definition)
        constraint = text_in(child(definition, "allowedValues"))
        if constraint:
            base = self._limited(base, constraint, definition)
        if definition.get("isCollection") == "true":
            base = ListType(base)
        constraint = text_in(child(definition, "typeConstraint"))
        return self._limited(base, constraint, definition) if constraint else base

    def _base(self, definition: Element) -> Type:
        components = list(children(definition, "itemComponent"))
        if components:
            return ContextType({name_of(part): self._type(part) for part in components})
        function = child(definition, "functionItem")
        if function is not None:
            parameters = tuple(
                self._reference(p.get("typeRef")) for p in children(function, "parameters")
            )
            return FunctionType(parameters, self._reference(function.get("outputTypeRef")))
        return self._reference(text_in(definition, "typeRef"))

    def _reference(self, reference: str | None) -> Type:
        known = (reference or "").removeprefix("feel:")
        return BUILTIN_TYPES.get(known) or (NamedType(known, self.types) if known else ANY)

    def _limited(self, base: Type, text: str, definition: Element) -> Type:
        try:
            return AllowedType(base, compile_unary_tests(text))
        except FeelError as error:
            self.faults.append(FaultyExpression(name_of(definition), text, error))
            return base
