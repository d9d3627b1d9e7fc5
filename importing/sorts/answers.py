"""The answers of a form as columns: one for each question that a cell can hold."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from forms import Component, Form
from forms.components import SEVERAL_OF, own_level
from importing.mapping import Field
from importing.mapping import Mapping as ColumnMapping

ANSWER: Final = "answer."
_BETWEEN: Final = ";"
_TICKS: Final = {
    **dict.fromkeys(("có", "yes", "true", "x", "1"), True),
    **dict.fromkeys(("không", "no", "false", "0"), False),
}


def answer_fields(form: Form) -> Iterator[Field]:
    """The fields `answer.<key>`, of a group `answer.<group>.<key>`; their labels name columns."""
    for path, component in _questions(form.components):
        titles = component.texts.get("label") or {"": path}
        yield Field(ANSWER + path, titles, also=(path,))


def answers_of(form: Form, values: Mapping[str, str], mapping: ColumnMapping) -> dict[str, Any]:
    """The answers that a row gives, not checked yet; an empty cell gives none."""
    answers: dict[str, Any] = {}
    for path, component in _questions(form.components):
        text = values.get(ANSWER + path, "")
        if text:
            *groups, key = path.split(".")
            place = answers
            for group in groups:
                place = place.setdefault(group, {})
            place[key] = _value(component, text, mapping)
    return answers


def _questions(
    components: tuple[Component, ...], around: str = ""
) -> Iterator[tuple[str, Component]]:
    for component in own_level(components):
        if not component.key or component.type == "filepicker":
            continue
        path = f"{around}{component.key}"
        if component.type == "group":
            yield from _questions(component.children, f"{path}.")
        else:
            yield path, component


def _value(component: Component, text: str, mapping: ColumnMapping) -> Any:
    if component.type == "dynamiclist":
        return _rows(text)
    if component.type == "checkbox":
        return _TICKS.get(text.casefold(), text)
    if component.type in SEVERAL_OF:
        return [_option(component, part.strip()) for part in text.split(_BETWEEN) if part.strip()]
    if component.type == "datetime" and component.source.get("subtype") != "time":
        day = mapping.day(text)
        return day.isoformat() if day else text
    return _option(component, text)


def _rows(text: str) -> Any:
    """The rows of a list, as JSON; what is none is left to the form to refuse."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _option(component: Component, text: str) -> str:
    """The value of an option that a cell names by its label."""
    for option in component.options:
        if text.casefold() in {label.casefold() for label in option.labels.values()}:
            return str(option.value)
    return text
