"""Names and ids of HTML fields, and the way back from a submitted HTML form to nested answers.

`devices.0.name` is the name of the first row's name, `devices-0-name` its id. The three boxes of a
date have `-day`, `-month` and `-year` behind it. The buttons `add=devices` and `remove=devices.0`
change the rows without JavaScript.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from forms.components import SEVERAL_OF, Component, Path, own_level
from forms.dates import PARTS
from forms.schema import MOST_ROWS, is_blank

ADD, REMOVE = "add", "remove"
Sent = MultiDict[str, str]


def name_of(path: Path) -> str:
    """The `name` of the field at a path."""
    return ".".join(map(str, path))


def id_of(path: Path) -> str:
    """The `id` of the field at a path."""
    return "-".join(map(str, path))


def is_date(component: Component) -> bool:
    """Whether the answer is drawn as three boxes."""
    return component.type == "datetime" and component.source.get("subtype") != "time"


def answers_from(components: tuple[Component, ...], sent: Sent) -> dict[str, Any]:
    """The answers as typed; rows that are all blank are left out."""
    return {key: _without_blank_rows(value) for key, value in _typed(components, sent, ()).items()}


def rows_changed(components: tuple[Component, ...], sent: Sent) -> dict[str, Any] | None:
    """The answers with one row more or less, blank rows kept; None when no such button is known."""
    added, removed = sent.get(ADD), sent.get(REMOVE)
    if not added and not removed:
        return None
    answers = _typed(components, sent, ())
    list_name, _, row = (removed or "").rpartition(".")
    rows = _rows_at(components, answers, added or list_name)
    if rows is None:
        return None
    if added and len(rows) < MOST_ROWS:
        rows.append({})
    elif row.isdecimal() and int(row) < len(rows):
        del rows[int(row)]
    return answers


def error_summary(
    components: tuple[Component, ...], errors: Mapping[Path, list[str]]
) -> list[dict[str, str]]:
    """`text` and `href` of each message, in the order of the form."""
    ordered = sorted(errors, key=lambda path: _place(components, path))
    return [
        {"text": message, "href": f"#{anchor(components, path)}"}
        for path in ordered
        for message in errors[path]
    ]


def anchor(components: tuple[Component, ...], path: Path) -> str:
    """The id of the element that takes the focus for a path."""
    component = component_at(components, path)
    if component is None:
        return "main-content"
    return id_of(path) + ("-day" if is_date(component) else "")


def component_at(components: tuple[Component, ...], path: Path) -> Component | None:
    """The component whose answer stands at a path; row numbers are skipped."""
    found: Component | None = None
    for step in path:
        if isinstance(step, int):
            continue
        found = next((one for one in own_level(components) if one.key == step), None)
        if found is None:
            return None
        components = found.children
    return found


def _place(components: tuple[Component, ...], path: Path) -> tuple[int, ...]:
    place: list[int] = []
    for step in path:
        if isinstance(step, int):
            place.append(step)
            continue
        level = list(own_level(components))
        position = next((n for n, one in enumerate(level) if one.key == step), len(level))
        place.append(position)
        components = level[position].children if position < len(level) else ()
    return tuple(place)


def _typed(components: tuple[Component, ...], sent: Sent, path: Path) -> dict[str, Any]:
    typed = {}
    for component in own_level(components):
        value = _value(component, sent, (*path, str(component.key)))
        if value is not None:
            typed[str(component.key)] = value
    return typed


def _value(component: Component, sent: Sent, path: Path) -> Any:
    name = name_of(path)
    if component.type == "group":
        return _typed(component.children, sent, path)
    if component.type == "dynamiclist":
        count = _row_count(sent, name)
        return [_typed(component.children, sent, (*path, row)) for row in range(count)]
    if is_date(component):
        parts = {part: sent.get(f"{name}-{part}", "") for part in PARTS}
        return parts if f"{name}-day" in sent else sent.get(name)
    if component.type in SEVERAL_OF or component.type == "filepicker":
        return [value for value in sent.getlist(name) if value]
    return sent.get(name)


def _row_count(sent: Sent, name: str) -> int:
    row = re.compile(re.escape(name) + r"\.(\d{1,4})\.")
    found = [int(match[1]) for key in sent if (match := row.match(key))]
    return min(max(found, default=-1) + 1, MOST_ROWS + 1)


def _without_blank_rows(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_blank_rows(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [row for row in map(_without_blank_rows, value) if not is_blank(row)]
    return value


def _rows_at(
    components: tuple[Component, ...], answers: dict[str, Any], name: str
) -> list[Any] | None:
    """The list behind a button's name, as it stands in the answers."""
    path = tuple(_steps(name))
    component = component_at(components, path)
    if component is None or component.type != "dynamiclist":
        return None
    found: Any = answers
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return None
    return found if isinstance(found, list) else None


def _steps(name: str) -> Iterator[str | int]:
    for step in name.split("."):
        yield int(step) if step.isdecimal() else step
