"""Which components are hidden, and what is computed: `conditional.hide` and expression fields.

Expressions see the answers of the whole form by key, those of their own group or row first, and as
in form-js `this` (the own group or row), `parent` (the one around it) and `i` (the row, from 1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from forms.components import Component, Path, walk


@dataclass(frozen=True)
class Settled:
    """The answers that count, computed ones included, and the paths that are hidden."""

    answers: dict[str, Any]
    hidden: frozenset[Path]

    def hides(self, path: Path) -> bool:
        """Whether the path, or something around it, is hidden."""
        return any(path[:length] in self.hidden for length in range(1, len(path) + 1))


@dataclass(frozen=True)
class Scope:
    """The names an expression sees at one place of the form."""

    names: Mapping[str, Any]
    local: Any

    def inside(self, key: str | int, row: int | None = None) -> "Scope":
        """The scope of a group's or a row's own components."""
        inner = self.local.get(key) if isinstance(self.local, Mapping) else None
        if row is not None:
            inner = inner[row] if isinstance(inner, list) and row < len(inner) else {}
        inner = inner if isinstance(inner, Mapping) else {}
        names = {**self.names, **inner, "this": inner, "parent": self.local}
        return Scope(names if row is None else {**names, "i": row + 1}, inner)


def settle(
    components: tuple[Component, ...], given: Mapping[str, Any], context: Mapping[str, Any]
) -> Settled:
    """Drop what is hidden and compute what is computed, until nothing changes any more.

    `given` holds checked answers, `context` names from outside the form. A hidden answer counts as
    not given for every other expression; circles were refused when the form was read.
    """
    known: Mapping[str, Any] = given
    settled = Settled(dict(given), frozenset())
    for _ in range(_rounds(components)):
        hidden: set[Path] = set()
        scope = Scope({**context, **known}, known)
        answers = _kept(components, given, scope, (), hidden)
        settled = Settled(answers, frozenset(hidden))
        if answers == known:
            break
        known = answers
    return settled


def _rounds(components: tuple[Component, ...]) -> int:
    return 2 + sum(1 for component in walk(components) if component.hide or component.formula)


def _kept(
    components: tuple[Component, ...],
    given: Any,
    scope: Scope,
    path: Path,
    hidden: set[Path],
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for component in components:
        if component.hide and component.hide.evaluate(scope.names) is True:
            hidden.update(_paths(component, path))
        else:
            kept |= _answer(component, given, scope, path, hidden)
    return kept


def _answer(
    component: Component, given: Any, scope: Scope, path: Path, hidden: set[Path]
) -> dict[str, Any]:
    key, inner = component.key, component.children
    if key is None:
        return _kept(inner, given, scope, path, hidden)
    if component.formula:
        value = plain(component.formula.evaluate(scope.names))
        return {} if value is None else {key: value}
    if component.type == "group":
        return {key: _kept(inner, given.get(key, {}), scope.inside(key), (*path, key), hidden)}
    if component.type == "dynamiclist" and key in given:
        return {key: _kept_rows(component, given[key], scope, (*path, key), hidden)}
    return {key: given[key]} if key in given else {}


def _kept_rows(
    component: Component, rows: list[Any], scope: Scope, path: Path, hidden: set[Path]
) -> list[dict[str, Any]]:
    return [
        _kept(component.children, row, scope.inside(path[-1], number), (*path, number), hidden)
        for number, row in enumerate(rows)
    ]


def path_of(component: Component, around: Path = ()) -> Path:
    """Where the component stands; `#` and its id stand for what has no key of its own."""
    return (*around, component.key or f"#{component.id}")


def _paths(component: Component, path: Path) -> Iterator[Path]:
    yield path_of(component, path)
    if component.key is None:
        for child in component.children:
            yield from _paths(child, path)


def plain(value: Any) -> Any:
    """A FEEL value as JSON knows it: whole numbers as int, dates and times in ISO 8601."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value if isinstance(value, str | int | float | None) else str(value)
