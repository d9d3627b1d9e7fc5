"""A form: form-js JSON that was checked, ready to read answers in any language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from core.i18n import DEFAULT_LANGUAGE, pick
from feel.types import Type
from forms import conditions, html_answers, json_schema, summary
from forms.answer_types import answer_type
from forms.checks import check_form
from forms.components import CONTAINERS, PLAIN_TEXT, Component, Option, Path, own_level, walk
from forms.conditions import Settled, settle
from forms.errors import AnswersInvalid
from forms.problems import UNKNOWN_FIELD, Problem, problems_by_path
from forms.reading import Reader
from forms.schema import AnswersSchema, compile_schema, load

Answers = dict[str, Any]
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Page:
    """One page of a form: a top-level group, or the whole form. `position` counts from 0."""

    id: str
    position: int
    components: tuple[Component, ...]
    titles: Mapping[str, str]

    def title(self, language: str) -> str:
        """The heading of the page; empty when neither group nor form has one."""
        return pick(self.titles, language)


@dataclass(frozen=True, eq=False)
class Form:
    """Made by `Form.parse`; immutable, and shared by all threads."""

    id: str
    components: tuple[Component, ...]
    titles: Mapping[str, str]
    _schemas: dict[tuple[str, str], AnswersSchema] = field(default_factory=dict, repr=False)

    @classmethod
    def parse(
        cls,
        content: bytes,
        sidecars: Mapping[str, Mapping[str, Any]] = NOTHING,
        *,
        file: str = "form",
        language: str = DEFAULT_LANGUAGE,
        outside: frozenset[str] = frozenset(),
    ) -> "Form":
        """Read and check form-js JSON whose texts are in `language`.

        `sidecars` maps other languages to texts by component id, such as
        `{"en": {"Field_1": {"label": "Name", "values": {"a": "First"}}, "form": {"title": "…"}}}`.
        `outside` are names that expressions may use and that `context` will hold.
        Raises a FormBroken that names file, component and remedy.
        """
        source, components = Reader(file, language, sidecars).form(content)
        check_form(file, components, outside)
        titles = {language: str(source.get("title") or "")}
        titles |= {
            other: str((texts.get("form") or {}).get("title") or "")
            for other, texts in sidecars.items()
        }
        return cls(
            id=str(source.get("id") or file),
            components=components,
            titles={key: title for key, title in titles.items() if title},
        )

    @cached_property
    def answer_types(self) -> Mapping[str, Type]:
        """The FEEL type of every answer by its key."""
        own = own_level(self.components)
        return {found.key: answer_type(found) for found in own if found.key}

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """Each top-level group is a page; a form that is not made of groups is a single page."""
        groups = [component for component in self.components if component.type == "group"]
        loose = [one for one in own_level(self.components) if one.type != "group"]
        inside = [one for group in groups for one in own_level((group,))]
        if not groups or any(one not in inside for one in loose):
            return (Page(self.id, 0, self.components, self.titles),)
        return tuple(
            Page(group.id, position, components, group.texts.get("label", {}))
            for position, (group, components) in enumerate(_with_texts_before(self.components))
        )

    def offering(self, options: Mapping[str, Sequence[Option]]) -> "Form":
        """The form with these options to choose from in place of texts, for a page to draw."""
        drawn = (_choice(one, options.get(str(one.key), ())) for one in self.components)
        return Form(self.id, tuple(drawn), self.titles)

    def page(self, page_id: str) -> Page | None:
        """The page of that id."""
        return next((page for page in self.pages if page.id == page_id), None)

    def visible_pages(
        self, answers: Mapping[str, Any], context: Mapping[str, Any] = NOTHING
    ) -> tuple[Page, ...]:
        """The pages that are to be answered, given the answers so far."""
        settled = self.settled(answers, context=context)
        return tuple(page for page in self.pages if _is_visible(page, settled))

    def load(
        self,
        answers: Mapping[str, Any],
        language: str = DEFAULT_LANGUAGE,
        *,
        strict: bool = False,
        context: Mapping[str, Any] = NOTHING,
    ) -> Answers:
        """The clean answers as plain JSON values; loading them again gives the same.

        Hidden, read-only and unknown answers are dropped (`strict` refuses unknown ones), computed
        ones are computed. Raises AnswersInvalid with messages by path in the language.
        """
        unknown = _unknown(self.components, answers) if strict else {}
        return self._loaded(None, answers, language, context, unknown)

    def load_page(
        self,
        page: Page,
        answers: Mapping[str, Any],
        language: str = DEFAULT_LANGUAGE,
        *,
        context: Mapping[str, Any] = NOTHING,
    ) -> Answers:
        """The clean answers of one page; `context` holds the answers of the other pages."""
        return self._loaded(page, answers, language, context, {})

    def settled(
        self,
        answers: Mapping[str, Any],
        language: str = DEFAULT_LANGUAGE,
        *,
        page: Page | None = None,
        context: Mapping[str, Any] = NOTHING,
    ) -> Settled:
        """What is visible and computed now, whatever else is still wrong or missing."""
        valid, _ = load(self.schema(language, page), answers)
        return settle(page.components if page else self.components, valid, context)

    def schema(self, language: str, page: Page | None = None) -> AnswersSchema:
        """The compiled marshmallow schema, cached."""
        key = (page.id if page else "", language)
        if key not in self._schemas:
            components = page.components if page else self.components
            self._schemas[key] = compile_schema(components, language)
        return self._schemas[key]

    def answers_from(self, sent: MultiDict[str, str], page: Page | None = None) -> Answers:
        """The answers of an HTML form as typed, nested; rows that are all blank are left out."""
        return html_answers.answers_from(page.components if page else self.components, sent)

    def rows_changed(self, sent: MultiDict[str, str], page: Page | None = None) -> Answers | None:
        """The answers with a row added or removed, when such a button was pressed; else None."""
        return html_answers.rows_changed(page.components if page else self.components, sent)

    def error_summary(
        self, errors: Mapping[Path, list[str]], page: Page | None = None
    ) -> list[dict[str, str]]:
        """The entries of an error summary, in the order of the form: `text` and `href`.

        With a page, messages about questions of other pages are left out: no link could reach them.
        """
        if page is None:
            return html_answers.error_summary(self.components, errors)
        here = {
            path: messages
            for path, messages in errors.items()
            if html_answers.component_at(page.components, path)
            or not html_answers.component_at(self.components, path)
        }
        return html_answers.error_summary(page.components, here)

    def summary(
        self,
        answers: Mapping[str, Any],
        language: str = DEFAULT_LANGUAGE,
        *,
        context: Mapping[str, Any] = NOTHING,
    ) -> list[summary.Row]:
        """The visible questions with their answers as a person reads them."""
        settled = self.settled(answers, language, context=context)
        with force_locale(language):
            return [
                row
                for page in self.pages
                if _is_visible(page, settled)
                for row in summary.Teller(page.id, settled, language).rows(page.components)
            ]

    def json_schema(self, language: str = DEFAULT_LANGUAGE) -> dict[str, Any]:
        """JSON Schema 2020-12 of the answers, for the API's documentation."""
        return json_schema.of_components(self.components, language, pick(self.titles, language))

    def _loaded(
        self,
        page: Page | None,
        answers: Mapping[str, Any],
        language: str,
        context: Mapping[str, Any],
        unknown: Mapping[Path, list[Problem]],
    ) -> Answers:
        valid, messages = load(self.schema(language, page), answers)
        settled = settle(page.components if page else self.components, valid, context)
        problems = {
            path: found for path, found in problems_by_path(messages) if not settled.hides(path)
        }
        if problems or unknown:
            with force_locale(language):
                raise AnswersInvalid(_in_language({**problems, **unknown}, language))
        return settled.answers


