"""Answers as a person reads them: for the check-answers page, the clerk's view and print."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import N_
from core.i18n import translated
from forms.components import CHOICES, SEVERAL_OF, Component, Path
from forms.conditions import Settled, path_of
from forms.dates import date_text
from forms.html_answers import is_date
from forms.numbers import number_text

NOT_PROVIDED = N_("Not provided")
YES, NO = N_("Yes"), N_("No")


@dataclass(frozen=True)
class Row:
    """One question and its answer; `label` of a row in a list begins with the list's name.

    The value of a `masked` row is hidden from its reader.
    """

    label: str
    value: str
    component_id: str
    page_id: str
    path: Path
    answered: bool
    masked: bool = False


@dataclass(frozen=True)
class Teller:
    """Tells the answers of one page in one language; gettext's language must be set."""

    page_id: str
    settled: Settled
    language: str

    def rows(
        self, components: tuple[Component, ...], path: Path = (), around: str = ""
    ) -> Iterator[Row]:
        """The visible questions, those in groups and lists too."""
        for component in components:
            own = path_of(component, path)
            if self.settled.hides(own):
                continue
            if component.type == "dynamiclist":
                yield from self._list_rows(component, own, around)
            elif component.type == "group":
                inner = own if component.key else path
                yield from self.rows(component.children, inner, around)
            elif component.key is not None:
                yield self._row(component, own, around)

    def _row(self, component: Component, path: Path, around: str) -> Row:
        value = at(self.settled.answers, path)
        return Row(
            label=around + component.label(self.language),
            value=shown(component, value, self.language),
            component_id=component.id,
            page_id=self.page_id,
            path=path,
            answered=value is not None,
        )

    def _list_rows(self, component: Component, path: Path, around: str) -> Iterator[Row]:
        label = around + component.label(self.language)
        given = at(self.settled.answers, path)
        if not given:
            yield self._row(component, path, around)
        for number in range(len(given or ())):
            yield from self.rows(component.children, (*path, number), f"{label} {number + 1}: ")


def shown(component: Component, value: Any, language: str) -> str:
    """One clean answer in words; gettext's language must be set."""
    if value is None or value == []:
        return translated(NOT_PROVIDED)
    if component.type in SEVERAL_OF:
        return "; ".join(component.option_label(one, language) for one in value)
    if component.type in CHOICES:
        return component.option_label(value, language)
    if component.type == "filepicker":
        return str(len(value))
    return _with_adorners(component, _plain(component, value, language), language)


def _plain(component: Component, value: Any, language: str) -> str:
    if isinstance(value, bool):
        return translated(YES if value else NO)
    if isinstance(value, int | float):
        return number_text(value, language)
    if is_date(component):
        return date_text(str(value))
    return str(value)


def _with_adorners(component: Component, text: str, language: str) -> str:
    prefix = component.text("prefixAdorner", language)
    suffix = component.text("suffixAdorner", language)
    return " ".join(part for part in (prefix, text, suffix) if part)


def at(answers: Any, path: Path) -> Any:
    """The answer at a path; None where there is none."""
    for step in path:
        if isinstance(answers, Mapping):
            answers = answers.get(str(step))
        elif isinstance(answers, list) and isinstance(step, int):
            answers = answers[step]
        else:
            return None
    return answers
