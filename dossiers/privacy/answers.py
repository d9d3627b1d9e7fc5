"""What of an application tells of nobody: choices, numbers and dates that are not personal."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from accounts.pseudonyms import Pseudonyms
from forms.components import CHOICES, PLAIN_TEXT, Component

# What is typed freely may name people, whatever was asked; what is chosen or counted does not.
_COUNTED: Final = CHOICES | {"number", "datetime", "checkbox"}


def without_people(
    components: Iterable[Component],
    answers: Mapping[str, Any],
    pseudonyms: Pseudonyms,
    *,
    personal: bool = False,
) -> dict[str, Any]:
    """The answers that are kept. Personal texts become pseudonyms, so that persons can be counted.

    Other texts go, and so do personal dates, numbers and choices: of few possible values, whoever has
    the key could guess which it was. Answers that the form no longer asks for go, too.
    """
    kept: dict[str, Any] = {}
    for component in components:
        inside = personal or component.personal
        if component.key is None:
            kept |= without_people(component.children, answers, pseudonyms, personal=inside)
        elif answers.get(component.key) is not None:
            value = _kept(component, answers[component.key], pseudonyms, personal=inside)
            if value is not None:
                kept[component.key] = value
    return kept


def _kept(component: Component, value: Any, pseudonyms: Pseudonyms, *, personal: bool) -> Any:
    if component.children:
        return _inside(component, value, pseudonyms, personal=personal)
    if personal:
        return pseudonyms.of_text(value) if _is_text(component, value) else None
    return value if component.type in _COUNTED else None


def _inside(component: Component, value: Any, pseudonyms: Pseudonyms, *, personal: bool) -> Any:
    if isinstance(value, Mapping):
        return without_people(component.children, value, pseudonyms, personal=personal)
    return [without_people(component.children, row, pseudonyms, personal=personal) for row in value]


def _is_text(component: Component, value: Any) -> bool:
    return component.type in PLAIN_TEXT and isinstance(value, str)
