"""Faults in forms."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from forms.components import ANSWERS
from studio.mutation.expressions import of_condition
from studio.mutation.mutants import NOTHING, Mutant
from studio.places import line_in_form

_LIMITS = ("minLength", "maxLength", "min", "max")
_CHECKS = ("pattern", "validationType")
_Change = tuple[str, str, str, Callable[[dict[str, Any]], None]]


def of_form(path: str, content: bytes) -> Iterator[Mutant]:
    """Every fault that is put into a form."""
    source = json.loads(content)
    form_id = str(source.get("id"))
    for place in _places(source, ()):
        component = _at(source, place)
        for what, old, new, edit in _changes(component):
            copy = deepcopy(source)
            edit(_at(copy, place))
            yield Mutant(
                path,
                line_in_form(content, str(component.get("id"))),
                str(component.get("id")),
                what,
                old,
                new,
                json.dumps(copy, ensure_ascii=False, indent=2).encode(),
                frozenset({("form", form_id)}),
            )


def _places(holder: dict[str, Any], around: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for number, component in enumerate(holder.get("components", [])):
        yield (*around, number)
        yield from _places(component, (*around, number))


def _at(holder: dict[str, Any], place: tuple[int, ...]) -> dict[str, Any]:
    for number in place:
        holder = holder["components"][number]
    return holder


def _changes(component: dict[str, Any]) -> Iterator[_Change]:
    rules = component.get("validate") or {}
    if component.get("type") in ANSWERS - {"expression"}:
        old = bool(rules.get("required"))
        yield "required", _word(old), _word(not old), _rule("required", not old)
    for name in _LIMITS:
        if isinstance(rules.get(name), int):
            for new in (rules[name] + 1, rules[name] - 1):
                yield name, str(rules[name]), str(new), _rule(name, new)
    for name in _CHECKS:
        if rules.get(name):
            yield name, str(rules[name]), NOTHING, _rule(name, None)
    widget = (component.get("properties") or {}).get("widget")
    if widget:
        yield "widget", widget, NOTHING, _without_widget
    hide = (component.get("conditional") or {}).get("hide")
    if hide:
        yield "hide", hide, NOTHING, _shown
        for new in of_condition(hide):
            yield "hide", hide, new, _hidden(new)


def _word(value: bool) -> str:
    return "true" if value else "false"


def _rule(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def edit(component: dict[str, Any]) -> None:
        rules = component.setdefault("validate", {})
        rules.pop(name, None)
        if value is not None:
            rules[name] = value

    return edit


def _hidden(condition: str) -> Callable[[dict[str, Any]], None]:
    def edit(component: dict[str, Any]) -> None:
        component["conditional"] = {"hide": condition}

    return edit


def _shown(component: dict[str, Any]) -> None:
    del component["conditional"]


def _without_widget(component: dict[str, Any]) -> None:
    del component["properties"]["widget"]