def _in_language(problems: Mapping[Path, list[Problem]], language: str) -> dict[Path, list[str]]:
    return {path: [one.in_language(language) for one in found] for path, found in problems.items()}


def _unknown(
    components: tuple[Component, ...], answers: Any, path: Path = ()
) -> dict[Path, list[Problem]]:
    """Keys that no component has; values of the wrong shape are the schema's business."""
    known = {component.key: component for component in own_level(components)}
    found: dict[Path, list[Problem]] = {}
    for key, value in answers.items() if isinstance(answers, Mapping) else ():
        if key not in known:
            found[*path, key] = [Problem(None, UNKNOWN_FIELD, {"key": key})]
        elif known[key].type == "group":
            found |= _unknown(known[key].children, value, (*path, key))
        elif known[key].type == "dynamiclist" and isinstance(value, list):
            for number, row in enumerate(value):
                found |= _unknown(known[key].children, row, (*path, key, number))
    return found


def _is_visible(page: Page, settled: Settled) -> bool:
    """Whether anything on the page is still to be read or answered."""
    return any(
        not settled.hides(conditions.path_of(component)) for component in page.components
        if component.type in CONTAINERS or component.key is not None
    )  # fmt: skip


def _with_texts_before(
    components: tuple[Component, ...],
) -> Iterator[tuple[Component, tuple[Component, ...]]]:
    """Each group with the loose texts that stand before it."""
    waiting: list[Component] = []
    for component in components:
        waiting.append(component)
        if component.type == "group":
            yield component, tuple(waiting)
            waiting = []


def all_components(form: Form) -> Iterator[Component]:
    """Every component of the form, for those who look for widgets or document types."""
    yield from walk(form.components)


def _choice(component: Component, options: Sequence[Option]) -> Component:
    """A text as a choice; one that nothing is offered for stays as it is."""
    if component.type not in PLAIN_TEXT or not options:
        return component
    return replace(component, type="select", options=tuple(options))
