"""Answers as they are printed: pages and groups as headings, lists as tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import force_locale

from core.i18n import DEFAULT_LANGUAGE
from forms.components import Component, Path, own_level
from forms.conditions import Settled, path_of
from forms.definition import Form
from forms.personal import MASK
from forms.summary import at, shown


class BlockKind(StrEnum):
    """What a part of printed answers is."""

    PAGE = "page"
    GROUP = "group"
    ANSWER = "answer"
    TABLE = "table"


@dataclass(frozen=True)
class Block:
    """One part: a heading, a question with its answer, or a table of a list."""

    kind: BlockKind
    label: str
    value: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def annex(
    form: Form,
    answers: Mapping[str, Any],
    language: str = DEFAULT_LANGUAGE,
    *,
    with_personal: bool = False,
) -> list[Block]:
    """The visible questions with their answers; without the personal ones these are masked."""
    settled = form.settled(answers, language)
    printer = _Printer(settled, language, with_personal)
    with force_locale(language):
        blocks = list[Block]()
        for page in form.visible_pages(answers):
            heading = page.title(language) if len(form.pages) > 1 else ""
            blocks += [Block(BlockKind.PAGE, heading)] if heading else []
            blocks += printer.blocks(page.components, top=True)
        return blocks


@dataclass(frozen=True)
class _Printer:
    settled: Settled
    language: str
    with_personal: bool

    def blocks(
        self,
        components: tuple[Component, ...],
        path: Path = (),
        *,
        top: bool = False,
        personal: bool = False,
    ) -> Iterator[Block]:
        for component in components:
            own = path_of(component, path)
            covered = personal or component.personal
            if self.settled.hides(own):
                continue
            if component.type == "group":
                yield from self._group(component, own if component.key else path, top, covered)
            elif component.type == "dynamiclist":
                yield self._table(component, own, covered)
            elif component.key is not None:
                value = self._worded(component, own, covered)
                yield Block(BlockKind.ANSWER, component.label(self.language), value)

    def _group(
        self, component: Component, path: Path, top: bool, personal: bool
    ) -> Iterator[Block]:
        label = component.text("label", self.language)
        # A group at the top is a page, whose heading stands already.
        if label and not top:
            yield Block(BlockKind.GROUP, label)
        yield from self.blocks(component.children, path, personal=personal)

    def _table(self, component: Component, path: Path, personal: bool) -> Block:
        columns = list(own_level(component.children))
        given = at(self.settled.answers, path) or ()
        rows = tuple(
            tuple(self._cell(column, (*path, number), personal) for column in columns)
            for number in range(len(given))
        )
        heads = tuple(column.label(self.language) for column in columns)
        return Block(BlockKind.TABLE, component.label(self.language), "", heads, rows)

    def _cell(self, component: Component, row: Path, personal: bool) -> str:
        own = path_of(component, row)
        if self.settled.hides(own):
            return ""
        if component.children:
            return self._inside(component, own, personal)
        return self._worded(component, own, personal)

    def _inside(self, component: Component, path: Path, personal: bool) -> str:
        """A list or group within a row, in one cell."""
        inner = list(own_level(component.children))
        listed = component.type == "dynamiclist"
        given = at(self.settled.answers, path) or ()
        places = [(*path, number) for number in range(len(given))] if listed else [path]
        covered = personal or component.personal
        cells = (self._cell(each, place, covered) for place in places for each in inner)
        return "; ".join(filter(None, cells))

    def _worded(self, component: Component, path: Path, personal: bool) -> str:
        value = at(self.settled.answers, path)
        if (personal or component.personal) and value is not None and not self.with_personal:
            return MASK
        return shown(component, value, self.language)
