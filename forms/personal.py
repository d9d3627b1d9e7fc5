"""Answers about a person, so marked in their form: hidden from whom the details do not concern.

A component (a group or list with all that is in it) is personal when its custom property `personal` is
`true`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from forms.components import Component, Path
from forms.summary import Row

MASK: Final = "•••••"


def without_personal(
    components: Iterable[Component], answers: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Path]]:
    """The answers with null in the place of each given personal one, and where those stood."""
    shown, hidden = dict(answers), list[Path]()
    for component in components:
        if component.key is None:
            shown, below = without_personal(component.children, shown)
            hidden += below
        elif shown.get(component.key) is None:
            continue
        elif component.personal:
            shown[component.key] = None
            hidden.append((component.key,))
        elif component.children:
            shown[component.key], below = _inside(component, shown[component.key])
            hidden += [(component.key, *path) for path in below]
    return shown, hidden


def personal_keys(components: Iterable[Component]) -> Iterator[str]:
    """The keys under which personal answers are given, with those inside of personal groups."""
    for component in components:
        if component.personal:
            yield from _keys(component)
        else:
            yield from personal_keys(component.children)


def _keys(component: Component) -> Iterator[str]:
    if component.key is not None:
        yield component.key
    for child in component.children:
        yield from _keys(child)


def masked(rows: Iterable[Row], hidden: Iterable[Path]) -> list[Row]:
    """Rows of a summary with a mask for each answer that stands in one of these places."""
    places = {tuple(map(str, path)) for path in hidden}
    return [
        replace(row, value=MASK, masked=True) if _starts_in(row.path, places) else row
        for row in rows
    ]


def _inside(component: Component, value: Any) -> tuple[Any, list[Path]]:
    if isinstance(value, Mapping):
        return without_personal(component.children, value)
    rows, hidden = [], list[Path]()
    for number, row in enumerate(value):
        shown, below = without_personal(component.children, row)
        rows.append(shown)
        hidden += [(number, *path) for path in below]
    return rows, hidden


def _starts_in(path: Path, places: set[tuple[str, ...]]) -> bool:
    steps = tuple(map(str, path))
    return any(steps[:length] in places for length in range(1, len(steps) + 1))
