"""Checks of a form as a whole: keys, names in expressions, circles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter

from core.i18n import remedy_of, title_of
from feel import Expression, check
from feel.types import ANY, Type
from forms.answer_types import LOCAL_TYPES, answer_type
from forms.components import Component, own_level, walk
from forms.errors import (
    ConditionsCircular,
    ExpressionDangling,
    ExpressionNull,
    KeyTwice,
)

Place = tuple[Component, "Surroundings"]


@dataclass(frozen=True)
class Surroundings:
    """What stands around a component: names in sight, containers, and names that may hide it."""

    known: Mapping[str, Component]
    containers: frozenset[str] = frozenset()
    conditions: frozenset[str] = field(default=frozenset())

    def inside(self, component: Component) -> "Surroundings":
        """The surroundings of the children."""
        known = self.known
        if component.key is not None:
            own = {child.key: child for child in own_level(component.children) if child.key}
            known = {**known, **own}
        return replace(
            self,
            known=known,
            containers=self.containers | {component.id},
            conditions=self.conditions | _condition(component),
        )


def check_form(file: str, components: tuple[Component, ...], outside: frozenset[str]) -> None:
    """Raises KeyTwice, ExpressionDangling, ExpressionNull or ConditionsCircular.

    `outside` are names that expressions may use although the form has no such answer.
    """
    _check_keys(file, components)
    for component in walk(components):
        if component.key is not None:
            _check_keys(file, component.children)
    top = {component.key: component for component in own_level(components) if component.key}
    places = list(_places(components, Surroundings(top)))
    for component, around in places:
        _check_names(file, component, around.known.keys() | outside)
        _check_values(file, component, around.known, outside)
    _check_circles(file, places)


def _check_keys(file: str, components: tuple[Component, ...]) -> None:
    taken: set[str | None] = set()
    for component in own_level(components):
        if component.key in taken:
            raise KeyTwice(file=file, component=component.id, key=component.key)
        taken.add(component.key)


def _check_names(file: str, component: Component, known: frozenset[str] | set[str]) -> None:
    for name in sorted(_names(component) - known - LOCAL_TYPES.keys()):
        raise ExpressionDangling(
            file=file, component=component.id, name=name, known=", ".join(sorted(known))
        )


def _check_values(
    file: str, component: Component, known: Mapping[str, Component], outside: frozenset[str]
) -> None:
    """An expression with a part that is null whatever people answer is a slip of the designer's."""
    types: dict[str, Type] = dict.fromkeys(outside, ANY) | LOCAL_TYPES
    types |= {key: answer_type(found) for key, found in known.items()}
    for expression in filter(None, (component.hide, component.formula)):
        _require_value(file, component, expression, types)


def _require_value(
    file: str, component: Component, expression: Expression, types: Mapping[str, Type]
) -> None:
    for finding in check(expression, types):
        raise ExpressionNull(
            file=file,
            component=component.id,
            expression=expression.text,
            reason=title_of(finding),
            advice=remedy_of(finding),
        )


def _check_circles(file: str, places: list[Place]) -> None:
    waits = TopologicalSorter[str]()
    for component, around in places:
        waits.add(component.id, *_awaited(component, around))
    try:
        waits.prepare()
    except CycleError as error:
        circle = list(dict.fromkeys(error.args[1]))
        raise ConditionsCircular(
            file=file, component=circle[0], circle=", ".join(circle)
        ) from error


def _awaited(component: Component, around: Surroundings) -> Iterator[str]:
    """The components that must be settled first: what the names in sight stand for.

    A path through an own container, such as `applicant.kind`, does not wait for all of it.
    """
    for name in _names(component) | around.conditions:
        target = around.known.get(name)
        if target is not None and target.id not in around.containers:
            yield from (inner.id for inner in walk((target,)))


def _places(components: tuple[Component, ...], around: Surroundings) -> Iterator[Place]:
    for component in components:
        yield component, around
        yield from _places(component.children, around.inside(component))


def _names(component: Component) -> frozenset[str]:
    return _condition(component) | (component.formula.names if component.formula else frozenset())


def _condition(component: Component) -> frozenset[str]:
    return component.hide.names if component.hide else frozenset()
