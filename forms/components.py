"""The parts of a form as they stand in memory: immutable, checked, with texts in every language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.i18n import pick
from feel import Expression
from forms import code_tables
from forms.validators import Validator

PLAIN_TEXT = frozenset({"textfield", "textarea"})
ONE_OF = frozenset({"radio", "select"})
SEVERAL_OF = frozenset({"checklist", "taglist"})
CHOICES = ONE_OF | SEVERAL_OF
CONTAINERS = frozenset({"group", "dynamiclist"})
ANSWERS = (
    PLAIN_TEXT | CHOICES | {"number", "datetime", "checkbox", "expression", "filepicker"}
)  # fmt: skip
SHOWN_ONLY = frozenset({"text", "html", "spacer", "separator"})
IGNORED = frozenset({"button"})  # the page draws its own
KNOWN_TYPES = ANSWERS | CONTAINERS | SHOWN_ONLY | IGNORED

Path = tuple[str | int, ...]
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Option:
    """One choice: the stored value, and its label by language."""

    value: str
    labels: Texts


@dataclass(frozen=True, eq=False)
class Component:
    """One component. `key` is the answer's name; for groups and lists it is their path, if any."""

    id: str
    type: str
    key: str | None
    texts: Mapping[str, Texts]
    source: Mapping[str, Any]
    options: tuple[Option, ...] = ()
    hide: Expression | None = None
    formula: Expression | None = None
    validator: Validator | None = None
    children: tuple["Component", ...] = field(default=())

    @property
    def rules(self) -> Mapping[str, Any]:
        """The `validate` object of form-js."""
        rules: Mapping[str, Any] = self.source.get("validate") or {}
        return rules

    @property
    def properties(self) -> Mapping[str, str]:
        """The designer's custom properties, such as `widget`, `autocomplete`, `documentType`."""
        properties: Mapping[str, str] = self.source.get("properties") or {}
        return properties

    @property
    def personal(self) -> bool:
        """Whether the answer tells something about a person that not every reader is to see."""
        return self.properties.get("personal") == "true"

    @property
    def required(self) -> bool:
        """Whether an answer must be given when the component is visible."""
        return bool(self.rules.get("required"))

    @property
    def writable(self) -> bool:
        """Whether the answer comes from the person: not computed, not read-only, not disabled."""
        fixed = self.source.get("readonly") or self.source.get("disabled")
        return self.type in ANSWERS and self.type != "expression" and not fixed

    def text(self, name: str, language: str) -> str:
        """A text of the component, such as its `label`; empty when it has none."""
        return pick(self.texts.get(name, {}), language)

    def label(self, language: str) -> str:
        """What the answer is called, for labels and error messages; never empty for answers."""
        return self.text("label", language) or self.key or self.id

    @property
    def code_table(self) -> str:
        """The code table that holds the options; empty where the form lists them."""
        return str(self.source.get("valuesKey") or "") if self.type in CHOICES else ""

    @property
    def choices(self) -> Sequence[Option]:
        """The options there are: those of the form, or of its code table on the day spoken of."""
        return code_tables.codes(self.code_table) if self.code_table else self.options

    def option_label(self, value: Any, language: str) -> str:
        """The label of an option; the value itself when it is no option any more."""
        for option in self.choices:
            if option.value == value:
                return pick(option.labels, language)
        return str(value)


def walk(components: tuple[Component, ...]) -> Iterator[Component]:
    """Every component with its descendants, in the order of the form."""
    for component in components:
        yield component
        yield from walk(component.children)


def own_level(components: tuple[Component, ...]) -> Iterator[Component]:
    """The components that write into one object: groups without a path are looked through."""
    for component in components:
        if component.type == "group" and component.key is None:
            yield from own_level(component.children)
        elif component.key is not None:
            yield component
