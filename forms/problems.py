"""A refused answer before its message is put into the reader's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from marshmallow import ValidationError

from core.errors import N_
from core.i18n import translated
from forms.components import CHOICES, Component, Path

LONGEST_LABEL = 80
UNKNOWN_FIELD = N_("“%(key)s” is not a field of this form")
NOT_AN_OBJECT = N_("“%(label)s” must be an object with the fields of its group")
NOT_A_LIST = N_("“%(label)s” must be a list")

_REQUIRED_BY_TYPE = {
    "checkbox": N_("Tick “%(label)s” to continue"),
    "datetime": N_("Enter “%(label)s”"),
    "filepicker": N_("Attach “%(label)s”"),
    "dynamiclist": N_("Add at least one entry to “%(label)s”"),
    **dict.fromkeys(CHOICES, N_("Choose “%(label)s”")),
}


@dataclass(frozen=True)
class Problem:
    """One message: its id and parameters; the component gives the label."""

    component: Component | None
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        """The message; the caller has set the language of gettext."""
        label = self.component.label(language) if self.component else ""
        label = shorten(label, LONGEST_LABEL, placeholder="…")
        return translated(self.message, {"label": label, **self.params})


def required_problem(component: Component) -> Problem:
    """What to say when the answer is missing."""
    usual = N_("Enter “%(label)s”")
    return Problem(component, _REQUIRED_BY_TYPE.get(component.type, usual))


def refused(component: Component, message: str, **params: Any) -> ValidationError:
    """The error that a field raises."""
    return ValidationError([Problem(component, message, params)])


def problems_by_path(messages: Any, path: Path = ()) -> Iterator[tuple[Path, list[Problem]]]:
    """Flatten marshmallow's nested messages; `_schema` stands for the object itself."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from problems_by_path(inner, path if key == "_schema" else (*path, key))
    else:
        yield path, list(messages)
